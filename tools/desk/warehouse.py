"""What the shop's own people do after the desk: parcels leave and arrive, goods come back, money follows.

Facts, not wishes: nobody confirms them, but each is done once, on the record, and only where the state
machine allows it. A shop with its own order system does this there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from tools.desk.changes import Changes, Desk
from tools.desk.records import Event
from tools.domain import (
    DomainError,
    Exchange,
    ExchangeStatus,
    Order,
    OrderStatus,
    RefundReason,
    Repair,
    RepairStatus,
    Return,
    ReturnStatus,
    Shipment,
)
from tools.errors import NotFound, WrongState
from tools.policy.exchange import OPEN_EXCHANGE
from tools.policy.paying import cannot_pay
from tools.policy.return_money import split_back
from tools.store.protocol import LocalStore

OPEN_RETURN = (ReturnStatus.REQUESTED, ReturnStatus.IN_TRANSIT, ReturnStatus.RECEIVED)
OPEN_REPAIR = (RepairStatus.REQUESTED, RepairStatus.IN_TRANSIT, RepairStatus.RECEIVED)
_S = OrderStatus
T = TypeVar("T", Return, Exchange, Repair)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The steps that the shop's people report. All raise `NotFound` and `WrongState`; then nothing changed."""

    store: LocalStore
    staff: str = "warehouse"

    def prepare(self, order_id: str, now: datetime) -> None:
        """The warehouse has begun to pack a pending order."""
        with self._order(order_id, now, "OrderProcessed") as step:
            step.desk = _onward(step.desk, _S.PROCESSED)

    def ship(self, order_id: str, shipment: Shipment, now: datetime) -> None:
        """The parcel has left."""
        with self._order(order_id, now, "OrderShipped") as step:
            step.desk = _onward(step.desk.changed(shipment=shipment), _S.SHIPPED)

    def deliver(self, order_id: str, now: datetime) -> None:
        """The parcel has arrived."""
        with self._order(order_id, now, "OrderDelivered") as step:
            parcel = step.desk.order.shipment
            if parcel is None:
                raise WrongState(f"order {order_id} has no shipment")
            arrived = replace(parcel, delivered_at=now)
            step.desk = _onward(step.desk.changed(shipment=arrived), _S.DELIVERED)

    def approve_return(self, order_id: str, return_id: str, now: datetime) -> None:
        """The customer may send the goods; told twice is an error."""
        with self._order(order_id, now, "ReturnApproved", return_id=return_id) as step:
            item = _open_return(step.desk.order, return_id)
            told = self.store.events(order_id)
            if item.status is not ReturnStatus.REQUESTED or _was(told, "ReturnApproved", return_id):
                raise WrongState(f"return {return_id} was approved already")

    def return_sent(self, order_id: str, return_id: str, carrier: str, now: datetime) -> None:
        """The customer has handed the goods to `carrier`, whose English name is kept."""
        with self._order(order_id, now, "ReturnSentBack", return_id=return_id, carrier=carrier) as step:
            step.desk = _return_moved(step.desk, return_id, ReturnStatus.IN_TRANSIT)

    def return_received(self, order_id: str, return_id: str, warehouse: str, now: datetime) -> None:
        """The goods are back, and wait for inspection."""
        with self._order(order_id, now, "ReturnReceived", return_id=return_id, warehouse=warehouse) as step:
            step.desk = _return_moved(step.desk, return_id, ReturnStatus.RECEIVED)

    def exchange_sent(self, order_id: str, exchange_id: str, carrier: str, now: datetime) -> None:
        """The customer has handed the goods to `carrier`, whose English name is kept."""
        with self._order(order_id, now, "ExchangeSentBack", exchange_id=exchange_id, carrier=carrier) as step:
            step.desk = _exchange_moved(step.desk, exchange_id, ExchangeStatus.IN_TRANSIT)

    def exchange_received(self, order_id: str, exchange_id: str, warehouse: str, now: datetime) -> None:
        """The goods are back, and wait for inspection."""
        with self._order(
            order_id, now, "ExchangeReceived", exchange_id=exchange_id, warehouse=warehouse
        ) as step:
            step.desk = _exchange_moved(step.desk, exchange_id, ExchangeStatus.RECEIVED)

    def settle_return(self, order_id: str, return_id: str, now: datetime) -> None:
        """The goods came back as promised: the refund is paid, and only now the return is done."""
        with self._order(order_id, now, "ReturnRefunded", return_id=return_id) as step:
            item = _open_return(step.desk.order, return_id)
            token = return_id.removeprefix("RT-")
            desk = replace(step.desk, token=token)
            for method, amount in split_back(desk.order, item.refund, item.refund_to).items():
                desk = desk.paid_back(method, amount, RefundReason.RETURN)
            done = replace(item, status=ReturnStatus.REFUNDED)
            desk = desk.changed(returns=_with(desk.order.returns, done))
            step.desk = desk if _returns_open(desk.order) else _moved(desk, _S.REFUNDED)

    def reject_return(self, order_id: str, return_id: str, why: str, now: datetime) -> None:
        """The goods did not pass the inspection; the customer keeps them."""
        with self._order(order_id, now, "ReturnRejected", why, return_id=return_id) as step:
            item = _open_return(step.desk.order, return_id)
            rejected = replace(item, status=ReturnStatus.REJECTED)
            desk = step.desk.changed(returns=_with(step.desk.order.returns, rejected))
            step.desk = desk if _returns_open(desk.order) else _moved(desk, _at_rest(desk.order))

    def complete_exchange(self, order_id: str, exchange_id: str, now: datetime) -> None:
        """The goods came back and the new ones leave: the difference is settled.

        Raises `WrongState` while the method that was to pay cannot; the exchange then waits.
        """
        with self._order(order_id, now, "ExchangeCompleted", exchange_id=exchange_id) as step:
            item, desk = _open_exchange(step.desk.order, exchange_id), step.desk
            if problem := cannot_pay(desk.customer, item.method_id, item.due):
                raise WrongState(f"exchange {exchange_id}: {problem.reason}: {problem.params}")
            desk = replace(desk, token=exchange_id.removeprefix("EX-"))
            desk = desk.charged(item.method_id, item.due)
            desk = desk.paid_back(item.method_id, item.refund, RefundReason.EXCHANGE)
            done = replace(item, status=ExchangeStatus.COMPLETED)
            desk = desk.changed(exchanges=_with(desk.order.exchanges, done))
            step.desk = _moved(desk, _at_rest(desk.order))

    def reject_exchange(self, order_id: str, exchange_id: str, why: str, now: datetime) -> None:
        """The goods did not pass the inspection; nothing is exchanged and nothing is owed."""
        with self._order(order_id, now, "ExchangeRejected", why, exchange_id=exchange_id) as step:
            item = _open_exchange(step.desk.order, exchange_id)
            rejected = replace(item, status=ExchangeStatus.REJECTED)
            desk = step.desk.changed(exchanges=_with(step.desk.order.exchanges, rejected))
            step.desk = _moved(desk, _at_rest(desk.order))

    def finish_repair(self, order_id: str, repair_id: str, repaired: bool, now: datetime) -> None:
        """The piece is back with the customer, mended or not."""
        fact = "RepairFinished" if repaired else "RepairRejected"
        with self._order(order_id, now, fact, repair_id=repair_id) as step:
            item = _find(step.desk.order.repairs, repair_id, "repair")
            if item.status not in OPEN_REPAIR:
                raise WrongState(f"repair {repair_id} is {item.status}")
            status = RepairStatus.REPAIRED if repaired else RepairStatus.REJECTED
            repairs = _with(step.desk.order.repairs, replace(item, status=status))
            step.desk = step.desk.changed(repairs=repairs)

    @contextmanager
    def _order(self, order_id: str, now: datetime, fact: str, why: str = "", **data: str) -> Iterator[_Step]:
        """`data` goes with the event: which return, exchange or repair it was, which carrier or warehouse."""
        with self.store.unit_of_work() as unit:
            # Customer before order, as everywhere: whose order it is has to be looked up first.
            owner = unit.owner_of(order_id)
            customer = unit.customer(owner)
            step = _Step(Desk(unit.order_by_id(order_id), customer, order_id, now))
            yield step
            unit.save(Changes(step.desk.order, step.desk.customer))
            known = {"staff": self.staff} | {name: value for name, value in data.items() if value}
            unit.add_event(Event(fact, now, "staff", owner, order_id, why=why, data=known))
            unit.commit()


@dataclass(slots=True)
class _Step:
    desk: Desk


def _onward(desk: Desk, status: OrderStatus) -> Desk:
    """As `_moved`, but told twice is an error: a second delivery would open every window anew."""
    if desk.order.status is status:
        raise WrongState(f"order {desk.order.id} is {status} already")
    return _moved(desk, status)


def _moved(desk: Desk, status: OrderStatus) -> Desk:
    try:
        return desk.moved_to(status)
    except DomainError as error:
        raise WrongState(str(error)) from error


def _was(told: Sequence[Event], fact: str, return_id: str) -> bool:
    return any(each.kind == fact and each.data.get("return_id") == return_id for each in told)


def _returns_open(order: Order) -> bool:
    return any(item.status in OPEN_RETURN for item in order.returns)


def _at_rest(order: Order) -> OrderStatus:
    """The state of a delivered order with nothing under way."""
    returned = any(item.status is ReturnStatus.REFUNDED for item in order.returns)
    return _S.REFUNDED if returned else _S.DELIVERED


def _open_return(order: Order, return_id: str) -> Return:
    item = _find(order.returns, return_id, "return")
    if item.status not in OPEN_RETURN:
        raise WrongState(f"return {return_id} is {item.status}")
    return item


def _open_exchange(order: Order, exchange_id: str) -> Exchange:
    item = _find(order.exchanges, exchange_id, "exchange")
    if item.status not in OPEN_EXCHANGE:
        raise WrongState(f"exchange {exchange_id} is {item.status}")
    return item


def _return_moved(desk: Desk, return_id: str, status: ReturnStatus) -> Desk:
    item = _open_return(desk.order, return_id)
    if item.status in (status, ReturnStatus.RECEIVED):
        raise WrongState(f"return {return_id} is {item.status} already")
    return desk.changed(returns=_with(desk.order.returns, replace(item, status=status)))


def _exchange_moved(desk: Desk, exchange_id: str, status: ExchangeStatus) -> Desk:
    item = _open_exchange(desk.order, exchange_id)
    if item.status in (status, ExchangeStatus.RECEIVED):
        raise WrongState(f"exchange {exchange_id} is {item.status} already")
    return desk.changed(exchanges=_with(desk.order.exchanges, replace(item, status=status)))


def _find(items: tuple[T, ...], key: str, what: str) -> T:
    for item in items:
        if item.id == key:
            return item
    raise NotFound(what, key)


def _with(items: tuple[T, ...], changed: T) -> tuple[T, ...]:
    return tuple(changed if item.id == changed.id else item for item in items)
