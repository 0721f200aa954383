"""Puts right what slips from the fingers, in the words that decide. Pure.

Only for reading: what the customer is quoted with stays as it was written.
"""

from __future__ import annotations

import re

# Words that name an action or a reason. Nothing shorter than six letters: too many words differ by one of fewer.
_KNOWN = (
    "return", "returning", "exchange", "cancel", "cancelled", "address", "payment", "repair", "refund", "deliver",
    "broken", "damaged", "cracked", "smashed", "snapped", "faulty", "defect", "defective", "quality", "working",
    "stopped", "mistake", "accident", "cheaper", "elsewhere", "longer", "described", "description", "picture",
    "different", "wanted", "needed", "ordered", "received", "anymore", "changed", "switch",
)  # fmt: skip
_LETTERS = re.compile(r"[A-Za-z]{5,}")
_ENDING = re.compile(r"|s|e?d|r|e?rs?|ings?|l?ing|l?ed|ly|able|ables|ment|l?ations?|ive|y|ies|es")
# Words of their own that are one letter away from a known one.
_OTHERS = frozenset({"refuned", "linger", "louder", "lounger", "longed", "cheater", "cracker", "caned", "waned",
                     "cancer", "chanted", "charged", "broker", "banged", "order", "orders", "wander", "wants",
                     "stepped", "slopped", "smasher", "snipped", "snapper", "faults", "faintly", "deliver",
                     "retune", "retain", "pavement", "dressed", "needled", "wasted", "warned", "wonted", "chained",
                     "changes", "switched", "repairs", "damages", "pictured", "defects", "walking", "wording",
                     "quantity", "received", "receiver", "answered"})  # fmt: skip
# What an input method offers for the same sounds.
_CHINESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(wrong), right)
    for wrong, right in (
        (r"[推腿褪][货活或伙]|退[活伙]|退或(?!换|者|修)", "退货"),
        (r"换[活伙]|换或(?!退|者|修)", "换货"),
        (r"取[销肖]|去消(?!费|化|息|遣|毒|防)", "取消"),
        (r"质量[量亮]", "质量"),
        (r"地[止扯](?!血)", "地址"),
        (r"付[筷快宽](?!递)", "付款"),
        (r"定单|丁单", "订单"),
        (r"[坏怀](?:叼|调|吊)了", "坏掉了"),
        (r"[坡泼]损", "破损"),
        (r"[伐乏]错|发挫", "发错"),
        (r"尺[妈吗马]", "尺码"),
    )
)


def respelled(text: str) -> str:
    """The text with slips in known words put right; a word that begins like a known one is left alone."""
    for pattern, right in _CHINESE:
        text = pattern.sub(right, text)
    return _LETTERS.sub(lambda match: _meant(match.group()), text)


def _meant(word: str) -> str:
    low = word.lower()
    if low in _OTHERS or any(_formed_from(low, known) or known.startswith(low) for known in _KNOWN):
        return word
    return next((known for known in _KNOWN if known[0] == low[0] and _one_slip(low, known)), word)


def _formed_from(word: str, known: str) -> bool:
    return word.startswith(known) and bool(_ENDING.fullmatch(word[len(known) :]))


def _one_slip(said: str, known: str) -> bool:
    """Whether one letter is missing, doubled, wrong or has changed places with its neighbour."""
    if abs(len(said) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(said), len(known)) and said[start] == known[start]:
        start += 1
    said, known = said[start:], known[start:]
    if len(said) == len(known):
        swapped = len(said) > 1 and said[0] == known[1] and said[1] == known[0] and said[2:] == known[2:]
        return swapped or said[1:] == known[1:]
    return said[1:] == known if len(said) > len(known) else said == known[1:]
