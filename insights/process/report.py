"""What an analysis of the process gives: findings with their evidence, and plain lists beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from insights.errors import InsightsError

Kind = Literal["slow", "drift", "rate", "batch", "spike"]
Unit = Literal["hours", "share", "contacts"]


class AnalysisRefused(InsightsError):
    """Frames or options from which nothing can be found; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Options:
    """`alpha` bounds the chance that a whole report about pure noise holds any finding.

    The others are what a difference must reach to be worth a sentence: hours or share of the others' median for
    durations, a ratio and a number of events for rates and spikes. A value of a dimension is looked at from
    `least_cases` cases (orders, conversations) on.
    """

    alpha: float = 0.01
    least_hours: float = 4.0
    least_share: float = 0.1
    least_ratio: float = 1.25
    least_events: int = 5
    least_cases: int = 30
    examples: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise AnalysisRefused(f"alpha: between 0 and 1, not {self.alpha}")
        if self.least_ratio <= 1:
            raise AnalysisRefused(f"least_ratio: above 1, not {self.least_ratio}")
        if self.least_cases < 2:
            raise AnalysisRefused(f"least_cases: at least 2, not {self.least_cases}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`here` and `elsewhere` are medians in hours, shares between 0 and 1, or contacts, as `unit` says.

    `difference` with its 95 % interval is in hours for durations, else the ratio of here to elsewhere. `n` counts
    finished stages, order lines, conversations or contacts; `events` what happened to them (for durations: how
    many took longer than nine of ten elsewhere). `share_of_all` is the part of all such events that is here.
    """

    unit: Unit
    n: int
    events: int
    here: float
    elsewhere: float
    difference: float
    low: float
    high: float
    p: float
    adjusted_p: float
    share_of_all: float = 0.0
    still_open: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What would be gained in a month (30 days) if it went here as elsewhere."""

    hours_a_month: float = 0.0
    contacts_a_month: float = 0.0


@dataclass(frozen=True, slots=True)
class Sentence:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is what stands out, as pairs of dimension and value; several values are joined by ", ".

    `outcome` is what happens too often ("returned:quality", "handed_over", …), "" for durations. `selection` holds
    the filters, dates included, that open its cases or conversations. `window` are the first and last day of a
    batch's orders or a spike. Rank 1 is the most important.
    """

    kind: Kind
    subject: tuple[tuple[str, str], ...]
    process: str
    stage: str
    outcome: str
    what: Sentence
    gain: Sentence
    suggestion: Sentence
    evidence: Evidence
    effect: Effect
    selection: Mapping[str, tuple[str, ...]]
    conversations: tuple[str, ...]
    window: tuple[date, date] | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a plain list: how often, and which share of the list's whole."""

    name: str
    count: int
    share: float
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`lists` are counts that nothing was tested on: "reasons", "handovers", "unanswered"."""

    findings: tuple[Finding, ...]
    tests_made: int
    alpha: float
    lists: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
