"""What a product's own description tells of what is asked: how long it runs, what it is made of. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.domain import Language, Product


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that is asked about goods, and how a description tells it."""

    asked: re.Pattern[str]
    told: re.Pattern[str]


def _attribute(asked: str, told: str) -> Attribute:
    return Attribute(re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))


_ATTRIBUTES = (
    _attribute(
        r"续航|充一次电|充满(?:电|一次)|(?:能|可以)(?:连续)?[用听玩撑放]多[久长]|多少个?小时|几个?小时"
        r"|battery|\b(?:on|per|a|one|single|full) charge\b|how long (?:does|do|will|can).{0,60}\b(?:last|run|play|burn)|how many hours",
        r"(?<!保温 )\d+ ?(?:个)?小时|续航|(?<!hot for )\b\d+ ?(?:hours?|h)\b|battery",
    ),
    _attribute(r"保温|保冷|keeps?\b.{0,30}\b(?:hot|warm|cold)", r"保温|保冷|keeps? (?:hot|warm|cold)"),
    _attribute(
        r"承重|多重的人|weight limit|max(?:imum)? (?:weight|load)|(?:hold|carry|support)s?\b.{0,20}\bkg",
        r"承重|carries",
    ),
    _attribute(
        r"多重|几斤|重量|克重|多少克|\bweigh|how heavy",
        r"(?<!承重 )\d+(?:\.\d+)? ?(?:克|公斤|g\b|(?<!carries )kg\b)",
    ),
    _attribute(
        r"材质|面料|料子|什么做的|什么料|成分|纯棉|真皮|实木|(?:made|woven) (?:of|from|out)|material|fabric|\b(?:real|genuine|pure|solid) (?:cotton|wool|leather|linen|wood)\b",
        r"棉|羊毛|绒|麻|不锈钢|实木|皮|丹宁|莫代尔|\bPP\b|cotton|wool|\bdown\b|flax|denim|steel|wood|leather|modal|polypropylene",
    ),
    _attribute(
        r"(?:机|水|手|干|能|可以|怎么|要|拆)洗|洗衣机|\bwash|dry.?clean", r"洗(?!发|面)|\bwash|dry clean"
    ),
    _attribute(
        r"防水|防汗|淋雨|沾水|water-?(?:proof|resist)|sweat|\brain\b|splash",
        r"防水|防汗|\bIP\w\d|water-?(?:proof|resist)|splash",
    ),
    _attribute(
        r"噪音|吵|分贝|静音|\bnois[ey]|\bloud|decibel|\bdB\b|\bquiet", r"分贝|静音|\bdB\b|quiet|silent"
    ),
    _attribute(r"刷新率|赫兹|\bhz\b|refresh rate", r"\bHz\b|\d+Hz"),
    _attribute(
        r"香精|香味|敏感肌|perfume|fragrance|scent|sensitive skin",
        r"香|敏感肌|perfume|fragrance|scent|sensitive",
    ),
    _attribute(
        r"[塞放装]得?下|(?:几|多大的?|\d+) ?(?:寸|英寸)|\bfits?\b(?! (?:under|on|in my (?:car|boot)))|\bhow (?:big|large)\b",
        r"\d+(?:\.\d+)? ?(?:-?inch|寸|英寸|厘米|毫米|cm|mm)\b|\d+ ?[×x] ?\d+",
    ),
    _attribute(
        r"尺寸|长宽高|多[高宽厚]|多长(?!时间|久)|\bhow (?:tall|wide|thick|deep)|dimensions?|\bmeasure|\b(?:height|width|depth|length)\b",
        r"\d+(?:\.\d+)? ?(?:厘米|毫米|cm|mm)\b|\d+ ?[×x] ?\d+",
    ),
    _attribute(
        r"飞机|登机|托运|安检|毫安|多少瓦时|\b(?:plane|flight|flying|fly|airport|carry.?on|watt.?hours?|Wh|mAh)\b",
        r"\bWh\b|\d+ ?Wh|瓦时",
    ),
    _attribute(
        r"单只|单个|一对|每只|一只|\b(?:per|each|a) (?:piece|dumbbell|pair)\b|\bfor (?:one|both|the pair)\b|\bthe two\b",
        r"单只|一对|one of the two|the pair",
    ),
    _attribute(r"组装|自己装|assembl|put (?:it )?together", r"组装|assembl"),
    _attribute(r"电磁炉|燃气|明火|induction|\bgas\b", r"电磁炉|燃气|induction|\bgas\b"),
)
# Of goods that something happened to, rules are asked and no description tells.
_OF_RULES = re.compile(
    r"退|换|保修|维修|坏|碎|裂|发票|运费|邮费|签收|return|exchang|refund|warrant|repair|broke|damag|fault|postage|deliver",
    re.IGNORECASE,
)


def asks_of_goods(text: str) -> bool:
    """Whether something is asked that the description of goods would tell, if anything does."""
    return any(each.asked.search(text) for each in _ATTRIBUTES)


def tells(text: str, product: Product, language: Language) -> bool:
    """Whether the description of a product says what a question asks; its name alone says nothing."""
    question = text
    for name in (product.name.zh, product.name.en):
        question = re.sub(re.escape(name), " ", question, flags=re.IGNORECASE) if name else question
    description = product.description.in_(language)
    if _OF_RULES.search(question):
        return False
    return any(each.asked.search(question) and each.told.search(description) for each in _ATTRIBUTES)
