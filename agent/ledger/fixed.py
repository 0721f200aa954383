"""Traces a fixed text: each figure, number and name in it to a field of its facts or to its template's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import timezone as offset
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from agent.ledger.facts import Field, fields_of
from agent.ledger.figures import Figure, figures, same
from agent.ledger.names import Name, names, place_of
from agent.ledger.parts import kind_of
from agent.ledger.promises import done
from agent.ledger.quantities import flat
from agent.ledger.templates import constants
from agent.ledger.words import language_of
from agent.types import ClaimPart, Draft, Support
from tools.domain import Language, Money

Constants = Callable[[str, Language], str]
_EVERY_ZONE = [offset(timedelta(minutes=15 * quarters)) for quarters in range(-48, 57)]
_DIGIT = re.compile(r"\d")
# The words of an action, and what the state of an order, a receipt or a denial calls it.
_STATES = (
    (re.compile(r"取消|cancel", re.IGNORECASE), re.compile(r"cancel")),
    (re.compile(r"退款|退出|refund", re.IGNORECASE), re.compile(r"refund")),
    (re.compile(r"申请|提交|登记|submitted|requested|recorded|registered|filed", re.IGNORECASE), re.compile(r"request|open|left|return|exchange|repair|complaint|submitted")),
    (re.compile(r"修改|更改|改好|changed|updated", re.IGNORECASE), re.compile(r"chang")),
)  # fmt: skip
_OWN = ("effect.", "proposal.", "receipt.", "command.", "denied.")
_STATE_PATH = re.compile(r"(?:status|reason|rule|kind|state)$|\.(?:refunds|returns|exchanges|repairs)\.\d")


@dataclass(frozen=True)
class Traced:
    """A fixed text with what it was filled with. `timezone` is that of the shop, where its days begin."""

    draft: Draft
    language: Language
    timezone: ZoneInfo | None = None
    constants: Constants = constants

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Those that the text is about come first: a proposal's own effect before the order's lines."""
        found = fields_of(self.draft.facts)
        return tuple(sorted(found, key=lambda each: not each.path.startswith(_OWN)))

    @cached_property
    def words(self) -> list[tuple[Field, str]]:
        """The fields that are texts, without spaces."""
        return [(each, _lean(each.value)) for each in self.fields if isinstance(each.value, str)]

    @cached_property
    def own(self) -> str:
        """What no field has to say; of a text that no template made, authors approved every word."""
        written = "" if self.draft.facts else self.draft.text
        return self.constants(self.draft.part, self.language) or written

    @property
    def template(self) -> str:
        return f"template:{self.draft.part}"

    def parts(self, line: str) -> tuple[ClaimPart, ...]:
        found: list[ClaimPart] = []
        for figure in figures(line, self.language):
            if not figure.soft:
                said = line[figure.start : figure.end]
                support = self._figure(figure, said)
                found.append(_part(kind_of(figure.kind), said, figure.start, figure.spoken, support))
        for name in names(line, self.language):
            said = line[name.start : name.end]
            found.append(_part(name.kind, said, name.start, name.value, self._name(name, said)))
        if (action := done(line)) is not None:
            support = self._action(action.group())
            found.append(_part("promise", action.group(), action.start(), "done", support))
        return tuple(sorted(found, key=lambda each: each.start))

    def _figure(self, figure: Figure, said: str) -> Support | None:
        typed = self._field(lambda field: _says(field, figure, said, self.timezone))
        return typed or self._within(said) or self._constant(figure)

    def _within(self, said: str) -> Support | None:
        """A text that holds the figure as a whole: the 2 of W1000002 is none."""
        whole = re.compile(rf"(?<![0-9a-z.]){re.escape(_lean(said))}(?![0-9])")
        # "nothing for three days": without its spaces the figure would begin within a word.
        spaced = re.compile(rf"\b{re.escape(_plain(said))}\b")
        word = next(
            (each for each, text in self.words if whole.search(text) or spaced.search(_plain(each.text))),
            None,
        )
        return Support(f"field:{word.path}", 0, len(word.text), word.text) if word else None

    def _constant(self, figure: Figure) -> Support | None:
        for own in figures(self.own, self.language):
            if same(figure, own):
                return Support(self.template, own.start, own.end, self.own[own.start : own.end])
        return None

    def _name(self, name: Name, said: str) -> Support | None:
        lean = _lean(said)
        field = next((each for each, text in self.words if lean in text), None)
        found = Support(f"field:{field.path}", 0, len(field.text), field.text) if field else None
        if found is None and (place := place_of(name, self.own)):
            found = Support(self.template, *place, self.own[slice(*place)])
        return found

    def _action(self, words: str) -> Support | None:
        """A receipt, or a field that says that the order is in that state already."""
        receipt = self._field(lambda field: field.path == "receipt.id")
        if receipt or self.draft.part.startswith("receipt") or self.own == self.draft.text:
            return receipt or Support(self.template, 0, 0, "")
        states = [state for said, state in _STATES if said.search(words)]
        return self._field(lambda field: bool(_STATE_PATH.search(field.path)) and any(
            state.search(f"{field.path if '.refunds' in field.path or '.returns' in field.path else ''} {field.text}")
            for state in states
        ))  # fmt: skip

    def _field(self, fits: Callable[[Field], bool]) -> Support | None:
        field = next((each for each in self.fields if fits(each)), None)
        return Support(f"field:{field.path}", 0, len(field.text), field.text) if field else None


def _part(kind: str, said: str, start: int, value: str, support: Support | None) -> ClaimPart:
    return ClaimPart(kind, said, start, start + len(said), value, support)


def _says(field: Field, figure: Figure, said: str, timezone: ZoneInfo | None) -> bool:
    """Whether a field is what a figure says."""
    value = field.value
    if isinstance(value, bool):
        return False
    if isinstance(value, Money):
        if figure.kind == "money":
            return figure.values == (f"{abs(value.amount):.2f} {value.currency}",)
        return figure.kind == "number" and figure.values == (Fraction(abs(value.amount)),)
    if isinstance(value, datetime):
        # Where nobody says in which timezone times are told, those of any count.
        zones = [timezone] if timezone else _EVERY_ZONE
        return any(_moment(value.astimezone(zone) if value.tzinfo else value, figure) for zone in zones)
    if isinstance(value, date):
        return figure.kind == "date" and all(str(each) in _days(value) for each in figure.values)
    if isinstance(value, int | Decimal):
        return any(
            Decimal(each) == value for each in re.findall(r"\d+(?:\.\d+)?", flat(said).replace(",", ""))
        )
    return (
        any(same(figure, other) for other in figures(value, language_of(value)))
        if _DIGIT.search(value)
        else False
    )


def _moment(moment: datetime, figure: Figure) -> bool:
    if figure.kind == "date":
        return any(str(each) in _days(moment.date()) for each in figure.values)
    if figure.kind == "clock":
        return all(each == 60 * moment.hour + moment.minute for each in figure.values)
    return figure.kind == "weekday" and figure.values == (Fraction(moment.weekday()),)


def _days(day: date) -> tuple[str, ...]:
    return day.isoformat(), f"{day:%m-%d}"


def _lean(text: str) -> str:
    return re.sub(r"\s+", "", flat(text)).lower()


def _plain(text: str) -> str:
    return " ".join(flat(text).lower().split())


def objection(parts: Sequence[ClaimPart]) -> str:
    """Why a line of a fixed text may not leave; "" when it may. A name may be one of the shop's own."""
    lost = [part.said for part in parts if part.support is None and part.kind != "name"]
    if lost:
        return f"no field or template says: {', '.join(lost)}"
    links = [part.said for part in parts if part.kind == "link" and part.support and part.support.source.startswith("field:")]  # fmt: skip
    # A carrier's text or a customer's note may carry a link; the shop's own links stand in its templates.
    return f"a link from the data: {', '.join(links)}" if links else ""


def trace(
    draft: Draft, language: Language, timezone: ZoneInfo | None = None, made: Constants = constants
) -> Iterator[tuple[str, tuple[ClaimPart, ...]]]:
    """The lines of a fixed text, each with its claims; places are counted in the line."""
    text = Traced(draft, language, timezone, made)
    return ((line, text.parts(line)) for line in draft.text.split("\n"))
