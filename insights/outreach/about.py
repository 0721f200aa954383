"""What a signal speaks of, for whoever looks it up: the order, and the return or complaint, with their moments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from insights.outreach.signals import Kind, Signal
from insights.outreach.world import GoingBack, Grievance, World
from tools.domain import Text


@dataclass(frozen=True, slots=True)
class Record:
    """An order, a return or a complaint. `moments` are by name in their order, without those that have not come and
    were not promised; `goods` are the names of what was ordered, as far as it was delivered.
    """

    kind: Literal["order", "return", "complaint"]
    id: str
    moments: Mapping[str, datetime] = field(default_factory=dict)
    carrier: Text | None = None
    goods: tuple[Text, ...] = ()


class Records:
    """The records of a world, looked up by signal."""

    def __init__(self, world: World) -> None:
        self._parcels = {each.order_id: each for each in world.parcels}
        self._goods: dict[str, list[Text]] = defaultdict(list)
        for line in world.bought:
            self._goods[line.order_id].append(line.name)
        self._returns: dict[str, list[GoingBack]] = defaultdict(list)
        for back in world.returns:
            self._returns[back.order_id].append(back)
        self._complaints: dict[str, list[Grievance]] = defaultdict(list)
        for each in world.complaints:
            self._complaints[each.order_id].append(each)

    def of(self, signal: Signal) -> tuple[Record, ...]:
        """The order first, where there is one; of returns and complaints those that the signal is about."""
        return tuple(self._all(signal))

    def _all(self, signal: Signal) -> Iterator[Record]:
        if signal.order_id:
            yield self._order(signal.order_id)
        expiring = signal.kind is Kind.RETURN_EXPIRING
        half_done = bool(signal.facts.get("half_done"))
        for back in self._returns.get(signal.order_id, ()):
            if back.return_id == signal.subject_id or (expiring and half_done and back.sent_at is None):
                yield _return(back)
        for each in self._complaints.get(signal.order_id, ()):
            if each.complaint_id == signal.subject_id or (
                expiring and not half_done and each.closed_at is None
            ):
                yield _complaint(each)

    def _order(self, order_id: str) -> Record:
        goods, parcel = tuple(self._goods.get(order_id, ())), self._parcels.get(order_id)
        if parcel is None:
            return Record("order", order_id, goods=goods)
        moments = _known(
            shipped=parcel.shipped_at, expected=parcel.expected_at, moved=parcel.moved[-1] if parcel.moved else None,
            delivered=parcel.delivered_at,
        )  # fmt: skip
        return Record("order", order_id, moments, parcel.carrier, goods)


def _return(back: GoingBack) -> Record:
    moments = _known(
        requested=back.started_at, sent_back=back.sent_at, received=back.received_at, closed=back.closed_at
    )
    return Record("return", back.return_id, moments)


def _complaint(each: Grievance) -> Record:
    moments = _known(
        opened=each.opened_at, answer_by=each.answer_by, answered=each.answered_at, resolve_by=each.resolve_by,
        closed=each.closed_at,
    )  # fmt: skip
    return Record("complaint", each.complaint_id, moments)


def _known(**moments: datetime | None) -> dict[str, datetime]:
    return {name: each for name, each in moments.items() if each is not None}
