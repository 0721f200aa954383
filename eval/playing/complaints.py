"""Complaints that were there before a case began, opened and handled by the shop's own rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from eval.cases.errors import EvalError
from eval.cases.shop_forms import FiledBefore, Handled
from tools.desk.complaint_opening import opening_of
from tools.desk.complaints import ComplaintDesk
from tools.desk.records import Proposal
from tools.domain import (
    Complaint,
    ComplaintKind,
    ComplaintOutcome,
    Customer,
    DomainError,
    Money,
    OpenComplaint,
    Shop,
)
from tools.errors import WrongState
from tools.policy.cards import PolicyCards
from tools.policy.complaints import ComplaintAllowed, check_complaint
from tools.policy.handling import spent_of
from tools.policy.verdict import Situation
from tools.store.complaint_rows import insert_complaint
from tools.store.complaint_store import ComplaintStore

_NOBODY = "staff"


class CannotFile(EvalError):
    """A complaint that could not have come about in this shop; the message says which and why."""


def file_complaints(
    filed: Iterable[FiledBefore], engine: Engine, shop: Shop, cards: PolicyCards, now: datetime
) -> None:
    """Write the complaints into the shop's database, as they stand at `now`. Raises `CannotFile`."""
    desk = ComplaintDesk(ComplaintStore(engine), cards, _NOBODY)
    for each in filed:
        try:
            opened = _opened(each, shop, cards, now)
            with engine.begin() as connection:
                insert_complaint(connection, opened)
            for move in each.handled:
                _handle(desk, opened, move, now - timedelta(hours=move.hours_ago))
        except (WrongState, DomainError, LookupError) as error:
            raise CannotFile(f"shop.complaints: {each.id}: {error.args[0]}") from error


def owner_of(filed: FiledBefore, shop: Shop) -> Customer:
    """Whose a complaint is. Raises `LookupError`."""
    found = next((each for each in shop.customers if each.email == filed.customer), None)
    if found is None:
        raise LookupError(f"customer: {filed.customer!r} is nobody's mail address in the shop")
    return found


def _opened(filed: FiledBefore, shop: Shop, cards: PolicyCards, now: datetime) -> Complaint:
    who, at = owner_of(filed, shop), now - timedelta(hours=filed.hours_ago)
    mine = [each for each in shop.orders if each.customer_id == who.id]
    order = next((each for each in mine if each.id == filed.order_id), None)
    if filed.order_id and order is None:
        raise LookupError(f"order_id: {filed.customer} has no order {filed.order_id}")
    command = OpenComplaint(
        ComplaintKind(filed.kind), filed.text, filed.order_id or "", filed.language or "", filed.urgent
    )
    situation = Situation(who, order, cards, at, spent=spent_of(mine, shop.currency))
    allowed = check_complaint(command, situation)
    if not isinstance(allowed, ComplaintAllowed):
        raise LookupError(f"the shop does not take it: {allowed.reason}")
    proposal = Proposal(
        filed.id, "open_complaint", "", "", who.id, shop.currency, command, allowed, created_at=at, expires_at=at
    )  # fmt: skip
    return opening_of(filed.id, proposal, command, situation).complaint


def _handle(desk: ComplaintDesk, complaint: Complaint, move: Handled, at: datetime) -> None:
    name = complaint.id
    if move.do == "acknowledge":
        desk.acknowledge(name, at)
    elif move.do == "finish_step":
        assert move.step is not None
        desk.finish_step(name, move.step, at)
    elif move.do == "offer":
        assert move.amount is not None
        desk.offer(name, Money.parse(move.amount, complaint.currency or "CNY"), at)
    elif move.do == "answer":
        desk.answer(name, move.text or "", at)
    elif move.do == "escalate":
        desk.escalate(name, move.text or "", at)
    else:
        assert move.outcome is not None
        desk.close(name, ComplaintOutcome(move.outcome), move.text or "", at)
