"""Who is said to pay, and in which case."""

from __future__ import annotations

import re

from agent.ledger.negation import denies
from agent.ledger.words import Words, words_of
from tools.domain import Language

_PAYING = re.compile(
    r"付|承担|负担|出(?:运|邮|钱|费)|(?:我们|店铺|青禾(?:优选)?|您|你|顾客|买家)来?[出掏包](?![现发])|自理|扣|免费|包邮|免运费|¥|元|\b(?:pays?|paid|paying|bears?|covers?|charged?|costs?|free|deduct\w*|expense|on us)\b|taken off",
    re.IGNORECASE,
)
_COMMA = re.compile(r"，|,\s|[。；;|]")
_PAID_FOR = re.compile(
    r"退货|退款|退回|寄回|运费|邮费|费用|快递|需要|\b(?:return|refund|postage|shipping|delivery|items?|the|for|a|an|if|is|it|it's|will|to)\b",
    re.IGNORECASE,
)
_PARTIES = {
    "customer": re.compile(
        r"顾客|买家|客户|您|你|自理|自付|收件人|\b(?:customers?|you|yourself|buyers?|recipients?)\b", re.IGNORECASE
    ),
    "shop": re.compile(
        r"店铺|本店|商家|卖家|我们|我方|青禾(?:优选)?|免费|包邮|免运费|\b(?:shop|store|seller|we|us|greenleaf(?: select)?|free)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
_ZH_PAYS = r"(?:自己|自行|来|全额|另外|需要?|要|须|另行|负责)*(?:承担|负担|支付|付|出|掏|自付|自理)(?!款后|款之后|款前|货)"
_EN_PAYS = r"(?: (?:also|must|will|have to|has to|only|always|yourself|then|the))* (?:pays?|bears?|covers?)\b"
_DIRECT = {
    "customer": re.compile(rf"(?:顾客|买家|客户|您|你|收件人){_ZH_PAYS}|\b(?:customers?|you|buyers?|the recipient){_EN_PAYS}|\b(?:paid|borne|covered) by (?:you|the (?:customer|buyer|recipient))|\b(?:at )?your (?:own )?expense", re.IGNORECASE),
    "shop": re.compile(rf"(?:店铺|本店|商家|卖家|我们|我方|青禾(?:优选)?){_ZH_PAYS}|\b(?:the (?:shop|store|seller)|we|greenleaf(?: select)?){_EN_PAYS}|\b(?:paid|borne|covered) by (?:us|the (?:shop|store|seller)|greenleaf)|\b(?:our|the shop's) expense|\bon us\b", re.IGNORECASE),
}  # fmt: skip
# To pay nothing is to have it paid by the shop.
_NOTHING = re.compile(
    r"(?:顾客|买家|客户|您|你)?(?:都|也|就)?(?:不用|不必|无需|不需要?|无须)(?:您|你|再|另外|另|自己)*(?:承担|负担|支付|付|出|掏)[^，。；]*|(?:顾客|买家|客户|您|你)(?:承担|支付|付) ?¥ ?0(?![\d.])"
    r"|\b(?:you|customers?|buyers?|members?) (?:\w+ )?(?:pays?|bears?) (?:¥ ?0(?![\d.])|nothing|no \w+|none)|\b(?:need not|do not(?: have to)?|don't(?: have to)?) pay\b",
    re.IGNORECASE,
)
_FEE = re.compile(
    r"费|邮资|差价|税|\b(?:postage|fees?|costs?|charges?|shipping|delivery|dut(?:y|ies)|tax(?:es)?)\b",
    re.IGNORECASE,
)
_DEDUCTED = re.compile(r"从[^，。]{0,6}款中?扣|扣除|\btaken off\b|\bdeducted from\b", re.IGNORECASE)


def payers(text: str) -> frozenset[str]:
    """Who is said to pay: "shop", "customer"; empty where nothing is said about paying.

    The one who does it or by whom it is done ("we sent the wrong item you pay": the customer), else everybody named.
    What is taken off a refund is the customer's.
    """
    if not _PAYING.search(text):
        return frozenset()
    rest = _NOTHING.sub(" ", text)
    found = frozenset(name for name, pattern in _DIRECT.items() if pattern.search(rest))
    if found or rest != text:
        return found | (frozenset({"shop"}) if rest != text else frozenset())
    found = frozenset(name for name, pattern in _PARTIES.items() if pattern.search(text))
    return found or (frozenset({"customer"}) if _DEDUCTED.search(text) and not denies(text) else found)


def direct(text: str) -> bool:
    """Whether it is said in so many words who pays."""
    return bool(_FEE.search(text)) and any(pattern.search(text) for pattern in _DIRECT.values())


def payers_in(text: str) -> frozenset[str]:
    """Those of the pieces between commas that speak of paying: "if you changed your mind, we pay"."""
    return frozenset().union(*(payers(piece) for piece in _COMMA.split(text)))


def case(text: str, language: Language) -> Words:
    """What is left without payers, paying and what is paid for: in which case somebody pays."""
    for pattern in (*_PARTIES.values(), _PAYING, _PAID_FOR):
        text = pattern.sub(" ", text)
    return words_of(text, language)
