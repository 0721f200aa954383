"""A sentence held against a passage: which clauses of the passage each of its own has to agree with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from agent.ledger import rules
from agent.ledger.align import Placed, placed
from agent.ledger.pieces import Clause, Material, Unit
from agent.ledger.words import Words, language_of, words_of
from tools.domain import Language

NEAR = 0.8
ROW = 0.8
# "Whether an order can be cancelled" answers nothing.
_ASKED = re.compile(r"(?P<v>[能会可要是])不(?P=v)|是否|能否|^\s*whether\b", re.IGNORECASE)
_WISH = re.compile(r"(?<!不)想(?:要|换|增|改|补)|^to get an?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Held:
    """A sentence held against a passage. `said` has no enumeration in front."""

    said: Material
    source: Material
    today: date | None

    @property
    def language(self) -> Language:
        return self.said.language

    @cached_property
    def figures(self) -> tuple[Placed, ...]:
        return placed(self.said, self.today)

    @cached_property
    def offered(self) -> tuple[Placed, ...]:
        return placed(self.source, self.today)

    @cached_property
    def everything(self) -> str:
        return f"{self.source.context}\n{self.source.text}"

    @cached_property
    def pairs(self) -> list[tuple[Clause, list[tuple[Clause, Unit]]]]:
        """Each clause that says something, with those of the passage that are nearest to it."""
        return [(clause, self._nearest(clause)) for clause in self.said.clauses if clause.words.all]

    def of_case(self, clause: Clause) -> list[tuple[Clause, Unit]]:
        """The clauses of the passage that hold in the case of a clause, where it has any for that case."""
        kept = [(other, unit) for unit in self.source.units for other in unit.clauses]
        for group, cases in clause.scope.items():
            inside = [each for each in kept if cases & each[0].scope.get(group, frozenset())]
            kept = inside or kept
        return kept

    def _nearest(self, clause: Clause) -> list[tuple[Clause, Unit]]:
        scored = [
            (self._nearness(clause.words, *each), each)
            for each in self.of_case(clause)
            if self._own_row(each[1])
        ]
        scored = [each for each in scored if each[1][1].row or not _ASKED.search(each[1][0].text)] or scored
        scored.sort(key=lambda pair: -pair[0])
        top = scored[0][0] if scored else 0.0
        return [each for score, each in scored if score and score >= top * NEAR]

    def _own_row(self, unit: Unit) -> bool:
        """Of the rows of a table only those count that have about as much of the whole sentence as any."""
        best = max(
            (self.said.words.share_in(each.words) for each in self.source.units if each.row), default=0.0
        )
        return not unit.row or self.said.words.share_in(unit.words) >= ROW * best

    def _nearness(self, words: Words, other: Clause, unit: Unit) -> float:
        """Its own words count most, then what the whole sentence shares with the whole of the other."""
        around = words.share_in(unit.words) + self.said.words.share_in(unit.words)
        return words.share_in(other.words) + 0.3 * around

    def about(self, clause: Clause) -> Clause:
        """The clause that is about the same, whether it is free or not."""
        words = replace(clause.words, named=clause.words.named - {"free", "act:fee", "act:pay"})
        return max(self.of_case(clause), key=lambda each: self._nearness(words, *each))[0]


def answers(clause: Clause) -> set[bool]:
    """With the row's label, which may say no itself, and without it."""
    return {rules.says_no(clause.text), rules.says_no(clause.text[clause.lead :])}


def answers_to(clause: Clause, other: Clause) -> set[bool]:
    """What a row's label denies counts where the sentence repeats it. "To get another one, …" grants nothing."""
    if _WISH.search(other.text) and not _WISH.search(clause.text):
        return {True}
    label = words_of(other.text[: other.lead], language_of(other.text)) if other.lead else None
    cell = words_of(other.text[other.lead :], language_of(other.text))
    own = label.all - cell.all if label else frozenset()
    repeated = label is None or 2 * sum(map(clause.words.has, own)) >= len(own)
    return answers(other) if repeated else {rules.says_no(other.text[other.lead :])}
