"""The JSON of `docs/order-api.md`, both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from tools.codec import DecodeError, canonical, decode, encode
from tools.desk.changes import Changes
from tools.desk.records import Proposal
from tools.domain import Customer, DomainError, Order, Product, Text, order_id_of
from tools.errors import BadAnswer

SHOWN_PROBLEMS = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShopHead:
    """Who the shop is; all amounts are in its currency."""

    name: Text
    currency: str
    sample: bool = False
    extras: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise DomainError("currency: three capital letters are needed")


@dataclass(frozen=True, slots=True)
class Customers:
    customers: tuple[Customer, ...]


@dataclass(frozen=True, slots=True)
class OneCustomer:
    customer: Customer
    version: str


@dataclass(frozen=True, slots=True)
class Orders:
    """`next` leads to the next page; "" on the last."""

    orders: tuple[Order, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class OneOrder:
    """`version` changes whenever anything in the order does."""

    order: Order
    version: str


@dataclass(frozen=True, slots=True)
class Products:
    products: tuple[Product, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class OneProduct:
    product: Product


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command, the same for every call with its key. `code` and `detail` say why not."""

    key: str
    outcome: Literal["done", "refused"]
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the decision rested on; "" for what it did not look at."""

    order: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The order and customer as they are to be, null where nothing changes; pieces to take from stock.

    `taken` below zero puts pieces back.
    """

    order: Order | None
    customer: Customer | None
    taken: dict[str, int]


@dataclass(frozen=True, slots=True)
class CommandHead:
    """A command's body but for `command` and `effect`, whose shape depends on `kind`."""

    key: str
    kind: str
    customer_id: str
    order_id: str
    currency: str
    digest: str
    at: datetime
    expected: Expected
    result: Result


def command_body(proposal: Proposal, at: datetime, expected: Expected, changes: Changes) -> str:
    """The text that is sent, and sent again letter for letter."""
    head = CommandHead(
        key=proposal.id,
        kind=proposal.kind,
        customer_id=proposal.customer_id,
        order_id=order_id_of(proposal.command),
        currency=proposal.currency,
        digest=proposal.digest,
        at=at,
        expected=expected,
        result=Result(changes.order, changes.customer, dict(changes.taken)),
    )
    return canonical(encode(head) | {"command": proposal.command, "effect": proposal.effect})


def read(kind: type[T], value: object, currency: str, what: str) -> T:
    """Decode an answer to `what`; raises `BadAnswer` that names the paths of what does not fit."""
    try:
        return decode(kind, value, currency)
    except DecodeError as error:
        shown = "; ".join(error.problems[:SHOWN_PROBLEMS])
        rest = len(error.problems) - SHOWN_PROBLEMS
        raise BadAnswer(f"{what}: {shown}" + (f"; and {rest} more" if rest > 0 else "")) from error
