"""Two passages of one shop: those that contradict each other and those that only look like it.

(language, heading and text of one document, heading and text of another)
"""

from __future__ import annotations

from retrieval.documents import Language

Pair = tuple[Language, tuple[str, str], tuple[str, str]]

CONTRADICT: tuple[Pair, ...] = (
    ("en", ("Returns", "You may return an item within 7 days of delivery."),
     ("Good to know", "An item may be returned within 10 days of delivery.")),
    ("en", ("Inspection", "The warehouse inspects a return within 3 business days of arrival."),
     ("After you send it", "Our warehouse inspects the return within 5 business days of arrival.")),
    ("en", ("Pick-up", "A courier collects the parcel within 2 business days."),
     ("Steps", "Pack the item. A courier collects it within 3 business days.")),
    ("en", ("Return postage", "Return postage for furniture is ¥80."),
     ("Large items", "The return postage for furniture is ¥90, taken off the refund.")),
    ("en", ("Warranty", "The warranty on toys is 6 months from delivery."),
     ("Toys", "Toys have a warranty of 12 months from delivery.")),
    ("en", ("Express delivery", "Express delivery costs ¥22 an order."),
     ("Checkout", "At checkout choose express delivery, which costs ¥25 an order.")),
    ("en", ("Invoices", "An invoice can be requested up to 180 days after the order."),
     ("Receipts", "You can request an invoice until 90 days after the order.")),
    ("en", ("Late shipping", "If an order ships late you get a coupon worth 5% of the goods price."),
     ("Compensation", "For an order that ships late we give a coupon worth 10% of the goods price.")),
    ("en", ("Gift cards", "A gift card is valid for 36 months from purchase."),
     ("Paying by gift card", "Every gift card is valid for 24 months from the day of purchase.")),
    ("en", ("Answering complaints", "A complaint is answered within 24 hours."),
     ("How to complain", "We answer every complaint within 48 hours.")),
    ("en", ("Free delivery", "Orders of ¥99 or more have no delivery fee."),
     ("Fees", "There is no delivery fee for orders of ¥199 or more.")),
    ("en", ("Closing your account", "We delete your account within 15 days of your request."),
     ("Privacy", "Your account is deleted within 30 days of the request.")),
    ("zh", ("退货", "签收后 7 天内可以退货。"), ("购物须知", "签收后 10 天内可以退货。")),
    ("zh", ("验货", "仓库收到退货后 3 个工作日内验货。"), ("寄出以后", "退货寄到仓库后，5 个工作日内验货。")),
    ("zh", ("上门取件", "快递员 2 个工作日内上门取件。"), ("退货步骤", "备好商品，快递员 3 个工作日内上门取件。")),
    ("zh", ("退货运费", "家具的退货运费是 80 元。"), ("大件", "家具退货运费 ¥90，从退款里扣。")),
    ("zh", ("保修期", "玩具的保修期是 6 个月。"), ("玩具", "玩具保修期为十二个月。")),
    ("zh", ("加急配送", "加急配送每单 ¥22。"), ("结算", "结算时可以选加急配送，每单 25 元。")),
    ("zh", ("发票", "下单后 180 天内可以申请发票。"), ("票据", "发票要在下单后 90 天内申请。")),
    ("zh", ("晚发补偿", "发货晚了，补偿商品金额 5% 的优惠券。"), ("补偿", "晚发货的订单补偿商品金额 10% 的优惠券。")),
    ("zh", ("礼品卡", "礼品卡自购买之日起 36 个月内有效。"), ("礼品卡付款", "礼品卡有效期为购买之日起 24 个月。")),
    ("zh", ("投诉", "投诉在 24 小时内答复。"), ("怎么投诉", "收到投诉后 48 小时内答复您。")),
    ("zh", ("注销账户", "申请后 15 天内注销账户。"), ("个人信息", "我们在申请后 30 天内注销账户。")),
    ("zh", ("价保", "价保期为付款后 15 天。"), ("降价了怎么办", "付款后 7 天内有价保，价保期内降价可退差价。")),
)  # fmt: skip

AGREE: tuple[Pair, ...] = (
    ("en", ("Returns", "You may return an item within 7 days of delivery."),
     ("Clothing", "Clothing may be returned within 15 days of delivery.")),
    ("en", ("Returns", "You may return an item within 7 days of delivery, clothing within 15 days."),
     ("Clothing", "Clothing may be returned within 15 days of delivery.")),
    ("en", ("Returns", "You may return an item within 7 days of delivery."),
     ("Faulty items", "A faulty item may be returned within 30 days of delivery.")),
    ("en", ("Returns", "You may return an item within 7 days of delivery."),
     ("From abroad", "Cross-border orders may be returned within 14 days of delivery.")),
    ("en", ("Inspection", "The warehouse inspects a return within 3 business days of arrival."),
     ("Refund", "The refund of a return arrives within 7 business days.")),
    ("en", ("Return postage", "Return postage is ¥12."), ("Furniture", "Return postage for furniture is ¥80.")),
    ("en", ("Warranty of toys", "The warranty on toys is 6 months."),
     ("Warranty of furniture", "The warranty on furniture is 24 months.")),
    ("en", ("Delivery", "Standard delivery takes 2-5 days."), ("Express", "Express delivery takes 1-2 days.")),
    ("en", ("Refunds", "Alipay refunds arrive in 1-3 business days."),
     ("Card refunds", "Refunds to a credit card arrive in 3-7 business days.")),
    ("en", ("Staff", "Our staff answer daily 9:00-21:00."), ("Telephone", "The phone is answered daily 9:00-18:00.")),
    ("en", ("Points", "Silver members earn 1.2 points for ¥1."), ("Gold", "Gold members earn 1.5 points for ¥1.")),
    ("en", ("Payment", "An unpaid order closes after 30 minutes."),
     ("Presale", "An unpaid presale balance closes the order after 48 hours.")),
    ("en", ("Invoices", "An invoice is sent within 24 hours."),
     ("Changing an invoice", "The title of an invoice can be changed within 30 days.")),
    ("zh", ("退货", "签收后 7 天内可以退货。"), ("服装", "服装签收后 15 天内可以退货。")),
    ("zh", ("退货", "签收后 7 天内可以退货。"), ("质量问题", "有质量问题的商品，签收后 30 天内可以退货。")),
    ("zh", ("退货", "签收后 7 天内可以退货。"), ("跨境订单", "跨境订单签收后 14 天内可以退货。")),
    ("zh", ("验货", "仓库 3 个工作日内验货。"), ("退款", "退款 7 个工作日内到账。")),
    ("zh", ("退货运费", "退货运费 12 元。"), ("家具", "家具的退货运费是 80 元。")),
    ("zh", ("保修", "玩具保修 6 个月。"), ("家具保修", "家具保修 24 个月。")),
    ("zh", ("配送", "标准配送 2-5 天送到。"), ("加急", "加急配送 1-2 天送到。")),
    ("zh", ("退款到账", "支付宝退款 1-3 个工作日到账。"), ("银行卡退款", "退到银行卡 3-7 个工作日到账。")),
    ("zh", ("人工", "人工客服每天 9:00-21:00 接待。"), ("电话", "客服电话每天 9:00-18:00 接听。")),
    ("zh", ("付款", "没有付款的订单 30 分钟后关闭。"), ("预售", "预售尾款 48 小时内付清，否则订单关闭。")),
)  # fmt: skip

OPPOSITE: tuple[Pair, ...] = (
    ("en", ("Gift cards", "Gift cards can be returned."), ("Refunds", "Gift cards cannot be returned.")),
    ("en", ("Presale", "A presale order may be cancelled."), ("Deposits", "You cannot cancel a presale order.")),
    ("en", ("Underwear", "Underwear can be exchanged for another size."), ("Hygiene", "Underwear is not exchangeable.")),
    ("en", ("Beauty", "Beauty products are refundable."), ("Hygiene", "Beauty products are non-refundable.")),
    ("zh", ("礼品卡", "礼品卡可以退货。"), ("退货", "礼品卡不能退货。")),
    ("zh", ("预售", "预售订单可以取消。"), ("定金", "预售订单不能取消。")),
    ("zh", ("内衣", "内衣支持换货。"), ("卫生", "内衣不支持换货。")),
    ("zh", ("清仓", "清仓商品支持退货。"), ("尾货", "清仓商品不予退货。")),
)  # fmt: skip

NOT_OPPOSITE: tuple[Pair, ...] = (
    ("en", ("Gift cards", "Gift cards can be returned."), ("Underwear", "Underwear cannot be returned.")),
    ("en", ("Underwear", "Underwear cannot be returned."), ("Faults", "Underwear can be returned if it is faulty.")),
    ("en", ("Presale", "A presale order may be cancelled."), ("Shipped", "A presale order cannot be cancelled once it has shipped.")),
    ("en", ("Gift cards", "Gift cards cannot be returned."), ("Question", "Can gift cards be returned?")),
    ("en", ("Gift cards", "Gift cards cannot be exchanged for cash."), ("Using", "Gift cards can be used for any order.")),
    ("zh", ("礼品卡", "礼品卡可以退货。"), ("内衣", "内衣不能退货。")),
    ("zh", ("内衣", "内衣不支持退货。"), ("质量", "内衣有质量问题的，可以退货。")),
    ("zh", ("预售", "预售订单可以取消。"), ("发货", "预售订单发货后不能取消。")),
    ("zh", ("礼品卡", "礼品卡不能退货。"), ("问题", "礼品卡可以退货吗？")),
)  # fmt: skip
