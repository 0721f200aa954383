"""The event log of the simulated shop, and what lies ahead of it: both kept by day until their day comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from tools.desk.records import Actor

T = TypeVar("T")


@dataclass(slots=True)
class Diary(Generic[T]):
    """Things by day, up to an end; what is after it never happened."""

    day_of: Callable[[datetime], int]
    end: datetime
    _days: dict[int, list[tuple[datetime, T]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, at: datetime, thing: T) -> None:
        if at < self.end:
            self._days[self.day_of(at)].append((at, thing))

    def take(self, day: int) -> list[tuple[datetime, T]]:
        """Everything of a day, in order of time; it is gone then."""
        return sorted(self._days.pop(day, ()), key=lambda each: each[0])


@dataclass(slots=True)
class Log:
    """Events as rows of the table `events`, without their ids, which the database gives."""

    diary: Diary[dict[str, Any]]

    def add(
        self, kind: str, at: datetime, actor: Actor, customer_id: str, order_id: str = "",
        conversation_id: str = "", /, *, rule: str = "", why: str = "", receipt_id: str = "", **data: str,
    ) -> None:  # fmt: skip
        row = {
            "at": at, "kind": kind, "customer_id": customer_id, "order_id": order_id,
            "conversation_id": conversation_id, "proposal_id": "", "rule": rule, "actor": actor, "why": why,
            "receipt_id": receipt_id, "data": data,
        }  # fmt: skip
        self.diary.add(at, row)
