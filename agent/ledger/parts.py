"""The typed claims of a sentence, each with the place in the passage that it rests on."""

from __future__ import annotations

from fractions import Fraction

from agent.ledger.align import rest_of
from agent.ledger.held import Held
from agent.ledger.names import names, place_of
from agent.ledger.promises import promised
from agent.ledger.rules import offers, rule_words
from agent.types import ClaimPart, Support

# Quantities have finer kinds than a reader of the ledger needs.
_KINDS = {"days": "duration", "business days": "duration", "months": "duration", "minutes": "duration",
          "business minutes": "duration", "seconds": "duration", "money": "money", "date": "date", "clock": "clock",
          "weekday": "weekday", "share": "share", "number": "number", "contact": "contact"}  # fmt: skip


def kind_of(kind: str) -> str:
    return _KINDS.get(kind, "measure")


def parts_of(held: Held, source: str, offset: int) -> tuple[ClaimPart, ...]:
    """In the order of the sentence. `offset` is how much of it stands before `held.said`, its enumeration."""
    parts = [*_figures(held, source), *_names(held, source), *_rules(held, source)]
    if (match := promised(held.said.text)) is not None:
        parts.append(ClaimPart("promise", match.group(), match.start(), match.end(), "done"))
    moved = [_moved(part, offset) for part in parts]
    return tuple(sorted(moved, key=lambda each: (each.start, each.end)))


def _figures(held: Held, source: str) -> list[ClaimPart]:
    found = []
    for each in held.figures:
        figure = each.figure
        support = None
        base, why = rest_of(each, held.offered, held.source)
        if base is not None and not why:
            support = Support(source, base.start, base.end, held.source.text[base.start : base.end])
        elif figure.soft and figure.values == (Fraction(1),):
            continue
        said = held.said.text[each.start : each.end]
        found.append(ClaimPart(kind_of(figure.kind), said, each.start, each.end, figure.spoken, support))
    return found


def _names(held: Held, source: str) -> list[ClaimPart]:
    found = []
    for name in names(held.said.text, held.language):
        support = None
        for origin, text in ((source, held.source.text), (source.replace("passage:", "title:", 1), held.source.context)):  # fmt: skip
            place = place_of(name, text)
            if place and support is None:
                support = Support(origin, *place, text[slice(*place)])
        said = held.said.text[name.start : name.end]
        found.append(ClaimPart(name.kind, said, name.start, name.end, name.value, support))
    return found


def _rules(held: Held, source: str) -> list[ClaimPart]:
    found = []
    for clause, near in held.pairs:
        for word in rule_words(clause.text, held.language):
            support = None
            for other, unit in near:
                match = offers(other.text[other.lead :], word.rule, held.source.language)
                if match and support is None:
                    start, end = other.start + match.start(), other.start + match.end()
                    support = Support(source, start, end, held.source.text[start:end])
                elif support is None and offers(unit.text, word.rule, held.source.language):
                    support = Support(source, unit.start, unit.end, held.source.text[unit.start : unit.end])
            start, end = clause.start + word.start, clause.start + word.end
            found.append(ClaimPart("rule", held.said.text[start:end], start, end, word.rule, support))
    return found


def _moved(part: ClaimPart, offset: int) -> ClaimPart:
    start, end = part.start + offset, part.end + offset
    return ClaimPart(part.kind, part.said, start, end, part.value, part.support)
