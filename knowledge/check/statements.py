"""Rules as they stand in a text: what is done, in which case, and the figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agent.ledger.concepts import act_places, facets_in
from agent.ledger.quantities import Quantity, find_quantities, flat
from knowledge.check.sections import Piece, Section
from knowledge.check.words import words_of

# Kinds of figures that are rules, not names or counts.
RULED = frozenset(
    {"money", "days", "business days", "months", "minutes", "business minutes", "share", "clock", "contact"}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure with its phrase. `act` is what the words nearest to it do, "" for none.

    `near` are the cases that the phrase itself names, `stated` those of its sentence or row, `facets` those of
    its heading and title too.
    """

    section: Section
    piece: Piece
    quantity: Quantity
    phrase: str
    act: str
    near: frozenset[str]
    stated: frozenset[str]
    facets: frozenset[str]
    words: frozenset[str] = field(repr=False)

    @property
    def kind(self) -> str:
        return self.quantity.kind


def statements(sections: Iterable[Section]) -> list[Statement]:
    return [each for section in sections for each in _of_section(section)]


def _of_section(section: Section) -> Iterator[Statement]:
    language = section.document.language
    title = f"{section.document.title} {section.heading}"
    for piece in section.statements:
        head = " ".join(piece.head)
        ruled = [(phrase, each) for phrase, each in figures(piece) if each.kind in RULED and not each.soft]
        if not ruled:
            continue
        stated = facets_in(f"{piece.text} {head}", language)
        around = stated | facets_in(title, language)
        for phrase, quantity in ruled:
            bare = phrase[: quantity.start] + " " + phrase[quantity.end :]
            context = f"{bare} {head}" if piece.cells else bare
            act = (
                nearest_act(phrase, quantity, language) or (acts_of(f"{head} {title}", language) or ("",))[0]
            )
            yield Statement(
                section, piece, quantity, phrase.strip(), act, facets_in(context, language), stated, around,
                words_of(f"{bare} {head}"),
            )  # fmt: skip


def figures(piece: Piece) -> Iterator[tuple[str, Quantity]]:
    """Every figure of a piece with its phrase; its places are those in the phrase."""
    for phrase in piece.phrases:
        plain = flat(phrase)
        for quantity in find_quantities(plain):
            yield plain, quantity


def nearest_act(text: str, quantity: Quantity, language: str) -> str:
    middle = (quantity.start + quantity.end) // 2
    places = act_places(text, "zh" if language == "zh" else "en")
    return min(places, key=lambda place: abs(place[0] - middle))[1] if places else ""


def acts_of(text: str, language: str) -> tuple[str, ...]:
    return tuple(act for _, act in act_places(text, "zh" if language == "zh" else "en"))
