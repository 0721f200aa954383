"""Questions that the shop's data answers: what something comes in, what was bought, what it all comes to. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.product_facts import asks_of_goods, tells
from agent.resolve.orders import numbered
from agent.resolve.pieces import read_pieces
from agent.resolve.variants import named_options
from agent.types import Done, Evidence, Part, Understanding
from tools.domain import Money, Order, OrderLine, Product, Variant

MOST_VARIANTS = 12
_IN_ALL = re.compile(
    r"\btotal\b|in all\b|altogether|how much (?:money )?(?:do|will|would|should|am|can) i (?:be )?(?:get|gett|receiv|refund|pay|ow)\w*|refund (?:amount|should)|price difference"
    r"|一共|总共|合计|总计|加起来|总额|总价|差价|退(?:给)?我?多少|退多少",
    re.IGNORECASE,
)
_REFUND = re.compile(r"refund|get back|back\b|pay|differ|save|owe|退|补|付|差", re.IGNORECASE)
_ONE_ORDER = re.compile(
    r"\b(?:that|this|the|my)(?: new| pending| whole)? order\b|remaining|the rest\b|剩下|这个订单|那个订单|我的订单|新订单|订单总价",
    re.IGNORECASE,
)
_CANCELLED = re.compile(r"cancell?ed|取消的", re.IGNORECASE)
_PRICE = re.compile(r"price|cost|expensive|pa(?:y|id)|价|钱|贵|付", re.IGNORECASE)
_BALANCE = re.compile(
    r"(?:gift ?card|card|account)[^.?]*balance|balance[^.?]*(?:gift|card)|(?:礼品卡|储值卡|账户)[^。？]*余额|余额[^。？]*多少"
    r"|(?:礼品卡|储值卡)[^。？]{0,8}(?:还剩|剩(?:下)?|还有)[^。？]{0,4}(?:多少|几)|\bleft on my (?:gift ?)?card|how much (?:is|do i have) (?:left )?on my (?:gift ?)?card",
    re.IGNORECASE,
)
_BOUGHT = re.compile(
    r"(?:have|i've|i) (?:\w+ )?(?:bought|ordered|purchased)|previous orders|past orders|all (?:the|my) [^?]*(?:bought|orders)|买过|以前的订单|历史订单",
    re.IGNORECASE,
)
# What the shop has, beyond doubt; and words that ask for it where the message is about goods anyway.
_STOCK = re.compile(
    r"available|in stock|come in\b|options?\b|online store|cheapest|most expensive|有货|现货|多少种|几种|几款|款式|最便宜|最贵"
    r"|(?:what|which) (?:colou?rs|sizes|capacities)\b|sold out|(?:什么|哪[些几]种?|几[个种]?)(?:颜色|尺码|规格|容量)|缺货|断货|卖完",
    re.IGNORECASE,
)
_SHOP = re.compile(
    r"do you (?:have|sell|carry)|how many|which [^?]*(?:do you|have)|有哪些|店里|还有没有|有没有",
    re.IGNORECASE,
)
# What something costs now; "what did I pay" is for the order to tell.
_COSTS = re.compile(
    r"卖(?:多少|几)|多少钱|什么价|价格|售价|标价|几块|how much (?:is|are|does|do|for|would)|\bprices?\b|\bcosts?\b|卖\S{0,2}价",
    re.IGNORECASE,
)
_NOT_ITS_PRICE = re.compile(
    r"运费|邮费|送货|退|换|差价|价保|保价|降价|补|付了|花了|买的|修|安装|回收|发票"
    r"|postage|shipping|deliver|return|exchang|swap|refund|difference|protect|drop|cheaper|paid|did\b|was\b|were\b|repair|install|trade|deposit",
    re.IGNORECASE,
)
# Parts and accessories are goods of their own, which the catalogue would name.
_PARTS = re.compile(
    r"\bspare|accessor|replacement|refill|配件|备用|替换|耳套|滤芯|单卖|单独(?:卖|买)|\b(?:sell|buy|get) (?:just|only) the\b|\b(?:sell|buy) (?:\w+ ){1,4}(?:separately|on its own)\b",
    re.IGNORECASE,
)
# How it sells, and who makes it: neither is in the shop's data.
_UNTOLD = re.compile(
    r"实体店|门店|线下店?|专柜|展厅|试穿|\b(?:real|physical|actual|local|brick[- ]and[- ]mortar) (?:shops?|stores?)\b|\bshowrooms?\b|\btry\b[^.?!]{0,24}\bon\b(?! (?:my|the|a) (?:phone|app|site))"
    r"|卖得(?:更|最|比较)?(?:好|多|火)|销量|(?:哪|什么)[^，。？]{0,6}(?:更|最)(?:火|受欢迎|好卖|热销)|代工|(?:哪个?|什么|哪家)(?:工?厂|国家?)(?:生产|产|造|做|的)|产地|哪国(?:的|产|货)"
    r"|\b(?:most|more|how) popular\b|\bbest.?sell\w*|\bsells? (?:best|better|more|most)\b|\bpeople (?:\w+ )?(?:take|buy|pick|choose|order|go for) (?:more|most)\b|\bhow many\b[^.?!]{0,40}\b(?:sold|went out|have you sold)\b"
    r"|\bmanufactur\w*|\b(?:which|what) (?:factory|country)\b|\bcountry of origin\b|\bmade in (?:which|what)\b|\bwhere (?:is|are|was|were) (?:it|they|these|those|this|the [\w -]{1,30}) (?:made|produced|manufactured)\b",
    re.IGNORECASE,
)
# What an offer tells; all else about goods is not in the shop's data.
_TOLD = re.compile(
    r"price|cost|how (?:much|many)|stock|colou?r|size|sell|carry|which|kinds?|versions?|models?|options?|do you have|价|钱|货|库存|颜色|色|尺码|码|规格|款|几种|哪些|有没有|还有",
    re.IGNORECASE,
)
_CHEAPEST = re.compile(r"cheapest|lowest|least expensive|最便宜|最低", re.IGNORECASE)
_DEAREST = re.compile(r"most expensive|priciest|highest|最贵|最高", re.IGNORECASE)
# Questions about an order that its state alone does not answer.
_DETAILS = re.compile(
    r"price|cost|how much|pay|paid|total|address|where (?:was|is|did) (?:it|that|the order)|sent to|material|storage|colou?r|size|battery|what (?:is|are|'s|did)|which|item|payment|expensive|remaining|\bwhats\b|\bdid i (?:pick|choose|order|get)\b|\bsplit\b|\b(?:taken|came) off\b|went (?:on|in)to"
    r"|凑出来|多少|价|钱|付|地址|寄到|材质|存储|颜色|尺|规格|续航|什么|哪|剩下|几件|支付",
    re.IGNORECASE,
)


# What the list of what somebody bought tells: which it is, how many, and what they cost.
_OF_OWN = re.compile(
    r"价|钱|颜色|色|尺码|码|规格|款|型号|几[件双条]|多少[件双条]|哪[一]?[款个件单双]|什么时候买|订单"
    r"|price|cost|paid|how many|colou?r|\bsizes?\b|\bwhich (?:one|size|colou?r|version|model|order)|\b(?:what|the exact|my) (?:version|model)s?\b|\bordered\b|\bwhat order\b|did i (?:buy|get|order)",
    re.IGNORECASE,
)

# What only the carrier or the warehouse may know.
_NOT_RECORDED = re.compile(
    r"取件码|取货码|(?:下|有)(?:没有?|不下)?(?:大|小|暴)?[雪雨](?:[吗呀啊不]|没)|零下|多少度[呀啊呢？]|(?:谁|哪位)(?:给我)?(?:打包|装箱|包装)"
    r"|\b(?:locker|pick-?up|collection) (?:code|pin)\b|\b(?:who|whoever)\b[^.?!]{0,12}\b(?:packed|wrapped|boxed)\b|\b(?:packer|weather)\b"
    r"|(?:快递员|派送员|配送员|送货员|骑手|司机|师傅|小哥)[^，。？]{0,8}(?:姓名|名字|叫什么|叫啥|姓什么|贵姓|电话|手机|号码|联系方式|微信)|(?:毛重|净重|体积|车牌|航班)|(?:包裹|快递|箱子|纸箱)[^，。？]{0,6}(?:多重|重量|几[公千]?斤|多少[公千]?斤|尺寸|多大)"
    r"|\b(?:driver|courier|rider|postman|delivery (?:guy|man|person|driver))\b[^.?!]{0,20}\b(?:name|called|number|phone|mobile|contact|whatsapp)\b|\b(?:name|mobile|phone|number|contact)\b[^.?!]{0,24}\b(?:of|for) (?:the |my )?(?:driver|courier|rider|delivery (?:guy|man|person|driver))\b"
    r"|(?:网点|营业点|驿站|快递站|分拨中心)的?[^，。？]{0,6}(?:电话|座机|号码|地址|门牌|位置|几点(?:关|下班|开))|\b(?:depot|sorting cent(?:re|er)|courier['’]?s? (?:office|branch|station)|pick-?up point)\b[^.?!]{0,24}\b(?:phone|number|address|open|close)\b"
    r"|\bflight (?:no|number)\b|\b(?:which|what) flight\b|\blicen[cs]e plate\b|\b(?:parcel|package|box|carton|shipment)\b[^.?!]{0,20}\bweigh|\b(?:weight|dimensions?|size) of (?:the |my )?(?:parcel|package|box|carton|shipment)\b|\bhow (?:big|large|heavy) is the (?:parcel|package|box|carton)\b",
    re.IGNORECASE,
)


# What only those know who looked at what came back.
_INSPECTED = re.compile(
    r"(?:哪[条点项]|为什么|为啥|凭(?:什么|啥)|谁|什么原因|照片|图)[^。？]{0,14}(?:没过|不通过|验(?:货|收)|质检|检[查测])|(?:没过|不通过|验(?:货|收)|质检)[^。？]{0,14}(?:哪[条点项]|为什么|为啥|凭(?:什么|啥)|谁|什么原因|照片)|谁(?:给)?(?:验|检查)的?"
    r"|\b(?:why|who|which (?:point|part)|reason|photos?|pictures?)\b[^.?!]{0,50}\b(?:inspect(?:ion|or|ed)|quality check|(?:failed|rejected)\b)|\b(?:inspection|quality check)\b[^.?!]{0,50}\b(?:why|who|which (?:point|part)|reason|photos?|pictures?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with the variants that a question is about; `available` counts all that can be had.

    `missing` says that none of them is what was asked for.
    """

    product: Product
    variants: tuple[Variant, ...]
    available: int
    missing: bool = False


_ABOUT_GOODS = frozenset({"product_question", "stock_question"})


def answer_from_data(
    intent: str, text: str, understanding: Understanding, evidence: Evidence, done: Sequence[Done]
) -> Part | None:
    """The facts that answer a question about money or goods; None where the documents have to be asked."""
    one = _one_order(text, evidence)
    if one is not None and wants_details(text) and (_IN_ALL.search(text) or _PRICE.search(text)):
        return Part("order_details", {"order": one})
    if evidence.identified and done and _IN_ALL.search(text) and _REFUND.search(text):
        return totals(done)
    if evidence.identified and _BALANCE.search(text):
        return Part("balances", {"methods": evidence.identified.payment_methods})
    priced = _IN_ALL.search(text) or _PRICE.search(text)
    if evidence.identified and priced and _BOUGHT.search(text) and (part := _bought(text, evidence)):
        return part
    if (told := _described(intent, text, understanding, evidence)) is not None:
        return Part("product_facts", {"product": told})
    if offers := _offers(intent, text, evidence):
        return Part("offers", {"offers": offers})
    own = evidence.identified and intent in _ABOUT_GOODS and _OF_OWN.search(text) and not asks_of_goods(text)
    return _own_lines(text, evidence) if own else None


def _one_order(text: str, evidence: Evidence) -> Order | None:
    """The order that a question about a sum is about, where it is about one order."""
    if not _ONE_ORDER.search(text) or _CANCELLED.search(text):
        return None
    named = numbered(text, evidence.orders)
    return named[0] if named else evidence.order


def asks_private(text: str) -> bool:
    """Whether only the customer's own data can answer."""
    return bool(_BALANCE.search(text))


def only_others_know(text: str) -> bool:
    """Whether a question about an order is about what the carrier or the warehouse may know, and no record tells."""
    return bool(_NOT_RECORDED.search(text))


def asks_of_inspection(text: str) -> bool:
    """Whether a question about something sent back is about who looked at it and what they saw, which no record tells."""
    return bool(_INSPECTED.search(text))


def wants_details(text: str) -> bool:
    """Whether a question about an order is about more than its state."""
    return bool(_DETAILS.search(text))


def totals(done: Sequence[Done]) -> Part:
    """What this conversation has brought about, each and together."""
    nothing = Money.zero(done[0].currency)
    refund = sum((Money(Decimal(each.refund), each.currency) for each in done), nothing)
    due = sum((Money(Decimal(each.due), each.currency) for each in done), nothing)
    return Part("totals", {"done": done, "refund": refund, "due": due, "net": refund - due})


def _offers(intent: str, text: str, evidence: Evidence) -> tuple[Offer, ...]:
    """What the shop has of the products that are named."""
    if _PARTS.search(text) or _UNTOLD.search(text):
        return ()
    goods = intent in _ABOUT_GOODS
    priced = goods and _COSTS.search(text) and not _NOT_ITS_PRICE.search(text)
    if not (_STOCK.search(text) or priced or (goods and _SHOP.search(text) and _TOLD.search(text))):
        return ()
    return tuple(_offer(text, product) for product in evidence.named_products[:2])


def _offer(text: str, product: Product) -> Offer:
    available = [each for each in product.variants if each.has(1)]
    named = named_options(text, product)
    fitting = [
        each
        for each in available
        if all(key in each.options and each.options[key].en == value for key, value in named.items())
    ]
    missing = not available or (bool(named) and not fitting)
    shown = sorted(fitting or available, key=lambda each: each.price.amount)
    if shown and _CHEAPEST.search(text):
        shown = shown[:1]
    elif shown and _DEAREST.search(text):
        shown = shown[-1:]
    return Offer(product, tuple(shown[:MOST_VARIANTS]), len(available), missing)


def _described(intent: str, text: str, understanding: Understanding, evidence: Evidence) -> Product | None:
    """The one product named whose description tells what is asked."""
    if intent not in _ABOUT_GOODS or len(evidence.named_products) != 1 or _UNTOLD.search(text):
        return None
    product = evidence.named_products[0]
    return product if tells(text, product, understanding.language) else None


def _bought(text: str, evidence: Evidence) -> Part | None:
    """Everything of one kind that the customer has bought, with its sum."""
    found = _lines(text, evidence)
    if not found:
        return None
    nothing = Money.zero(found[0][0].currency)
    return Part("bought", {"lines": found, "total": sum((line.total for _, line in found), nothing)})


def _own_lines(text: str, evidence: Evidence) -> Part | None:
    found = _lines(text, evidence)
    return Part("bought", {"lines": found, "total": None}) if found else None


def _lines(text: str, evidence: Evidence) -> list[tuple[Order, OrderLine]]:
    found = []
    for order in evidence.orders:
        names = {piece.line.name.en for piece in read_pieces(text, order, evidence.products)}
        found += [(order, line) for line in order.lines if line.name.en in names]
    return found
