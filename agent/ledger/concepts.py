"""The words of customer service in both languages: what is done (acts) and to what or in which case (facets).

Two texts are comparable when their facets are: "within 7 days" of clothing and of fresh food contradict nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from retrieval.documents import Language

Words = Mapping[str, tuple[str, str]]
# Texts remembered: several checks read the same ones.
_CACHED = 16_384

# Name, Chinese, English. Keep what is specific before what is general: the first match takes the words.
CATEGORIES: Words = MappingProxyType({
    "underwear": (r"内衣", r"underwear"),
    "apparel": (r"服装|衣服|衣物", r"cloth(?:es|ing)|apparel|garments?"),
    "shoes_bags": (r"鞋包|鞋(?!柜)|箱包", r"shoes?\b|shoes and bags"),
    "large_appliances": (r"大家电", r"large (?:household )?appliances?"),
    "appliances": (r"小家电", r"small appliances?"),
    "electronics": (r"电子产品|数码", r"electronics"),
    "furniture": (r"家具", r"furniture"),
    "beauty": (r"美妆|化妆品", r"beauty|cosmetics?"),
    "fresh_food": (r"生鲜|水果|海鲜", r"fresh (?:food|nor|or|and)|seafood|fruit"),
    "food": (r"包装食品|零食", r"packaged food|fresh (?:n?or|and) packaged|snacks?|groceries"),
    "toys": (r"玩具", r"toys?\b"),
    "sports": (r"运动用品|运动器材|运动", r"sports?\b"),
    "books": (r"图书|书籍", r"\bbooks?\b"),
    "home": (r"家居|家纺", r"home (?:goods|textiles)|homeware"),
    "gift_card": (r"礼品卡|购物卡", r"gift cards?|vouchers?"),
    "final_sale": (r"清仓|尾货", r"final[- ]sale|clearance"),
})  # fmt: skip
TIERS: Words = MappingProxyType({
    "gold": (r"金卡", r"\bgold\b"),
    "silver": (r"银卡", r"\bsilver\b"),
    "standard": (r"普通会员|普通(?=\s*\|)", r"standard members?|\bstandard(?=\s*\|)"),
})  # fmt: skip
STATUSES: Words = MappingProxyType({
    "pending": (r"待处理|未处理", r"\bpending\b"),
    "processed": (r"已处理|备货", r"\bprocessed\b|being prepared|preparing"),
    "shipped": (r"已(?:经)?发货|发货后|运输中|在途", r"\b(?:has|have|had|already|once|after|been|is)\s(?:it\s)?(?:has\s)?shipped|shipped (?:order|item|parcel)|^shipped|in transit|after shipping"),
    "delivered": (r"已签收|已送达", r"\bdelivered\b|once delivered"),
    "unshipped": (r"发货前|未发货|没(?:有)?发货", r"before (?:it )?(?:shipp|ships)|not (?:yet )?shipped|unshipped"),
})  # fmt: skip
_CASES: Words = MappingProxyType({
    "fault": (r"质量|破损|发错|不符|故障|店铺.{0,3}责任|瑕疵|损坏|变质|坏了|缺陷|漏发|少件", r"fault|damag|wrong (?!size|number|tax)|not as described|defect|broken|our mistake|spoiled|missing"),
    "no_reason": (r"无理由|不喜欢|个人原因|不想要|反悔|改主意|买错", r"no-reason|without (?:giving )?a(?:ny)? reason|change(?:d)? (?:of|your) mind|do not like|don't like|personal reasons?"),
    "express": (r"加急|特快|次日达", r"\bexpress\b"),
    "remote": (r"偏远|新疆|西藏|内蒙古", r"\bremote\b|xinjiang|tibet"),
    "abroad": (r"跨境|国外|海外|国际|境外", r"cross-border|abroad|international|overseas"),
    "presale": (r"预售|尾款|定金", r"presale|pre-order|deposit|\bbalance (?:is|must|not)"),
    "sale": (r"大促|双\s?1[12]|双十[一二]|618|秒杀", r"big[- ]sale|flash[- ]sale|double 1[12]|\b618\b"),
    "wallet": (r"支付宝|微信", r"alipay|wechat"),
    "bank": (r"银行卡|信用卡", r"\bbank\b|credit cards?|(?<!gift )(?<!sd )(?<!warranty )\bcards?\b"),
    "paypal": (r"paypal", r"paypal"),
    "instalment": (r"分期", r"instal?ment"),
    "vat": (r"专用发票|专票", r"\bvat\b"),
    "person": (r"人工|工作人员", r"\bstaff\b|a person|human"),
    "chat_line": (r"在线客服(?=[^，。；]{0,5}(?:改|仍|照|\d|全天|营业|接听))|智能助手", r"\b(?:chat|assistant)\b(?=[^,.;]{0,20}(?:\bopen\b|24|hours|available|closes))|automatic assistant"),
    "phone": (r"电话|热线", r"\bphone\b|telephone|hotline|\bcall\b"),
    "holiday": (r"春节|节假日|除夕|正月", r"spring festival|holidays?|lunar"),
    "accident": (r"人为|意外", r"accident"),
    "cancelled": (r"取消", r"cancel"),
    "refused": (r"拒收", r"refus"),
    "upstairs": (r"上楼|电梯", r"upstairs|\blift\b|floor"),
    "redirect": (r"转寄", r"redirect"),
    "escalated": (r"升级|主管", r"escalat|manager"),
    "reship": (r"补发", r"reship|sent again|send the order again"),
})  # fmt: skip
FACETS: Words = MappingProxyType({**CATEGORIES, **TIERS, **STATUSES, **_CASES})
ACTS: Words = MappingProxyType({
    "exchange": (r"换货|退换", r"exchang\w*"),
    "return": (r"退货|退换|退回(?!原)|可退(?!款)|能退(?!款)", r"\breturn(?:s|ed|ing|able)?\b|send(?:ing)? (?:it|them) back|take[sn]? back"),
    "refund": (r"退款|退钱|到账|退还", r"refund\w*|money back"),
    "cancel": (r"取消|撤单", r"cancel\w*"),
    "inspect": (r"验货", r"inspect\w*"),
    "collect": (r"上门取|取件|揽收", r"collects?\b|collected\b|pick(?:s|ed)?[- ]?up"),
    "ship": (r"发货|发出|寄出", r"\bships?\b|shipped|dispatch\w*|leaves? (?:us|our)"),
    "deliver": (r"送达|送到|配送|派送", r"deliver(?:s|ed|y times?)?\b|\barrives?\b"),
    "warranty": (r"保修|质保", r"warrant\w*|guarantee\w*"),
    "repair": (r"维修|修理", r"repair\w*"),
    "postage": (r"运费|邮费|快递费|包邮|邮资", r"postage|shipping fees?|delivery fees?|shipping costs?|shipping charges?"),
    "invoice": (r"发票|开票|开具", r"invoic\w*"),
    "answer": (r"答复|回复", r"answer(?:s|ed)?\b|repl(?:y|ies)\b|respon(?:d|se)s?\b"),
    "solve": (r"解决方案|解决办法", r"solutions?\b|resolv\w*"),
    "protect": (r"价保|保价|差价", r"price[- ]protect\w*|price difference"),
    "points": (r"积分", r"\bpoints?\b"),
    "coupon": (r"优惠券|代金券", r"coupons?"),
    "pay": (r"付款|支付|付清", r"\bpay(?:s|ing|ment)?\b|\bpaid\b"),
    "search": (r"查件", r"\bsearch\b|\btrace\b"),
    "erase": (r"注销|删除", r"\bdelet\w*|close (?:your|the) account"),
    "modify": (r"修改|更改|更换|变更|改(?:地址|商品)", r"\bchange(?:s|d)?\b|\bedit(?:ed)?\b"),
    "expire": (r"过期|有效|失效", r"expir\w*|\bvalid\w*"),
    "fee": (r"收费|费用|每单|每次|收取|加收", r"\bcosts?\b|\bcharge[sd]?\b|\bfees?\b"),
    "open": (r"接听|服务时间|营业", r"opening hours|\bopen\b|answered daily"),
})  # fmt: skip


def _compiled(words: Words) -> dict[str, dict[str, re.Pattern[str]]]:
    return {
        language: {name: re.compile(pair[place], re.IGNORECASE) for name, pair in words.items()}
        for place, language in enumerate(("zh", "en"))
    }


_ACTS, _FACETS = _compiled(ACTS), _compiled(FACETS)


@lru_cache(maxsize=_CACHED)
def acts_in(text: str, language: Language) -> frozenset[str]:
    return frozenset(name for name, pattern in _ACTS[language].items() if pattern.search(text))


@lru_cache(maxsize=_CACHED)
def facets_in(text: str, language: Language) -> frozenset[str]:
    return frozenset(name for name, pattern in _FACETS[language].items() if pattern.search(text))


def act_places(text: str, language: Language) -> list[tuple[int, str]]:
    """(middle of the words, act) of every act that a text names."""
    return sorted(
        ((match.start() + match.end()) // 2, name)
        for name, pattern in _ACTS[language].items()
        for match in pattern.finditer(text)
    )


def names(text: str, word: str, language: Language) -> bool:
    """Whether a text names one category, tier, status or case."""
    pattern = _FACETS[language].get(word)
    return bool(pattern and pattern.search(text))


def concepts(text: str, language: Language) -> list[tuple[int, int, str]]:
    """(start, end, name) of every act ("act:return") and facet ("fault") that a text names, in no order."""
    named = [(_ACTS[language], "act:"), (_FACETS[language], "")]
    return [
        (match.start(), match.end(), prefix + name)
        for patterns, prefix in named
        for name, pattern in patterns.items()
        for match in pattern.finditer(text)
    ]
