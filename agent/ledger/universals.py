"""All, any, every: of what a rule for some is not told."""

from __future__ import annotations

import re

from agent.ledger.denied import says_no
from agent.ledger.held import Held
from agent.ledger.pieces import Clause, Unit
from agent.ledger.words import words_of
from tools.domain import Language

_ALL = {
    "zh": re.compile(
        r"(?:所有|任何|一切|全部|凡是|各类|每(?:一)?[件个位名种台款](?!月|工作|自然))的?(?P<n>[\u4e00-\u9fff]{1,5})"
        r"|什么(?P<n2>[\u4e00-\u9fff]{1,5}?)都"
    ),
    "en": re.compile(
        r"\b(?:all|any|every|each|whatever)(?! (?:parts|time|day|one|of it)\b)(?: of)?(?: (?:the|our|your|other))?\s(?P<n>[a-z-]+(?: [a-z-]+)?)(?P<n2>)"
        r"|\b(?P<bare>anything|everything|anyone|everyone|anybody|everybody|whoever)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
_EVERYWHERE = {
    "zh": re.compile(r"都(?!市)|均(?!价)|一律|全都|无论|不论|不管|皆|也"),
    "en": re.compile(r"\b(?:everything|anything|everyone|anyone|always|both|neither|whatever|regardless|nothing|none|too|as well|also|even)\b", re.IGNORECASE),
}  # fmt: skip
_NONE = {
    "zh": re.compile(r"(?!)"),
    "en": re.compile(r"\b(?:no|another|other)\s(?P<n>[a-z-]+(?: [a-z-]+)?)", re.IGNORECASE),
}
_SUPPOSED = re.compile(r"\b(?:if|when|whether|once|unless)\b[^,]*$|(?:如果|若|要是)[^，]*$", re.IGNORECASE)


def told_of_all(held: Held) -> str:
    """ "All appliances" where the passage lists three, or says it of some."""
    for clause, near in held.pairs:
        for match in _ALL[held.language].finditer(clause.text):
            word = match.group()
            if _SUPPOSED.search(clause.text[: match.start()]):
                continue
            if word.lower().startswith("any") and says_no(clause.text):
                continue
            if near and not any(_general(_noun(match), each, unit, held) for each, unit in near):
                return f"“{word}”: the passage does not say it of all"
    return ""


def _noun(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("n") or groups.get("n2") or ""


def _general(noun: str, clause: Clause, unit: Unit, held: Held) -> bool:
    """Whether a clause speaks of all of them too."""
    language = held.source.language
    text = unit.text if unit.row else clause.text
    own = words_of(noun, language)
    for pattern in (_ALL[language], _NONE[language]):
        for match in pattern.finditer(unit.text):
            theirs = words_of(_noun(match), language)
            if not own.all or not theirs.all or any(map(theirs.has, own.all)):
                return True
    if unit.row:
        return False
    return bool(_EVERYWHERE[language].search(text)) and _names(own.all, text, language)


def _names(terms: frozenset[str], text: str, language: Language) -> bool:
    words = words_of(text, language)
    return not terms or any(map(words.has, terms))
