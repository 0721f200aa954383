"""Returns, exchanges and repairs: what happens when, and what of it has happened by the end of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from insights.simulate.chance import about, later
from insights.simulate.data import read
from insights.simulate.purchases import Purchase, text_of
from insights.simulate.world import World
from tools.desk.records import Actor
from tools.domain import (
    Exchange,
    ExchangeStatus,
    Money,
    OrderLine,
    OrderStatus,
    PaymentMethod,
    Refund,
    RefundReason,
    Repair,
    RepairStatus,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    StatusChange,
    Swap,
)

APPROVAL_H, SENDING_H, TRAVEL_H, PAYING_H, REPAIR_H = 8.0, 30.0, 60.0, 24.0, 150.0
REJECTED, TO_GIFT_CARD = 0.05, 0.03
POSTAGE = Money.parse("8.00")
WARRANTY = timedelta(days=365)
_R, _E, _O = ReturnStatus, ExchangeStatus, OrderStatus
T = TypeVar("T")


def reached(steps: Sequence[tuple[T, datetime]], end: datetime) -> T:
    """The last of the steps that lies before `end`; the first always does."""
    return [step for step, at in steps if at < end or (step, at) == steps[0]][-1]


def start_return(
    world: World,
    rng: Random,
    made: Purchase,
    line: OrderLine,
    reason: ReturnReason,
    at: datetime,
    conversation_id: str,
) -> Return:
    """A return from its wish to its refund, with the events of every stage."""
    number = f"RT-{world.next('return'):08d}"
    carrier = text_of(rng.choice(read("world")["carriers"])).en
    approved = later(at, about(rng, APPROVAL_H))
    sent = later(approved, about(rng, SENDING_H, 0.6))
    received = later(sent, about(rng, TRAVEL_H, 0.4) + _held_up(world, carrier, made))
    paid = later(received, about(rng, PAYING_H, 0.5))
    rejected = rng.random() < REJECTED
    staff = rng.choice(read("world")["staff"])
    method = _paid_to(world, rng, made, staff)
    postage = Money.zero() if reason.shop_fault else POSTAGE
    refund = max(line.total - postage, Money.zero())

    tell = _Teller(world, made, {"return_id": number})
    tell("ReturnStarted", at, "customer", conversation_id, receipt_id=f"R-{number}", reason=reason.value)
    tell("ReturnApproved", approved, "staff", staff=staff)
    tell("ReturnSentBack", sent, "staff", carrier=carrier)
    tell("ReturnReceived", received, "staff", warehouse=rng.choice(read("world")["return_warehouses"]))
    tell("ReturnRejected" if rejected else "ReturnRefunded", paid, "staff", staff=staff)

    last = _R.REJECTED if rejected else _R.REFUNDED
    status = reached(
        [(_R.REQUESTED, at), (_R.IN_TRANSIT, sent), (_R.RECEIVED, received), (last, paid)], world.plan.end
    )
    item = Return(
        number, made.id, status, reason, (ReturnLine(line.line_no, line.quantity, line.total),), refund, postage,
        method.id, at, "returns.window",
    )  # fmt: skip
    made.returns.append(item)
    if not rejected and refund.amount > 0:
        made.refunds.append(Refund(f"RF-{number[3:]}-1", refund, method.id, paid, RefundReason.RETURN.value))
    _moves(made, world, at, paid, _O.RETURN_REQUESTED, _O.DELIVERED if rejected else _O.REFUNDED)
    return item


def _held_up(world: World, carrier: str, made: Purchase) -> float:
    slow = world.plan.slow_carrier
    here = slow and slow.carrier == carrier and made.person.customer.address.region in slow.regions
    return slow.hours if slow and here else 0.0


def _paid_to(world: World, rng: Random, made: Purchase, staff: str) -> PaymentMethod:
    """Where the refund goes: back as it was paid, seldom to the gift card; one of the staff does so often."""
    odd = world.plan.gift_card_refunds
    share = odd.share if odd and odd.staff == staff else TO_GIFT_CARD
    card = made.person.gift_card
    return card if card and rng.random() < share else made.method


class _Teller:
    """Writes the events of one case; `case` names it in all of them."""

    def __init__(self, world: World, made: Purchase, case: dict[str, str]) -> None:
        self._log, self._made, self._case = world.log, made, case

    def __call__(
        self,
        kind: str,
        at: datetime,
        actor: Actor,
        conversation_id: str = "",
        receipt_id: str = "",
        **data: str,
    ) -> None:
        self._log.add(
            kind, at, actor, self._made.person.customer.id, self._made.id, conversation_id,
            receipt_id=receipt_id, **self._case, **data,
        )  # fmt: skip


def _moves(
    made: Purchase, world: World, began: datetime, ended: datetime, during: OrderStatus, after: OrderStatus
) -> None:
    made.going_back = True
    made.later_steps += [StatusChange(during, began), StatusChange(after, ended)]
    world.returning.add(made, world.plan.day_of(began))


def start_exchange(
    world: World, rng: Random, made: Purchase, line: OrderLine, at: datetime, conversation_id: str
) -> Exchange:
    """Pieces that become another variant of the same price; nothing is owed."""
    number = f"EX-{world.next('exchange'):08d}"
    sent = later(at, about(rng, APPROVAL_H + SENDING_H, 0.6))
    received = later(sent, about(rng, TRAVEL_H, 0.4))
    done = later(received, about(rng, PAYING_H, 0.5))
    rejected = rng.random() < REJECTED
    tell = _Teller(world, made, {"exchange_id": number})
    carrier = text_of(rng.choice(read("world")["carriers"])).en
    tell("ExchangeStarted", at, "customer", conversation_id, receipt_id=f"R-{number}")
    tell("ExchangeSentBack", sent, "staff", carrier=carrier)
    tell("ExchangeReceived", received, "staff", warehouse=rng.choice(read("world")["return_warehouses"]))
    tell("ExchangeRejected" if rejected else "ExchangeCompleted", done, "staff")
    last = _E.REJECTED if rejected else _E.COMPLETED
    steps = [(_E.REQUESTED, at), (_E.IN_TRANSIT, sent), (_E.RECEIVED, received), (last, done)]
    zero = Money.zero()
    item = Exchange(
        number, made.id, reached(steps, world.plan.end), ReturnReason.WRONG_SIZE, (_swap(world, line),), zero, zero, zero,
        made.method.id, at, "exchange.same_price",
    )  # fmt: skip
    made.exchanges.append(item)
    _moves(made, world, at, done, _O.EXCHANGE_REQUESTED, _O.DELIVERED)
    return item


def _swap(world: World, line: OrderLine) -> Swap:
    forms = world.shelves.product(line.product_id).variants
    other = next(form for form in forms if form.sku != line.sku)
    return Swap(
        line.line_no,
        line.quantity,
        line.sku,
        other.sku,
        line.options,
        other.described(),
        line.unit_price,
        line.unit_price,
    )


def start_repair(
    world: World, rng: Random, made: Purchase, line: OrderLine, at: datetime, conversation_id: str
) -> Repair:
    number = f"RP-{world.next('repair'):08d}"
    done = later(at, about(rng, REPAIR_H))
    mended = rng.random() > REJECTED
    tell = _Teller(world, made, {"repair_id": number})
    tell("RepairStarted", at, "customer", conversation_id, receipt_id=f"R-{number}")
    tell("RepairFinished" if mended else "RepairRejected", done, "staff")
    last = RepairStatus.REPAIRED if mended else RepairStatus.REJECTED
    status = reached([(RepairStatus.REQUESTED, at), (last, done)], world.plan.end)
    until = (made.delivered_at + WARRANTY).date()
    item = Repair(number, made.id, line.line_no, 1, status, "stopped working", until, at, "repair.warranty")
    made.repairs.append(item)
    return item
