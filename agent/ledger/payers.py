"""Who is said to pay, and in which case."""

from __future__ import annotations

import re

from agent.ledger.words import Words, words_of
from tools.domain import Language

_PAYING = re.compile(
    r"付|承担|负担|出(?:运|邮|钱|费)|自理|扣|免费|包邮|免运费|¥|元|\b(?:pays?|paid|paying|bears?|covers?|charged?|costs?|free|deduct\w*)\b|taken off",
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


def payers(text: str) -> frozenset[str]:
    """Who is said to pay: "shop", "customer"; empty where nothing is said about paying."""
    if not _PAYING.search(text):
        return frozenset()
    return frozenset(name for name, pattern in _PARTIES.items() if pattern.search(text))


def payers_in(text: str) -> frozenset[str]:
    """Those of the pieces between commas that speak of paying: "if you changed your mind, we pay"."""
    return frozenset().union(*(payers(piece) for piece in _COMMA.split(text)))


def case(text: str, language: Language) -> Words:
    """What is left without payers, paying and what is paid for: in which case somebody pays."""
    for pattern in (*_PARTIES.values(), _PAYING, _PAID_FOR):
        text = pattern.sub(" ", text)
    return words_of(text, language)
