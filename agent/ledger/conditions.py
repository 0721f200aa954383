"""On what condition something holds, and on which side of a moment."""

from __future__ import annotations

import re

from agent.ledger.negation import denies
from agent.ledger.pieces import Material, Unit
from agent.ledger.words import language_of, words_of
from retrieval.tokenizer import stem
from tools.domain import Language

_IF = {
    "zh": re.compile(
        r"(?:如果|若(?!干)|要是|只有(?!一)|除非|一旦)(?P<c>[^，。；：]+)|(?P<c2>[^，。；：|]{2,24}?)(?:的话|才(?!能))(?=[，：])"
    ),
    "en": re.compile(
        r"\b(?:if|unless|only if|only when|provided(?: that)?|as long as|once|in case)\s(?P<c>[^,.;:|]+)(?P<c2>)",
        re.IGNORECASE,
    ),
}
_FROM = re.compile(r"([\u4e00-\u9fff]{2})(?=(?:之日|次日|当日|当天)|起)")
_COLON = re.compile(r"：|:(?=\s)")
_RIGHT = re.compile(r"退|换|免费|赔|补偿|取消|付|承担|\b(?:refund|return|exchang|cancel|free|pay|compens|replac|entitled)\w*", re.IGNORECASE)  # fmt: skip
_ZH_SIDE = re.compile(r"([\u4e00-\u9fff]{2})(?:之|以)?(前|后)(?![天年面])")
_EN_SIDE = re.compile(
    r"\b(before|after|until|once)\s+(?:it\s+(?:is|has|was)?\s*|the\s+|your\s+|you\s+(?:have\s+)?|we\s+(?:have\s+)?|being\s+|has\s+)*([a-z]+)",
    re.IGNORECASE,
)
_SIDES = {"before": "before", "until": "before", "after": "after", "once": "after", "前": "before", "后": "after"}  # fmt: skip
_ACTS = frozenset({"act:exchange", "act:return", "act:refund", "act:cancel"})
_WHEN = re.compile(r"如果|若|因|时|后|前|的(?=订单|商品|话)|\b(?:if|when|after|before|once|because|unless|only)\b|ed (?:order|item)", re.IGNORECASE)  # fmt: skip
_MOMENTS = {
    "delivery": frozenset(["签收", "收货", "收到", "到货", "拿到", "到手", "deliver", "delivery", "receiv", "receipt", "arriv", "arrival"]),
    "payment": frozenset(["付款", "支付", "付清", "扣款", "payment", "pay", "paid", "paying"]),
    "order": frozenset(["下单", "订购", "拍下", "order", "ordering", "checkout"]),
    "shipping": frozenset(["发货", "发出", "寄出", "ship", "shipping", "dispatch"]),
    "purchase": frozenset(["购买", "售出", "卖出", "买下", "买到", "purchas", "buying"]),
    "inspection": frozenset(["验货", "验收", "通过", "inspection", "inspect"]),
}  # fmt: skip
# Whatever is said of the one says nothing of the other.
_OTHERS = {
    "zh": (("旧商品", "新商品"), ("储蓄卡", "信用卡"), ("定金", "尾款"), ("个人", "企业"), ("公司", "个人"), ("受理", "完成"), ("买家", "卖家"),
           ("新款", "旧款"), ("电子", "纸质"), ("收件人", "寄件人"), ("优惠券", "现金"), ("积分", "现金"), ("第一", "最后")),
    "en": (("deposit", "balance"), ("old", "new"), ("recipient", "sender"), ("debit", "credit"), ("indoor", "outdoor"), ("individuals?", "companies"),
           ("electronic", "paper"), ("coupon", "cash"), ("points", "cash"), ("first", "last")),
}  # fmt: skip
_OPPOSITES = {
    "zh": (("更贵", "更便宜"), ("补付", "退给"), ("包含", "不含"), ("升级", "降级"), ("工作日", "自然日"), ("同款", "另一款"), ("当天", "次日"), ("一起", "分开"), ("当日", "次日")),
    "en": (("more", "less"), ("upgrade", "downgrade"), ("included", "excluded"), ("cheaper", "dearer"), ("together", "separately"), ("same", "different"), ("before", "after"),
           ("monthly", "yearly"), ("opens", "closes"), ("up", "down"), ("day of", "day after"), ("same", "next")),
}  # fmt: skip


def drops_condition(said: Material, source: Material) -> bool:
    """Whether a right that the passage ties to an "if" is given without it."""
    if not _RIGHT.search(said.text):
        return False
    best = max((said.words.share_in(unit.words) for unit in source.units), default=0.0)
    homes = [unit for unit in source.units if said.words.share_in(unit.words) >= best - 1e-9]
    return bool(homes) and all(_leaves_out(said, unit, source.language) for unit in homes)


def _leaves_out(said: Material, unit: Unit, language: Language) -> bool:
    segments = [each for each in _COLON.split(unit.text) if each.strip()]
    text = max(segments, key=lambda each: said.words.share_in(words_of(each, language)), default="")
    for match in _IF[language].finditer(text):
        condition = match["c"] or match["c2"]
        own = words_of(condition, language).all - words_of(text.replace(condition, " "), language).all
        # What only belongs to the condition and is nowhere in the sentence has been left out.
        if own and not any(said.words.has(term) for term in own):
            return True
    return False


def opposite_side(said: Material, source: Material) -> str:
    """A word of the sentence for which the passage only has its opposite; "" for none."""
    for anchor, side, word in _sides(said.text, said.language):
        theirs = {each for other, each, _ in _sides(source.text, source.language) if other == anchor}
        if theirs and side not in theirs:
            return word
    pairs = _OTHERS[said.language] + (() if denies(said.text) else _OPPOSITES[said.language])
    both = [pair for one, other in pairs for pair in ((one, other), (other, one))]
    return next((ours for ours, theirs in both if _swapped(ours, theirs, said.text, source.text)), "")


def opposed(said: str, near: str, language: Language) -> str:
    """A word of a clause for which the clause nearest to it has the opposite; "" for none."""
    both = [pair for one, other in _OPPOSITES[language] for pair in ((one, other), (other, one))]
    return next((ours for ours, theirs in both if _swapped(ours, theirs, said, near)), "")


def _swapped(ours: str, theirs: str, said: str, source: str) -> bool:
    return _in(ours, said) and not _in(ours, source) and _in(theirs, source) and not _in(theirs, said)


def other_moment(said: Material, source: Material) -> str:
    """A moment that the passage does not count from: "after delivery" where it says "after payment"."""
    theirs = {_moment(anchor) for anchor, _, _ in _sides(source.text, source.language)}
    ours = [(anchor, word) for anchor, _, word in _sides(said.text, said.language) if _moment(anchor)]
    strange = [word for anchor, word in ours if theirs - {""} and _moment(anchor) not in theirs]
    return strange[0] if strange else ""


def other_start(said: Material, source: Material) -> str:
    """A moment that something is counted from or follows, of which the passage does not speak."""
    ours, theirs = moments(said.text), moments(source.text)
    if ours and theirs and not ours & theirs:
        return ", ".join(sorted(ours))
    if said.language != "zh" or source.language != "zh" or not _sides(source.text, "zh"):
        return ""
    everything = f"{source.context}\n{source.text}"
    strange = [
        word
        for anchor, _, word in _sides(said.text, "zh")
        if not _moment(anchor) and anchor not in everything
    ]
    return strange[0] if strange else ""


def moments(text: str) -> frozenset[str]:
    """What a length of time is counted from: "payment", "delivery" …; "从签收次日起" is from delivery."""
    anchors = [anchor for anchor, side, _ in _sides(text, language_of(text)) if side == "after"]
    anchors += [match[1] for match in _FROM.finditer(text)]
    return frozenset(_moment(anchor) for anchor in anchors) - {""}


def _moment(anchor: str) -> str:
    return next((name for name, words in _MOMENTS.items() if anchor in words), "")


def _in(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<![A-Za-z]){word}(?![A-Za-z])", text, re.IGNORECASE))


def _sides(text: str, language: Language) -> list[tuple[str, str, str]]:
    """(what, before or after, the words) of every "before shipping" and "发货前"."""
    if language == "zh":
        return [(m[1], _SIDES[m[2]], m.group()) for m in _ZH_SIDE.finditer(text)]
    return [(stem(m[2].lower()), _SIDES[m[1].lower()], m.group()) for m in _EN_SIDE.finditer(text)]


def adds_condition(said: Material, source: Material) -> str:
    """An act that the sentence makes a condition and the passage does not: "a coupon if you cancel"."""
    theirs = [m["c"] or m["c2"] for u in source.units for m in _IF[source.language].finditer(u.text)]
    theirs += [
        clause.text
        for unit in source.units
        for clause in unit.clauses
        if _WHEN.search(clause.text) or unit.row
    ]
    known = frozenset().union(*(words_of(text, source.language).named for text in [*theirs, source.context]))
    ours = [m["c"] or m["c2"] for u in said.units for m in _IF[said.language].finditer(u.text)]
    strange = frozenset().union(*(words_of(text, said.language).named for text in ours)) & _ACTS - known
    return ", ".join(sorted(strange))
