"""What makes a customer likely to write, as it could be seen at some moment: pure functions over the world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from insights.outreach.usual import Usual
from insights.outreach.world import Bought, Defect, GoingBack, Parcel, World, last_before
from tools.domain import ReturnReason

NO_MOVEMENT = timedelta(days=3)
# Past this a parcel is lost and an old complaint forgotten; nobody waits for a message any more.
FORGOTTEN = timedelta(days=45)
WINDOW_ENDS = timedelta(days=3)
# A defect shows in the first weeks of use.
DEFECT_SHOWS = timedelta(days=30)


class Kind(StrEnum):
    """In the order of which one is told where a customer has several that are equally likely."""

    COMPLAINT_OVERDUE = "complaint_overdue"
    REFUND_LATE = "refund_late"
    PARCEL_LATE = "parcel_late"
    PARCEL_STUCK = "parcel_stuck"
    RETURN_EXPIRING = "return_expiring"
    KNOWN_DEFECT = "known_defect"


@dataclass(frozen=True, slots=True)
class Signal:
    """`since` is when it began to be wrong, or when it will end for an expiring window; `started` when the waiting
    began. `facts` are what the words are filled with: `Text`, `datetime` and numbers by name.
    """

    kind: Kind
    customer_id: str
    order_id: str
    subject_id: str
    since: datetime
    started: datetime
    facts: Mapping[str, object] = field(default_factory=dict)


# The end of the window in which a line may be sent back for a reason; None where it may not be, or without limit.
Window = Callable[[Bought, ReturnReason], datetime | None]


def signals(
    world: World, now: datetime, usual: Usual, defects: Collection[Defect] = (), window: Window | None = None
) -> list[Signal]:
    """Every signal that stands at `now`, by what was known at `now`."""
    found = [*_parcels(world, now, usual), *_refunds(world, now, usual), *_complaints(world, now)]
    if window:
        found += _expiring(world, now, window)
    return found + list(_defects(world, now, defects))


def _parcels(world: World, now: datetime, usual: Usual) -> Iterator[Signal]:
    for parcel in world.parcels:
        if not now - FORGOTTEN < parcel.shipped_at <= now or _done(parcel.delivered_at, now):
            continue
        due = parcel.shipped_at + usual.transit(parcel)
        if parcel.expected_at:
            due = min(due, parcel.expected_at)
        moved = last_before(parcel.moved, now) or parcel.shipped_at
        if due < now:
            yield _of_parcel(Kind.PARCEL_LATE, parcel, due, {"due": due, "moved": moved})
        elif moved < now - NO_MOVEMENT:
            yield _of_parcel(Kind.PARCEL_STUCK, parcel, moved + NO_MOVEMENT, {"moved": moved})


def _of_parcel(kind: Kind, parcel: Parcel, since: datetime, facts: Mapping[str, object]) -> Signal:
    told = {"carrier": parcel.carrier, **facts}
    return Signal(kind, parcel.customer_id, parcel.order_id, parcel.order_id, since, parcel.shipped_at, told)


def _refunds(world: World, now: datetime, usual: Usual) -> Iterator[Signal]:
    for each in world.returns:
        if each.received_at is None or each.received_at > now or _done(each.closed_at, now):
            continue
        due = each.received_at + usual.refund
        if due < now < each.received_at + FORGOTTEN:
            facts = {"return_id": each.return_id, "received": each.received_at}
            yield Signal(
                Kind.REFUND_LATE,
                each.customer_id,
                each.order_id,
                each.return_id,
                due,
                each.received_at,
                facts,
            )


def _complaints(world: World, now: datetime) -> Iterator[Signal]:
    for each in world.complaints:
        if not now - FORGOTTEN < each.opened_at <= now or _done(each.closed_at, now):
            continue
        answered = _done(each.answered_at, now)
        due = each.resolve_by if answered else each.answer_by
        if due and due < now:
            facts = {"complaint_id": each.complaint_id, "due": due, "answered": answered}
            yield Signal(
                Kind.COMPLAINT_OVERDUE, each.customer_id, each.order_id, each.complaint_id, due, each.opened_at,
                facts,
            )  # fmt: skip


def _expiring(world: World, now: datetime, window: Window) -> list[Signal]:
    """Orders with a return that was not sent off, or with an open complaint, whose window ends within three days."""
    half_done = {
        each.order_id: (each.reason, each.started_at) for each in world.returns if _half_done(each, now)
    }
    complained = {
        each.order_id: (ReturnReason.QUALITY, each.opened_at)
        for each in world.complaints
        if each.opened_at <= now and not _done(each.closed_at, now)
    }
    waiting = complained | half_done
    found: dict[str, Signal] = {}
    for line in world.bought:
        if line.order_id not in waiting or not _done(line.delivered_at, now):
            continue
        reason, started = waiting[line.order_id]
        end = window(line, reason)
        if end and now < end <= now + WINDOW_ENDS and line.order_id not in found:
            facts = {"end": end, "name": line.name, "half_done": line.order_id in half_done}
            found[line.order_id] = Signal(
                Kind.RETURN_EXPIRING, line.customer_id, line.order_id, line.order_id, end, started, facts
            )
    return list(found.values())


def _half_done(each: GoingBack, now: datetime) -> bool:
    later = (each.sent_at, each.received_at, each.closed_at)
    return each.started_at <= now and not any(_done(step, now) for step in later)


def _defects(world: World, now: datetime, defects: Collection[Defect]) -> Iterator[Signal]:
    by_sku: dict[str, list[Defect]] = {}
    for defect in defects:
        by_sku.setdefault(defect.sku, []).append(defect)
    if not by_sku:
        return
    sent_back = {each.order_id for each in world.returns if each.started_at <= now}
    for line in world.bought:
        batches = by_sku.get(line.sku, ())
        if line.order_id in sent_back or not now - DEFECT_SHOWS < line.delivered_at <= now:
            continue
        if any(batch.first <= line.placed_on <= batch.last for batch in batches):
            at = line.delivered_at
            facts = {"name": line.name, "delivered": at}
            yield Signal(Kind.KNOWN_DEFECT, line.customer_id, line.order_id, line.sku, at, at, facts)


def _done(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
