"""Who chooses, decides or judges: the customer, the shop, the carrier."""

from __future__ import annotations

import re

from agent.ledger.held import Held

_WHO = {
    "customer": (r"您|你|顾客|买家|客户|收件人", r"you|your|yours|the customer|customers|buyers?|the recipient"),
    "shop": (r"我们|我方|青禾优选|青禾|店铺|商家|客服|仓库", r"we|us|our|ours|the shop|greenleaf(?: select)?|the warehouse|our staff"),
    "carrier": (r"快递(?:公司|员)?|物流(?:公司)?|承运商", r"the carrier|the courier"),
    "technician": (r"师傅|安装工", r"the technician|the installer"),
    "authority": (r"海关|发卡行|支付机构", r"customs|the payment company|your bank|the bank"),
}  # fmt: skip
_ZH = r"(?:自己|来|自行|现场|随意|可以|可|自由|任意|能)*(?:二选一|选择|任选|决定|挑选?|判断|说了算|作主|做主)"
_EN = (
    r"\b(?:{0})(?: (?:may|can|get to|are free to|alone|will|then))* (?:choose|decide|pick|select|judge)s?\b"
    r"|\b(?:decided|chosen|determined|picked|judged) by (?:{0})\b|\bup to (?:{0})\b|\b(?:{0}) choice\b|\bchoice is (?:{0})\b"
    r"|\bdepends? on (?:{0})\b"
)
_PATTERNS = {
    who: (
        re.compile(rf"(?:{zh}){_ZH}|以(?:{zh})的?(?:答复|决定|判断|说法)为准|(?:取决于|要?看)(?:{zh})"),
        re.compile(_EN.format(en), re.IGNORECASE),
    )
    for who, (zh, en) in _WHO.items()
}


def deciders(text: str, language: str) -> frozenset[str]:
    """Who is said to choose or to decide."""
    place = ("zh", "en").index(language)
    return frozenset(who for who, patterns in _PATTERNS.items() if patterns[place].search(text))


def same_decider(held: Held) -> str:
    """Somebody else decides than in the passage."""
    ours = deciders(held.said.text, held.language)
    theirs = deciders(held.source.text, held.source.language)
    strange = ours - theirs if theirs else frozenset()
    return f"says that another decides: {', '.join(sorted(strange))}" if strange else ""
