"""Cuts a passage or a sentence into the pieces that state one thing each, and says for which case each of them holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from agent.ledger.concepts import CATEGORIES, STATUSES, TIERS, facets_in
from agent.ledger.quantities import find_quantities, flat
from agent.ledger.words import Words, words_of
from agent.sentences import split_sentences
from tools.domain import Language

_CUT = re.compile(
    r"[，。；：（）！？]|[;:!?](?=\s|$)|,(?=\s)|\.(?=\s|$)|[()]|——|(?<=\s)(?=(?:but|while|whereas|otherwise|unless)\s)|(?=或者|但是|否则|如果)"
)
_PART = re.compile(r"[；;]|(?<=[a-z)]),? but (?=\w)|，但(?!书)")
_PREDICATE = re.compile(
    r"[更退换补付收免扣能可须要不无没只限送寄取到算为是在按用给]|\b(?:is|are|be|can|may|must|not|has|have|pays?|costs?|gets?|takes?|counts?|ships?|goes|go|need|do|does|will|free|stays?|closes?|asks?|covers?|calls?|ends?|starts?|follows?|belongs?|depends?|settled|refunded|returns?|sends?|chooses?|gives?|contacts?|keeps?|tells?|checks?|provides?|had|was|were)\b",
    re.IGNORECASE,
)
_RULED_LINE = re.compile(r"^[\s|:-]+$")
# A Chinese piece as long as the second number states something, verb or not.
_LEAST = {"zh": (4, 8), "en": (18, 1000)}
_OTHERS = re.compile(r"普通(?:商品|外衣)|其他(?:商品|品类)|其余|一般商品|everything else|(?:any|all) other\b|other (?:goods|items)|ordinary items", re.IGNORECASE)  # fmt: skip

_UNSHIPPED = re.compile(r"\bbefore (?:the |your |an )?(?:order|item|parcel)s? (?:has |have |is |are )?(?:been )?shipp\w+", re.IGNORECASE)  # fmt: skip
# "Everything else": no kind of goods that is named.
OTHERS = "others"
# What excludes each other within a group: what holds for one of them says nothing of the others.
GROUPS: Mapping[str, frozenset[str]] = {
    "category": frozenset({*CATEGORIES, OTHERS}),
    "tier": frozenset(TIERS),
    "status": frozenset(STATUSES),
    "reason": frozenset({"fault", "no_reason"}),
    "method": frozenset({"wallet", "bank", "paypal", "gift_card"}),
    "speed": frozenset({"express"}),
    "place": frozenset({"remote", "abroad"}),
    "presale": frozenset({"presale"}),
    "sale": frozenset({"sale"}),
    "vat": frozenset({"vat"}),
    "accident": frozenset({"accident"}),
    "instalment": frozenset({"instalment"}),
    "holiday": frozenset({"holiday"}),
    "refused": frozenset({"refused"}),
    "channel": frozenset({"person", "phone", "chat_line"}),
}
Scope = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is what it says in full (a cell with its row's label and its header); `start` and `end` are its place.

    `lead` characters of `text` do not stand there. `own` are the cases that it names itself, `scope` those that
    it stands under.
    """

    text: str
    lead: int
    start: int
    end: int
    own: Scope
    scope: Scope
    words: Words


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a row of a table. `text` has the headers of a row too, `before` is the sentence above the table."""

    text: str
    start: int
    end: int
    words: Words
    clauses: tuple[Clause, ...]
    row: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A text with what it is about (`context`, may be empty), read once."""

    text: str
    context: str
    language: Language
    words: Words
    units: tuple[Unit, ...]
    about: Scope

    @property
    def clauses(self) -> Iterator[Clause]:
        for unit in self.units:
            yield from unit.clauses


@lru_cache(maxsize=1024)
def read(text: str, context: str, language: Language) -> Material:
    about = facets_of(context, language)
    units: list[Unit] = []
    head: list[str] = []
    for start, end in _lines(text):
        line = text[start:end]
        if not line.startswith("|"):
            head = []
            units += (_unit(text, *place, language, about) for place in _sentences(text, start, end))
        elif _RULED_LINE.match(line):
            continue
        elif not head:
            head = [text[a:b].strip() for a, b in _cells(text, start, end)]
        else:
            before = next((unit.text for unit in reversed(units) if not unit.row), "")
            units.append(replace(_row(text, start, end, head, language, about), before=before))
    return Material(text, context, language, words_of(f"{context}\n{text}", language), tuple(units), about)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text):
        if match.group().strip():
            yield match.start() + len(match.group()) - len(match.group().lstrip()), match.end()


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a line, cut at what begins a statement of its own."""
    place = start
    for sentence in split_sentences(text[start:end]):
        place = text.find(sentence, place, end)
        begin = place
        for cut in [*_PART.finditer(text, place, place + len(sentence)), None]:
            stop = cut.start() if cut else place + len(sentence)
            if piece := text[begin:stop].strip():
                begin += text[begin:stop].index(piece)
                yield begin, begin + len(piece)
            begin = cut.end() if cut else stop
        place += len(sentence)


def _unit(text: str, start: int, end: int, language: Language, about: Scope) -> Unit:
    places = list(_merged(text, start, end, language))
    own = [facets_of(text[a:b], language) for a, b in places]
    clauses = tuple(
        Clause(text[a:b], 0, a, b, own[n], _scope(own, n, about), words_of(text[a:b], language))
        for n, (a, b) in enumerate(places)
    )
    return Unit(text[start:end], start, end, words_of(text[start:end], language), clauses)


def _merged(text: str, start: int, end: int, language: Language) -> Iterator[tuple[int, int]]:
    """Clauses; a mere list item ("underwear," "fresh food,") goes with what is said of it."""
    begin: int | None = None
    places: list[tuple[int, int]] = []
    for a, b in _clauses(text, start, end):
        begin = a if begin is None else begin
        if find_quantities(text[begin:b]) or _states(text[begin:b], language):
            places.append((begin, b))
            begin = None
        elif places:
            places[-1] = (places[-1][0], b)
            begin = None
    yield from places or [(start, end)]


def _states(piece: str, language: Language) -> bool:
    least, most = _LEAST[language]
    return len(piece) >= most or (len(piece) >= least and bool(_PREDICATE.search(piece)))


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    taken = [(start + each.start, start + each.end) for each in find_quantities(text[start:end])]
    cuts = [cut for cut in _CUT.finditer(text, start, end) if not any(a < cut.end() and cut.start() < b for a, b in taken)]  # fmt: skip
    for cut in [*cuts, None]:
        stop = cut.start() if cut else end
        if piece := text[begin:stop].strip():
            begin += text[begin:stop].index(piece)
            yield begin, begin + len(piece)
        begin = cut.end() if cut else end


def _row(text: str, start: int, end: int, head: list[str], language: Language, about: Scope) -> Unit:
    places = _cells(text, start, end)
    cells = [text[a:b].strip() for a, b in places]
    label = cells[0] if cells else ""
    whole = " | ".join(f"{name}: {cell}" for name, cell in zip(head, cells, strict=False))
    clauses: list[Clause] = []
    for n, (a, b) in enumerate(places):
        name = head[n] if n < len(head) else ""
        lead = f"{name}: " if n == 0 else f"{label} {name}: "
        if n and not any(char.isalnum() for char in cells[n]):
            continue
        for begin, stop in _merged(text, a, b, language) if n else [(a, b)]:
            said = lead + text[begin:stop]
            own = facets_of(said, language)
            scope = _scope([own], 0, about)
            clauses.append(Clause(said, len(lead), begin, stop, own, scope, words_of(said, language)))
    return Unit(whole, start, end, words_of(whole, language), tuple(clauses), True)


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    stripped = text[start:end].rstrip()
    last = start + len(stripped) - (1 if stripped.endswith("|") else 0)
    cuts = [match.start() for match in re.finditer(r"(?<!\\)\|", text[start:last])]
    edges = [*(start + cut for cut in cuts), last]
    return [_trimmed(text, a + 1, b) for a, b in pairwise(edges)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end].strip()
    start += text[start:end].index(piece)
    return start, start + len(piece)


def facets_of(text: str, language: Language) -> Scope:
    found = facets_in(_UNSHIPPED.sub("before it ships", flat(text)), language) | (
        {OTHERS} if _OTHERS.search(text) else frozenset()
    )
    return {group: those for group, members in GROUPS.items() if (those := found & members)}


def _scope(own: list[Scope], n: int, about: Scope) -> Scope:
    """What a clause names itself; else the one nearest before it, then the heading."""
    near = [own[n], *reversed(own[:n]), about]
    return {
        group: next((each[group] for each in near if group in each), frozenset())
        for group in GROUPS
        if any(group in each for each in near)
    }


def named(scope: Scope) -> frozenset[str]:
    return frozenset().union(*scope.values()) if scope else frozenset()
