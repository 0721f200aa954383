"""The processes of the shop as their events tell them, and how long a case spent in each stage. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import exp, floor, log

HOUR_S = 3600.0
LEAST_HOURS = 1 / 120
STEPS = 20


@dataclass(frozen=True, slots=True)
class Process:
    """`stages` in their order, each with the event that ends it; `closes` are last events with the outcome.

    `id_key` is where an event's data names the case, `prefix` begins the case's id. `passed` tells for a status
    of the record which stage is over then, `final` which outcome it stands for; they are needed where there are
    records without events.
    """

    name: str
    opens: str
    stages: Mapping[str, str]
    closes: Mapping[str, str]
    id_key: str = ""
    prefix: str = ""
    passed: Mapping[str, str] | None = None
    final: Mapping[str, str] | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({self.opens, *self.stages.values(), *self.closes})


DELIVERY = Process(
    "delivery", "placed",
    {"processed": "processed", "shipped": "shipped", "delivered": "delivered"},
    {"delivered": "delivered", "cancelled": "cancelled"},
)  # fmt: skip
RETURN = Process(
    "return", "ReturnStarted",
    {
        "approved": "ReturnApproved", "sent_back": "ReturnSentBack", "received": "ReturnReceived",
        "refunded": "ReturnRefunded",
    },
    {"ReturnRefunded": "refunded", "ReturnRejected": "rejected"}, "return_id", "RT-",
    {"in_transit": "sent_back", "received": "received"}, {"refunded": "refunded", "rejected": "rejected"},
)  # fmt: skip
EXCHANGE = Process(
    "exchange", "ExchangeStarted",
    {"sent_back": "ExchangeSentBack", "received": "ExchangeReceived", "completed": "ExchangeCompleted"},
    {"ExchangeCompleted": "completed", "ExchangeRejected": "rejected"}, "exchange_id", "EX-",
    {"in_transit": "sent_back", "received": "received"}, {"completed": "completed", "rejected": "rejected"},
)  # fmt: skip
REPAIR = Process(
    "repair", "RepairStarted", {"repaired": "RepairFinished"},
    {"RepairFinished": "repaired", "RepairRejected": "rejected"}, "repair_id", "RP-",
    {}, {"repaired": "repaired", "rejected": "rejected"},
)  # fmt: skip
COMPLAINT = Process(
    "complaint", "ComplaintOpened",
    {"acknowledged": "ComplaintAcknowledged", "closed": "ComplaintClosed"}, {"ComplaintClosed": "closed"},
    "complaint_id", "CP-",
)  # fmt: skip
OF_ORDERS = (RETURN, EXCHANGE, REPAIR)


@dataclass(frozen=True, slots=True)
class Stage:
    """`ended_at` and `hours` are None while the case waits in it."""

    seq: int
    name: str
    began_at: datetime
    ended_at: datetime | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class Course:
    """How a case went. `outcome` is "" while it runs; it can be known without `closed_at`, from its record alone."""

    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    hours: float | None
    stages: tuple[Stage, ...]


def course_of(
    process: Process, opened_at: datetime, moments: Mapping[str, datetime], status: str = ""
) -> Course:
    """The course of a case from the first moment of each kind of event.

    A stage without its event is left out, and the next one counts from the last moment that is known; the stage
    that a closed case never reached has no row. Clocks that went back give zero hours, never fewer.
    """
    closings = [(moments[kind], outcome) for kind, outcome in process.closes.items() if kind in moments]
    closed_at, outcome = min(closings) if closings else (None, (process.final or {}).get(status, ""))
    stages: list[Stage] = []
    began, reached = opened_at, -1
    for seq, (name, kind) in enumerate(process.stages.items()):
        ended = moments.get(kind)
        if ended is not None and (closed_at is None or ended <= closed_at):
            stages.append(Stage(seq, name, began, max(began, ended), hours(began, ended)))
            began, reached = max(began, ended), seq
    waiting = _waits_for(process, reached, status)
    if not outcome and waiting is not None:
        stages.append(Stage(*waiting, began, None, None))
    closing = max(closed_at, opened_at) if closed_at else None
    return Course(opened_at, closing, outcome, hours(opened_at, closing) if closing else None, tuple(stages))


def step_of(lasted: float | None) -> int | None:
    """Hours on a scale whose steps are 5 % apart; less than half a minute is the lowest."""
    return None if lasted is None else floor(log(max(lasted, LEAST_HOURS)) * STEPS)


def hours_of(step: int) -> float:
    """The middle of a step, at most 2.5 % from every duration in it."""
    return exp((step + 0.5) / STEPS)


def hours(since: datetime, until: datetime) -> float:
    return max((until - since).total_seconds(), 0.0) / HOUR_S


def _waits_for(process: Process, reached: int, status: str) -> tuple[int, str] | None:
    """The stage after the last one that ended; None where the record is further than the events tell."""
    names = list(process.stages)
    passed = (process.passed or {}).get(status)
    if passed is not None and names.index(passed) > reached:
        return None
    return (reached + 1, names[reached + 1]) if reached + 1 < len(names) else None
