"""What a confirmed command changes: pure functions from the shop as it is to the shop as it will be.

Money that moves at once moves here, together with the status that justifies it; the store keeps all of it
in one transaction or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tools.desk.complaint_opening import opening_of
from tools.desk.notices import Notice
from tools.desk.records import Proposal
from tools.domain import (
    TRANSITIONS,
    CancelOrder,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Complaint,
    Customer,
    DomainError,
    Exchange,
    ExchangeStatus,
    ItemChange,
    Money,
    OpenComplaint,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Refund,
    RefundReason,
    Repair,
    RepairStatus,
    Return,
    ReturnStatus,
    StartExchange,
    StartRepair,
    StartReturn,
    StatusChange,
    Swap,
)
from tools.policy.verdict import Situation


@dataclass(frozen=True, slots=True)
class Changes:
    """What there is to keep: the new order and customer, pieces taken from stock (below zero: put back).

    `notices` are for departments, `facts` go with the event.
    """

    order: Order | None = None
    customer: Customer | None = None
    taken: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    complaint: Complaint | None = None
    notices: tuple[Notice, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Desk:
    """The customer and order while money moves; every step gives a new one."""

    order: Order
    customer: Customer
    token: str
    now: datetime

    def moved_to(self, status: OrderStatus) -> Desk:
        """Raises `DomainError` for a step that the state machine does not know."""
        if self.order.status is status:
            return self
        if status not in TRANSITIONS[self.order.status]:
            raise DomainError(f"order {self.order.id}: {self.order.status} does not become {status}")
        history = (*self.order.history, StatusChange(status, self.now))
        return replace(self, order=replace(self.order, status=status, history=history))

    def charged(self, method_id: str, amount: Money) -> Desk:
        """Take `amount` from a method. Raises `DomainError` when a gift card does not hold it."""
        if amount.amount <= 0:
            return self
        method = self.customer.method(method_id)
        if method is None:
            raise ValueError(f"customer {self.customer.id} has no payment method {method_id!r}")
        payment = Payment(method_id, method.kind, amount, self.now)
        nothing = Money.zero(amount.currency)
        return replace(
            self,
            order=replace(self.order, payments=(*self.order.payments, payment)),
            customer=self.customer.credited(method_id, nothing - amount),
        )

    def paid_back(self, method_id: str, amount: Money, reason: RefundReason) -> Desk:
        """Give `amount` back to a method; a gift card has it at once."""
        if amount.amount <= 0:
            return self
        number = len(self.order.refunds) + 1
        refund = Refund(f"RF-{self.token}-{number}", amount, method_id, self.now, reason.value)
        return replace(
            self,
            order=replace(self.order, refunds=(*self.order.refunds, refund)),
            customer=self.customer.credited(method_id, amount),
        )

    def changed(self, **fields: Any) -> Desk:
        return replace(self, order=replace(self.order, **fields))

    def changes(self, taken: Mapping[str, int] | None = None) -> Changes:
        return Changes(self.order, self.customer, taken or {})


def token_of(proposal: Proposal) -> str:
    """What every id that a proposal gives rise to ends in."""
    return proposal.id.removeprefix("P-").upper()


def changes_of(proposal: Proposal, situation: Situation) -> Changes:
    """What carrying out a proposal changes, in the situation in which it was decided again."""
    command, effect, customer = proposal.command, proposal.effect, situation.customer
    if isinstance(command, ChangeDefaultAddress):
        return Changes(customer=replace(customer, address=command.address))
    if isinstance(command, OpenComplaint):
        opening = opening_of(f"CP-{token_of(proposal)}", proposal, command, situation)
        return Changes(complaint=opening.complaint, notices=opening.notices, facts=opening.facts)
    desk = Desk(situation.its_order(), customer, token_of(proposal), situation.now)
    return _APPLY[type(command)](desk, command, effect)


def _cancel(desk: Desk, command: CancelOrder, effect: Any) -> Changes:
    taken: dict[str, int] = {}
    for line in desk.order.lines:
        taken[line.sku] = taken.get(line.sku, 0) - line.quantity
    for move in effect.refunds:
        desk = desk.paid_back(move.method_id, move.amount, RefundReason.CANCELLED)
    desk = desk.changed(cancel_reason=command.reason.value)
    return desk.moved_to(OrderStatus.CANCELLED).changes(taken)


def _start_return(desk: Desk, command: StartReturn, effect: Any) -> Changes:
    """Money moves only after inspection, so this writes a return and no refund."""
    started = Return(
        id=f"RT-{desk.token}",
        order_id=command.order_id,
        status=ReturnStatus.REQUESTED,
        reason=command.reason,
        lines=effect.items,
        refund=effect.refund,
        postage=effect.postage,
        refund_to=command.refund_to,
        requested_at=desk.now,
        rule=effect.rule,
    )
    desk = desk.changed(returns=(*desk.order.returns, started))
    return desk.moved_to(OrderStatus.RETURN_REQUESTED).changes()


def _start_exchange(desk: Desk, command: StartExchange, effect: Any) -> Changes:
    """The difference is settled when the goods have come back."""
    started = Exchange(
        id=f"EX-{desk.token}",
        order_id=command.order_id,
        status=ExchangeStatus.REQUESTED,
        reason=command.reason,
        lines=effect.items,
        due=effect.due,
        refund=effect.refund,
        postage=effect.postage,
        method_id=effect.method_id,
        requested_at=desk.now,
        rule=effect.rule,
    )
    desk = desk.changed(exchanges=(*desk.order.exchanges, started))
    return desk.moved_to(OrderStatus.EXCHANGE_REQUESTED).changes()


def _start_repair(desk: Desk, command: StartRepair, effect: Any) -> Changes:
    started = Repair(
        f"RP-{desk.token}", command.order_id, command.line_no, command.quantity, RepairStatus.REQUESTED,
        command.fault.strip(), effect.warranty_until, desk.now, effect.rule,
    )  # fmt: skip
    return desk.changed(repairs=(*desk.order.repairs, started)).changes()


def _change_address(desk: Desk, command: ChangeAddress, effect: Any) -> Changes:
    fee = desk.order.shipping_fee + effect.due
    desk = desk.charged(effect.method_id, effect.due)
    return desk.changed(address=command.address, shipping_fee=fee).changes()


def _change_items(desk: Desk, command: ChangeItems, effect: Any) -> Changes:
    desk = desk.charged(effect.method_id, effect.due)
    desk = desk.paid_back(effect.method_id, effect.refund, RefundReason.ITEMS_CHANGED)
    change = ItemChange(
        f"IC-{desk.token}", command.order_id, effect.items, effect.due, effect.refund, effect.method_id,
        desk.now, effect.rule,
    )  # fmt: skip
    taken: dict[str, int] = {}
    for swap in effect.items:
        taken[swap.old_sku] = taken.get(swap.old_sku, 0) - swap.quantity
        taken[swap.new_sku] = taken.get(swap.new_sku, 0) + swap.quantity
    lines = swapped_lines(desk.order.lines, effect.items)
    return desk.changed(lines=lines, item_changes=(*desk.order.item_changes, change)).changes(taken)


def _change_payment(desk: Desk, command: ChangePayment, effect: Any) -> Changes:
    desk = desk.charged(effect.charge.method_id, effect.charge.amount)
    for move in effect.refunds:
        desk = desk.paid_back(move.method_id, move.amount, RefundReason.PAYMENT_CHANGED)
    return desk.changes()


def swapped_lines(lines: tuple[OrderLine, ...], swaps: tuple[Swap, ...]) -> tuple[OrderLine, ...]:
    """The lines after some pieces became other variants; what is left of a line keeps its number."""
    result = list(lines)
    for swap in swaps:
        at = next(index for index, line in enumerate(result) if line.line_no == swap.line_no)
        line = result[at]
        new = replace(
            line,
            sku=swap.new_sku,
            options=swap.new_options,
            unit_price=swap.new_price,
            quantity=swap.quantity,
        )
        rest = line.quantity - swap.quantity
        if rest == 0:
            result[at] = new
            continue
        result[at] = replace(line, quantity=rest)
        result.append(replace(new, line_no=max(each.line_no for each in result) + 1))
    return tuple(result)


_APPLY: Mapping[type, Callable[[Desk, Any, Any], Changes]] = MappingProxyType(
    {
        CancelOrder: _cancel,
        StartReturn: _start_return,
        StartExchange: _start_exchange,
        StartRepair: _start_repair,
        ChangeAddress: _change_address,
        ChangeItems: _change_items,
        ChangePayment: _change_payment,
    }
)
