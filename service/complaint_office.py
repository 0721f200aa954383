"""Complaints as the shop's own people reach them, over HTTP and in the terminal: list, look, act, watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from insights.pseudonyms import pseudonym
from service.complaints_schema import ActionOrder, ComplaintDetail, ComplaintList, Shown, notice_view
from service.turns import TurnService
from tools.desk.complaint_watch import watch_deadlines
from tools.desk.complaints import ComplaintDesk
from tools.domain import Complaint, ComplaintOutcome, Money
from tools.errors import ToolError
from tools.policy.cards import PolicyBook
from tools.store.complaint_store import ComplaintQuery, ComplaintStore


class ActionIncomplete(ToolError):
    """An action without what it needs."""

    code = "action_incomplete"


@dataclass(frozen=True)
class ComplaintOffice:
    """`key` is what customers' names are digested with where they are masked."""

    store: ComplaintStore
    policies: PolicyBook
    clock: Callable[[], datetime]
    key: bytes

    def list(self, query: ComplaintQuery, unmasked: bool = False) -> ComplaintList:
        """Raises `NotFound` when the page begins behind a complaint that there is not."""
        found = self.store.find(query, self.clock())
        shown = self._shown(unmasked)
        after = found[-1].id if len(found) == query.limit else None
        return ComplaintList([shown.complaint(each) for each in found], after)

    def show(self, complaint_id: str, unmasked: bool = False) -> ComplaintDetail:
        """Raises `NotFound`."""
        return self._detail(self.store.complaint(complaint_id), unmasked)

    def act(self, complaint_id: str, order: ActionOrder, unmasked: bool = False) -> ComplaintDetail:
        """Raises `NotFound`, and `WrongState` for what may not happen now; then nothing did."""
        now = self.clock()
        desk = ComplaintDesk(self.store, self.policies.at(now), order.staff)
        return self._detail(_act(desk, complaint_id, order, now), unmasked)

    def watch(self, now: datetime) -> int:
        """Remind and escalate where it is time; how many complaints that were."""
        return watch_deadlines(self.store, self.policies.at(now), now)

    def _detail(self, complaint: Complaint, unmasked: bool) -> ComplaintDetail:
        shown = self._shown(unmasked)
        return ComplaintDetail(
            shown.complaint(complaint),
            [shown.event(each) for each in self.store.history(complaint)],
            [notice_view(each) for each in self.store.notices(complaint.id)],
        )

    def _shown(self, unmasked: bool) -> Shown:
        now = self.clock()
        card = self.policies.at(now).complaints
        return Shown(
            card.handling if card else None,
            now,
            lambda customer: pseudonym("customer", customer, self.key),
            unmasked,
        )


def office_of(turns: TurnService) -> ComplaintOffice:
    """The office of a running service."""
    return ComplaintOffice(
        ComplaintStore(turns.conversations.engine), turns.parts.policies, turns.clock, turns.sources.key
    )


def _act(desk: ComplaintDesk, complaint_id: str, order: ActionOrder, now: datetime) -> Complaint:
    match order.action:
        case "acknowledge":
            return desk.acknowledge(complaint_id, now)
        case "finish_step":
            if order.step is None:
                raise ActionIncomplete(f'complaint {complaint_id}: "finish_step" needs a step')
            return desk.finish_step(complaint_id, order.step, now)
        case "offer":
            return desk.offer(complaint_id, _money(desk, complaint_id, order), now)
        case "answer":
            return desk.answer(complaint_id, order.text, now)
        case "escalate":
            return desk.escalate(complaint_id, order.text, now)
        case "close":
            if order.outcome is None:
                raise ActionIncomplete(f'complaint {complaint_id}: "close" needs an outcome')
            return desk.close(complaint_id, ComplaintOutcome(order.outcome), order.text, now)


def _money(desk: ComplaintDesk, complaint_id: str, order: ActionOrder) -> Money:
    if order.amount is None:
        raise ActionIncomplete(f'complaint {complaint_id}: "offer" needs an amount')
    return Money(Decimal(order.amount), desk.cards.returns.currency)
