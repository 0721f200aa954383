"""All tools of one session, wrapped for LangChain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool

from tools.errors import ToolError
from tools.policy.cards import PolicyCards
from tools.store.protocol import OrderStore
from tools.toolbox import arguments as a
from tools.toolbox.reading import Answer, Reading
from tools.toolbox.session import ToolSession
from tools.toolbox.writing import Writing

TWO_PHASE = (
    " Without a proposal that the customer has confirmed, this only answers with a proposal to read back to "
    "the customer, or with the rule that forbids it; nothing is changed."
)


def order_tools(store: OrderStore, cards: PolicyCards, session: ToolSession) -> list[BaseTool]:
    """The tools of one session. They answer with facts as JSON; an error is {"error", "message"}."""
    reading, writing = Reading(store, cards, session), Writing(store, cards, session)
    return [
        _tool(reading.identify_customer, a.IdentifyArguments),
        _tool(reading.get_profile, a.NoArguments),
        _tool(reading.list_orders, a.NoArguments),
        _tool(reading.get_order_status, a.OrderArguments),
        _tool(reading.track_order, a.OrderArguments),
        _tool(reading.get_refund_status, a.OrderArguments),
        _tool(reading.get_return_status, a.OrderArguments),
        _tool(reading.find_products, a.FindProductsArguments),
        _tool(reading.get_product, a.ProductArguments),
        _tool(reading.check_return, a.CheckReturnArguments),
        _tool(reading.list_complaints, a.NoArguments),
        _tool(writing.cancel_order, a.CancelOrderArguments),
        _tool(writing.start_return, a.StartReturnArguments),
        _tool(writing.start_exchange, a.StartExchangeArguments),
        _tool(writing.start_repair, a.StartRepairArguments),
        _tool(writing.change_order_address, a.ChangeAddressArguments),
        _tool(writing.change_order_items, a.ChangeItemsArguments),
        _tool(writing.change_order_payment, a.ChangePaymentArguments),
        _tool(writing.change_default_address, a.ChangeDefaultAddressArguments),
        _tool(writing.open_complaint, a.OpenComplaintArguments),
        _tool(writing.hand_over, a.HandOverArguments),
    ]


def _tool(method: Callable[..., Answer], schema: type[a.Arguments]) -> BaseTool:
    def call(**given: Any) -> Answer:
        try:
            return method(**given)
        except ToolError as error:
            return {"error": error.code, "message": str(error)}

    text = " ".join((method.__doc__ or "").split())
    return StructuredTool.from_function(
        func=call,
        name=method.__name__,
        description=text + (TWO_PHASE if issubclass(schema, a.Write) else ""),
        args_schema=schema,
        handle_validation_error=True,
    )
