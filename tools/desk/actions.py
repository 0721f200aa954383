"""Every action of the order desk by name: its command, its effect, its fact and its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
)
from tools.policy.cancellation import CancelAllowed
from tools.policy.complaints import ComplaintAllowed
from tools.policy.decide import Allowed
from tools.policy.exchange import ExchangeAllowed
from tools.policy.order_changes import AddressAllowed, DefaultAddressAllowed, ItemsAllowed, PaymentAllowed
from tools.policy.repair import RepairAllowed
from tools.policy.returns import ReturnAllowed


@dataclass(frozen=True, slots=True)
class Action:
    """`kind` names proposals, `fact` and `proposed` events, `receipt` receipts; `prefix` begins a subject's id.

    `subject` is what events call that id.
    """

    kind: str
    command: type[Command]
    effect: type[Allowed]
    proposed: str
    fact: str
    receipt: str
    prefix: str = ""
    subject: str = ""


ACTIONS: tuple[Action, ...] = (
    Action(
        "cancel_order", CancelOrder, CancelAllowed,
        "CancellationProposed", "OrderCancelled", "order_cancelled",
    ),
    Action(
        "start_return", StartReturn, ReturnAllowed,
        "ReturnProposed", "ReturnStarted", "return_started", "RT-", "return_id",
    ),
    Action(
        "start_exchange", StartExchange, ExchangeAllowed,
        "ExchangeProposed", "ExchangeStarted", "exchange_started", "EX-", "exchange_id",
    ),
    Action(
        "start_repair", StartRepair, RepairAllowed,
        "RepairProposed", "RepairStarted", "repair_started", "RP-", "repair_id",
    ),
    Action(
        "change_address", ChangeAddress, AddressAllowed,
        "AddressChangeProposed", "OrderAddressChanged", "address_changed",
    ),
    Action(
        "change_items", ChangeItems, ItemsAllowed,
        "ItemChangeProposed", "OrderItemsChanged", "items_changed", "IC-",
    ),
    Action(
        "change_payment", ChangePayment, PaymentAllowed,
        "PaymentChangeProposed", "OrderPaymentChanged", "payment_changed",
    ),
    Action(
        "change_default_address", ChangeDefaultAddress, DefaultAddressAllowed,
        "DefaultAddressChangeProposed", "DefaultAddressChanged", "default_address_changed",
    ),
    Action(
        "open_complaint", OpenComplaint, ComplaintAllowed,
        "ComplaintProposed", "ComplaintOpened", "complaint_opened", "CP-", "complaint_id",
    ),
)  # fmt: skip

BY_KIND: Mapping[str, Action] = MappingProxyType({action.kind: action for action in ACTIONS})
BY_COMMAND: Mapping[type, Action] = MappingProxyType({action.command: action for action in ACTIONS})


def action_of(command: Command) -> Action:
    return BY_COMMAND[type(command)]
