"""What a customer may ask the order desk to do: imperative, complete, not yet decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tools.domain.aftersales import ReturnReason
from tools.domain.cases import ComplaintKind
from tools.domain.customers import Address
from tools.domain.values import ADDED, DomainError

# Where a refund goes: back to the methods that paid.
ORIGINAL = "original"


class CancelReason(StrEnum):
    NO_LONGER_NEEDED = "no_longer_needed"
    ORDERED_BY_MISTAKE = "ordered_by_mistake"
    FOUND_CHEAPER = "found_cheaper"
    TOO_SLOW = "too_slow"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """A wish: this many of this line."""

    line_no: int
    quantity: int


@dataclass(frozen=True, slots=True)
class SwapItem:
    """A wish: this many of this line as the variant `new_sku`."""

    line_no: int
    quantity: int
    new_sku: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel the whole order; everything paid goes back the way it came."""

    order_id: str
    reason: CancelReason


@dataclass(frozen=True, slots=True)
class StartReturn:
    """Send these items of this order back, refund to this method."""

    order_id: str
    items: tuple[ReturnItem, ...]
    reason: ReturnReason
    refund_to: str = ORIGINAL


@dataclass(frozen=True, slots=True)
class StartExchange:
    """Send these items back for other variants; `method_id` pays or receives the difference."""

    order_id: str
    items: tuple[SwapItem, ...]
    reason: ReturnReason
    method_id: str = ORIGINAL


@dataclass(frozen=True, slots=True)
class StartRepair:
    """Have a faulty piece mended under warranty."""

    order_id: str
    line_no: int
    quantity: int
    fault: str


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """Send an order that has not left yet to another address."""

    order_id: str
    address: Address


@dataclass(frozen=True, slots=True)
class ChangeItems:
    """Make lines of a pending order other variants; `method_id` pays or receives the difference."""

    order_id: str
    items: tuple[SwapItem, ...]
    method_id: str = ORIGINAL


@dataclass(frozen=True, slots=True)
class ChangePayment:
    """Pay a pending order by another method."""

    order_id: str
    method_id: str


@dataclass(frozen=True, slots=True)
class ChangeDefaultAddress:
    """Keep another address for the orders to come."""

    address: Address


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """Have somebody look into something; `order_id` is "" where it is about no order.

    `sentiment` is how the customer sounds, −1 (very angry) … 1 (delighted), kept to two decimals; `urgent` whether it
    cannot wait; `language` the one that they write, "" for their own. They say how it is handled, not what is done.
    """

    kind: ComplaintKind
    text: str
    order_id: str = ""
    language: str = field(default="", metadata=ADDED)
    urgent: bool = field(default=False, metadata=ADDED)
    sentiment: float = field(default=0.0, metadata=ADDED)

    def __post_init__(self) -> None:
        if not -1 <= self.sentiment <= 1:
            raise DomainError(f"sentiment: {self.sentiment} is not between -1 and 1")
        object.__setattr__(self, "sentiment", round(float(self.sentiment), 2) + 0.0)


Command = (
    CancelOrder
    | StartReturn
    | StartExchange
    | StartRepair
    | ChangeAddress
    | ChangeItems
    | ChangePayment
    | ChangeDefaultAddress
    | OpenComplaint
)


def order_id_of(command: Command) -> str:
    """The order that a command is about; "" for none."""
    return "" if isinstance(command, ChangeDefaultAddress) else command.order_id
