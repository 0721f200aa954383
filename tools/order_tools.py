"""The order tools as LangChain tools: what a model, or anybody's own graph, may call.

A tool never acts on a model's word: `start_return` executes only a proposal that the
session says the customer confirmed; otherwise it proposes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from tools.codec import encode
from tools.desk.proposals import Proposal, confirm, propose_return
from tools.domain import Language, Order, ReturnItem, ReturnReason, StartReturn
from tools.errors import NotIdentified, ToolError
from tools.policy.return_card import ReturnCard
from tools.policy.returns import Allowed, Denied, check_return, returnable_lines
from tools.store.protocol import OrderStore

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolSession:
    """Who is asking, in which conversation, and what they have said yes to.

    `customer_id` is None until the customer is identified. `confirmed` maps the ids of
    proposals that this customer confirmed to the digests that were read back; only the
    code that heard the customer puts them there.
    """

    conversation_id: str
    customer_id: str | None
    clock: Callable[[], datetime]
    language: Language = "zh"
    confirmed: Mapping[str, str] = field(default_factory=dict)

    def identified(self) -> str:
        """Raise `NotIdentified` when nobody knows who is asking."""
        if self.customer_id is None:
            raise NotIdentified("the customer has not been identified yet")
        return self.customer_id


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


OrderId = Annotated[str, Field(description="Order number, exactly as the customer wrote it")]
Reason = Annotated[ReturnReason, Field(description="Why the customer sends it back")]


class OrderArguments(_Arguments):
    order_id: OrderId


class ItemArgument(_Arguments):
    line_no: int = Field(description="Line number within the order, from get_order_status")
    quantity: int = Field(ge=1, description="How many pieces of this line")


class CheckReturnArguments(_Arguments):
    order_id: OrderId
    reason: Reason
    items: list[ItemArgument] = Field(
        default_factory=list, description="What to return; leave empty to check every line of the order"
    )


class StartReturnArguments(_Arguments):
    order_id: OrderId
    reason: Reason
    items: list[ItemArgument] = Field(min_length=1, description="What to return")
    refund_to: str = Field(
        default="original", description='"original", or the id of one of the customer\'s gift cards'
    )
    proposal_id: str = Field(
        default="", description="The proposal that the customer has confirmed; leave empty to get one"
    )


class OrderTools:
    """The four tools as plain methods; `order_tools` wraps them. All raise `ToolError`s."""

    def __init__(self, store: OrderStore, card: ReturnCard, session: ToolSession) -> None:
        self._store = store
        self._card = card
        self._session = session

    def _order(self, order_id: str) -> Order:
        return self._store.order(order_id.strip(), self._session.identified())

    def get_order_status(self, order_id: str) -> Facts:
        """Look up one of the customer's orders: its status, lines, sums, refunds and returns."""
        order = self._order(order_id)
        return {
            "order_id": order.id,
            "status": order.status.value,
            "placed_at": encode(order.placed_at),
            "expected_ship_at": encode(order.expected_ship_at),
            "delivered_at": encode(order.delivered_at),
            "cancel_reason": order.cancel_reason,
            "currency": order.total.currency,
            "total": encode(order.total),
            "lines": self._lines(order),
            "refunds": encode(order.refunds),
            "returns": encode(order.returns),
        }

    def _lines(self, order: Order) -> list[Facts]:
        language = self._session.language
        return [
            {
                "line_no": line.line_no,
                "name": line.name.in_(language),
                "options": line.options.in_(language),
                "quantity": line.quantity,
                "returned": order.returned_quantity(line.line_no),
                "unit_price": encode(line.unit_price),
            }
            for line in order.lines
        ]

    def track_order(self, order_id: str) -> Facts:
        """Follow the parcel of one of the customer's orders: carrier, number, events, dates."""
        order, language = self._order(order_id), self._session.language
        head = {"order_id": order.id, "status": order.status.value}
        if order.shipment is None:
            return head | {"shipped": False, "expected_ship_at": encode(order.expected_ship_at)}
        parcel = order.shipment
        events = [
            {"at": encode(each.at), "place": each.place.in_(language), "text": each.text.in_(language)}
            for each in parcel.events
        ]
        return head | {
            "shipped": True,
            "carrier": parcel.carrier.in_(language),
            "tracking_no": parcel.tracking_no,
            "shipped_at": encode(parcel.shipped_at),
            "expected_at": encode(parcel.expected_at),
            "delivered_at": encode(parcel.delivered_at),
            "events": events,
        }

    def check_return(
        self, order_id: str, reason: ReturnReason, items: list[ItemArgument] | None = None
    ) -> Facts:
        """Find out whether items can be returned, what is refunded, and by when. Changes nothing."""
        order, now = self._order(order_id), self._session.clock()
        customer = self._store.customer(order.customer_id)
        if items:
            command = StartReturn(order.id, _wishes(items), reason)
            return _decision(check_return(order, customer, command, self._card, now))
        lines = returnable_lines(order, customer, reason, self._card, now)
        decided = [{"line_no": number} | _decision(result) for number, result in lines.items()]
        return {"order_id": order.id, "lines": decided}

    def start_return(
        self,
        order_id: str,
        reason: ReturnReason,
        items: list[ItemArgument],
        refund_to: str = "original",
        proposal_id: str = "",
    ) -> Facts:
        """Start a return. Without a proposal that the customer has confirmed, this only answers
        with a proposal to read back to the customer; the order stays as it is."""
        if proposal_id and proposal_id in self._session.confirmed:
            return self._confirm(proposal_id)
        command = StartReturn(order_id.strip(), _wishes(items), reason, refund_to)
        session = self._session
        result = propose_return(
            self._store, self._card, session.conversation_id, session.identified(), command, session.clock()
        )
        if isinstance(result, Denied):
            return {"done": False} | _decision(result)
        return {"done": False, "awaiting": "confirmation", "proposal": _proposal(result)}

    def _confirm(self, proposal_id: str) -> Facts:
        session = self._session
        result = confirm(
            self._store,
            self._card,
            proposal_id,
            session.confirmed[proposal_id],
            session.conversation_id,
            session.identified(),
            session.clock(),
        )
        if isinstance(result, Denied):
            return {"done": False} | _decision(result)
        return {"done": True, "receipt": encode(result), "currency": result.refund.currency}


def order_tools(store: OrderStore, card: ReturnCard, session: ToolSession) -> list[BaseTool]:
    """The tools of one session. They answer with facts as JSON; an error is {"error", "message"}."""
    mine = OrderTools(store, card, session)
    return [
        _tool(mine.get_order_status, OrderArguments),
        _tool(mine.track_order, OrderArguments),
        _tool(mine.check_return, CheckReturnArguments),
        _tool(mine.start_return, StartReturnArguments),
    ]


def _tool(method: Callable[..., Facts], arguments: type[BaseModel]) -> BaseTool:
    def call(**given: Any) -> Facts:
        try:
            return method(**given)
        except ToolError as error:
            return {"error": error.code, "message": str(error)}

    return StructuredTool.from_function(
        func=call,
        name=method.__name__,
        description=" ".join((method.__doc__ or "").split()),
        args_schema=arguments,
        handle_validation_error=True,
    )


def _wishes(items: list[ItemArgument]) -> tuple[ReturnItem, ...]:
    return tuple(ReturnItem(item.line_no, item.quantity) for item in items)


def _decision(result: Allowed | Denied) -> Facts:
    if isinstance(result, Denied):
        return {"allowed": False, **encode(result)}
    return {"allowed": True, "currency": result.refund.currency, **encode(result)}


def _proposal(proposal: Proposal) -> Facts:
    return {
        "proposal_id": proposal.id,
        "digest": proposal.digest,
        "expires_at": encode(proposal.expires_at),
        "command": encode(proposal.command),
        "effect": _decision(proposal.effect),
    }
