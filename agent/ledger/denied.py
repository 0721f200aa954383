"""What a passage only names to deny it, and what it spares: "cash" of "cannot be turned into cash"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.ledger import rules
from agent.ledger.concepts import STATUSES
from agent.ledger.held import Held
from agent.ledger.pieces import Clause, Material, Unit, read
from agent.ledger.words import Words, words_of
from tools.domain import Language

_COMMA = re.compile(r"[，。；！？]|[,;.!?](?=\s|$)")
_COLON = re.compile(r"：|:(?=\s)")
# "没用过的卡可以…" denies nothing of what may be done with the card.
_ATTRIBUTE = re.compile(
    r"(?:没有?|未|不(?!支持|能|可|会))[\u4e00-\u9fff]{1,5}?的(?=[\u4e00-\u9fff])"
    r"|\b(?:that|which|who)\b.*?(?=\b(?:is|are|can|cannot|will|may|must)\b|$)"
    r"|\b(?:not|never) (?:yet )?(?:\w+ed|worn|used|opened)\b(?=.*\b(?:can|may|will|is|are)\b)",
    re.IGNORECASE,
)
# "不在免费保修范围的：摔坏、进水" denies a list, "不保证成功：…" explains itself.
_HEADER = re.compile(r"(?:的|商品|品类|情况|情形|如下)\s*$|^\s*以下|^\s*(?:\w+ ){0,9}(?:not|cannot|excluded|never)(?: \w+){0,4}\s*$", re.IGNORECASE)  # fmt: skip
_CONDITION = re.compile(
    r"^\s*(?:如果|若|要是|收不到|没收到|没有?收到|\b(?:if|when|unless|once|until)\b)", re.IGNORECASE
)
_PREDICATE = re.compile(
    r"可以?|能|会(?!员)|支持|免|包|给|参加|适用|照|也|\b(?:can|may|will|is|are|must|do|does)\b", re.IGNORECASE
)
_AS_WELL = re.compile(
    r"也(?:是)?(?:一样|如此|同样)|同样如此|\bthe same (?:goes|applies|holds)\b", re.IGNORECASE
)
_QUESTION = re.compile(r"能否|是否|能不能|可不可以|会不会|\bwhether\b", re.IGNORECASE)
_SPARES = {
    "zh": re.compile(r"(?:不用|不必|无需|无须|不需要?|不须|不要求)(?P<n>[^，。；！？]{1,12})"),
    "en": re.compile(
        r"\bno (?P<a>\w+(?: \w+)?) (?:(?:is|are) )?(?:needed|required|necessary)\b"
        r"|\b(?:need(?:s)? not|do(?:es)?(?: not|n[o'’]t) (?:need|have|require)(?: to)?|no need (?:to|for)|without having to)(?P<n>(?: \w+){1,4})",
        re.IGNORECASE,
    ),
}  # fmt: skip
_FREED = re.compile(
    r"不影响|没关系|不要|不用|不收|也行|也可|不限|自动|\beven\b|\bwithout\b|\bnot (?:need|requir|ask)|\bno\b|\bautomatic|\bby (?:itself|themselves)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"付|钱|费|\bpay|\bcost|\bfee|\bcharge", re.IGNORECASE)
# Whatever these say, they are in every rule.
_COMMON = STATUSES.keys() | frozenset({"act:fee", "act:pay", "free", "start", "deadline", "chat", "商品", "订单", "item", "order", "可能", "product"})  # fmt: skip


def main_text(text: str) -> str:
    """A clause without what only says which thing is meant."""
    return _ATTRIBUTE.sub(" ", text)


def says_no(text: str) -> bool:
    return rules.says_no(main_text(text))


def _answers(source: Material) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """The words of what a passage affirms, and of what it denies."""
    return _answers_of(source.text, source.context, source.language)


@lru_cache(maxsize=512)
def _answers_of(text: str, context: str, language: Language) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    source = read(text, context, language)
    affirmed: list[Words] = []
    denied: list[Words] = []
    for unit in source.units:
        for piece, no in _pieces(unit):
            (denied if no else affirmed).append(words_of(piece, language))
    return tuple(affirmed), tuple(denied)


def _pieces(unit: Unit) -> Iterator[tuple[str, bool]]:
    """What stands between two commas, and whether it is denied; a list after "not covered:" is."""
    if unit.row:
        yield from ((clause.text, _label_denied(clause)) for clause in unit.clauses)
        return
    before = False
    header = ""
    for segment in _COLON.split(unit.text):
        listed = before and bool(_HEADER.search(header))
        header = segment
        for piece in _COMMA.split(segment):
            if not piece.strip():
                continue
            no = listed or (before if _AS_WELL.search(piece) else says_no(piece))
            before = no
            yield piece, no and not _CONDITION.search(piece)


def _label_denied(clause: Clause) -> bool:
    return rules.says_no(clause.text[clause.lead :])


def echoes_what_is_denied(held: Held) -> str:
    """A word that stands only where the passage says no, in a clause that says yes."""
    affirmed, denied = _answers(held.source)
    refuses = any(says_no(clause.text) for clause in held.said.clauses)
    for clause in held.said.clauses:
        text = main_text(clause.text)
        if refuses and not _PREDICATE.search(text):
            continue
        if rules.says_no(text) or rules.doubts(text) or _QUESTION.search(text):
            continue
        words = words_of(text, held.language)
        lost = [term for term in words.all - _COMMON if _tells(term) and _only(term, denied, affirmed)]
        if lost:
            return f"the passage denies it: {', '.join(sorted(lost))}"
    return ""


def _tells(term: str) -> bool:
    return len(term) > 1


def _only(term: str, denied: tuple[Words, ...], affirmed: tuple[Words, ...]) -> bool:
    return any(words.has(term) for words in denied) and not any(words.has(term) for words in affirmed)


def spares_what_is_spared(held: Held) -> str:
    """ "No photos needed" where the passage spares nobody the photos."""
    language = held.language
    for match in _SPARES[language].finditer(held.said.text):
        text = match["n"] or match.groupdict().get("a") or ""
        own = words_of(text, language).all - {"act:collect"}
        if _MONEY.search(text) or not own:
            continue
        spared = _spared(held.source, held.source.language)
        if not any(words.has(term) for words in spared for term in own):
            return f"says that one need not: {text.strip()}"
    return ""


def _spared(source: Material, language: Language) -> list[Words]:
    texts = [piece for unit in source.units for piece in _COMMA.split(unit.text)]
    return [words_of(text, language) for text in texts if _FREED.search(text) or "spare" in rules.rules_in(text, language)]  # fmt: skip
