"""What happens to goods after delivery: returns, exchanges and repairs, each with its own states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tools.domain.values import DomainError, Money, Text, require_aware


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    REFUNDED = "refunded"
    REJECTED = "rejected"


class ReturnReason(StrEnum):
    """Why a customer sends something back. The last four are the shop's fault."""

    NO_LONGER_WANTED = "no_longer_wanted"
    WRONG_SIZE = "wrong_size"
    QUALITY = "quality"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"

    @property
    def shop_fault(self) -> bool:
        return self not in (ReturnReason.NO_LONGER_WANTED, ReturnReason.WRONG_SIZE)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    line_no: int
    quantity: int
    refund: Money


@dataclass(frozen=True, slots=True)
class Return:
    """Goods on their way back. `refund` is what the customer gets after `postage` is taken off."""

    id: str
    order_id: str
    status: ReturnStatus
    reason: ReturnReason
    lines: tuple[ReturnLine, ...]
    refund: Money
    postage: Money
    refund_to: str
    requested_at: datetime
    rule: str


class ExchangeStatus(StrEnum):
    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    COMPLETED = "completed"
    REJECTED = "rejected"


class RepairStatus(StrEnum):
    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    REPAIRED = "repaired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Swap:
    """Pieces of a line that become another variant of the same product. Prices are for one piece."""

    line_no: int
    quantity: int
    old_sku: str
    new_sku: str
    old_options: Text
    new_options: Text
    old_price: Money
    new_price: Money

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise DomainError(f"line {self.line_no}: quantity must be at least 1")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Goods on their way back, others to follow.

    `due` is what the customer pays and `refund` what they get when it is completed; at most one is
    above zero. Both are net of `postage`, the customer's share of sending the goods back.
    """

    id: str
    order_id: str
    status: ExchangeStatus
    reason: ReturnReason
    lines: tuple[Swap, ...]
    due: Money
    refund: Money
    postage: Money
    method_id: str
    requested_at: datetime
    rule: str

    def __post_init__(self) -> None:
        require_aware(self.requested_at, f"exchange {self.id}: requested_at")


@dataclass(frozen=True, slots=True)
class Repair:
    """A faulty piece that is mended under warranty, which ends with the day `warranty_until`."""

    id: str
    order_id: str
    line_no: int
    quantity: int
    status: RepairStatus
    fault: str
    warranty_until: date
    requested_at: datetime
    rule: str

    def __post_init__(self) -> None:
        require_aware(self.requested_at, f"repair {self.id}: requested_at")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A pending order's lines that became other variants. The difference was settled at once."""

    id: str
    order_id: str
    lines: tuple[Swap, ...]
    due: Money
    refund: Money
    method_id: str
    at: datetime
    rule: str

    def __post_init__(self) -> None:
        require_aware(self.at, f"item change {self.id}: at")
