"""One door to all policies: a command and a situation in, exactly what will happen or why not out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tools.domain import (
    CancelOrder,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    OpenComplaint,
    StartExchange,
    StartRepair,
    StartReturn,
    order_id_of,
    require_aware,
)
from tools.errors import CardError, NotYours
from tools.policy.cancellation import CancelAllowed, check_cancel
from tools.policy.complaints import ComplaintAllowed, check_complaint
from tools.policy.exchange import ExchangeAllowed, check_exchange
from tools.policy.order_changes import (
    AddressAllowed,
    DefaultAddressAllowed,
    ItemsAllowed,
    PaymentAllowed,
    check_address,
    check_default_address,
    check_items,
    check_payment,
)
from tools.policy.repair import RepairAllowed, check_repair
from tools.policy.returns import ReturnAllowed, check_return
from tools.policy.verdict import Denied, Situation

Allowed = (
    CancelAllowed
    | ReturnAllowed
    | ExchangeAllowed
    | RepairAllowed
    | AddressAllowed
    | ItemsAllowed
    | PaymentAllowed
    | DefaultAddressAllowed
    | ComplaintAllowed
)


def _check_return(command: StartReturn, situation: Situation) -> ReturnAllowed | Denied:
    order = situation.its_order()
    return check_return(order, situation.customer, command, situation.cards.returns, situation.now)


_CHECKS: Mapping[type, Callable[[Any, Situation], Allowed | Denied]] = MappingProxyType(
    {
        CancelOrder: check_cancel,
        StartReturn: _check_return,
        StartExchange: check_exchange,
        StartRepair: check_repair,
        ChangeAddress: check_address,
        ChangeItems: check_items,
        ChangePayment: check_payment,
        ChangeDefaultAddress: check_default_address,
        OpenComplaint: check_complaint,
    }
)


def decide(command: Command, situation: Situation) -> Allowed | Denied:
    """Decide any command.

    Raises `NotYours` when the order is not this customer's or not the command's, and `CardError` when
    card and order speak of different currencies.
    """
    require_aware(situation.now, "now")
    order = situation.order
    if order is not None:
        if order.customer_id != situation.customer.id or order.id != order_id_of(command):
            raise NotYours(f"order {order_id_of(command)!r} is not for this customer")
        if order.currency != situation.cards.returns.currency:
            currency = situation.cards.returns.currency
            raise CardError(f"the cards are in {currency}, order {order.id} is not")
    return _CHECKS[type(command)](command, situation)
