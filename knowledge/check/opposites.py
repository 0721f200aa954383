"""Check 2, continued: one passage flatly allows what another flatly denies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from agent.ledger.concepts import facets_in
from knowledge.check.findings import Finding
from knowledge.check.languages import finding
from knowledge.check.polarity import said
from knowledge.check.sections import Piece, Section
from knowledge.check.words import Weights, words_of

# Words that make a yes or no hold in some case only.
_CONDITION = re.compile(
    r"如果|若|只有|仅|除|才|的话|例外|但|即使|也|仍|照样|原因|再|直接|超过|之前|前|以后|后|期限|其他|改"
    r"|\b(?:if|unless|only|except|when|once|while|until|before|after|within|but|other|instead|still|either|again|as long as|provided|without|twice|different)\b",
    re.IGNORECASE,
)  # fmt: skip
# How alike the two phrases have to be besides (cosine, 0..1).
_LIKE = 0.55
# Acts that are said of too many things to contradict each other.
_LOOSE = frozenset({"pay", "open", "fee", "answer", "search", "points", "postage", "collect"})


@dataclass(frozen=True, slots=True)
class _Saying:
    section: Section
    piece: Piece
    act: str
    answer: bool
    words: frozenset[str]


def check_opposites(sections: Iterable[Section], changed: Collection[str] | None = None) -> Iterator[Finding]:
    """Compare the flat sayings of one language about the same goods or state; with `changed` only those of these."""
    groups: dict[tuple[str, str, frozenset[str]], list[_Saying]] = defaultdict(list)
    everything: list[_Saying] = []
    for section in sections:
        for scope, saying in _sayings(section):
            groups[section.document.language, saying.act, scope].append(saying)
            everything.append(saying)
    weights = Weights(each.words for each in everything)
    for those in groups.values():
        yes, no = ([each for each in those if each.answer is answer] for answer in (True, False))
        for one, other in product(yes, no):
            if one.section.topic == other.section.topic or not _touched(one, other, changed):
                continue
            if weights.cosine(one.words, other.words) >= _LIKE:
                yield _opposite(one, other)


def _sayings(section: Section) -> Iterator[tuple[frozenset[str], _Saying]]:
    language = section.document.language
    for piece in section.statements:
        if piece.cells or _CONDITION.search(piece.text):
            continue
        for phrase in piece.phrases:
            scope = facets_in(phrase, language)
            for act, answer in said(phrase, language) if scope else ():
                if act not in _LOOSE:
                    concepts = {f"case:{case}" for case in scope}
                    yield scope, _Saying(section, piece, act, answer, words_of(phrase) | concepts)


def _touched(one: _Saying, other: _Saying, changed: Collection[str] | None) -> bool:
    return changed is None or any(each.section.document.key in changed for each in (one, other))


def _opposite(yes: _Saying, no: _Saying) -> Finding:
    return finding(
        "warning", "documents.opposite", yes.section, yes.piece.text,
        f"Says yes to {yes.act} where {no.piece.passage.id} says no. Correct one of them, or say in which case each holds.",
        other=no.piece.passage.id, other_quote=no.piece.text,
    )  # fmt: skip
