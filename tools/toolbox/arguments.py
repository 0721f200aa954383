"""The arguments of the tools, typed and described so that a model can fill them in."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tools.codec import UNSTORABLE
from tools.domain import (
    ORIGINAL,
    Address,
    CancelReason,
    ComplaintKind,
    ReturnItem,
    ReturnReason,
    SwapItem,
)

OrderId = Annotated[str, Field(max_length=64, description="Order number, exactly as the customer wrote it")]
MethodId = Annotated[
    str,
    Field(
        max_length=64,
        description='Id of one of the customer\'s payment methods, from get_profile; "original" for the one '
        "that paid for the order",
    ),
]
Pieces = Annotated[int, Field(ge=1, le=10_000, description="How many pieces of this line")]
LineNo = Annotated[int, Field(description="Line number within the order, from get_order_status")]
Reason = Annotated[ReturnReason, Field(description="Why the customer sends it back")]
ProposalId = Annotated[
    str,
    Field(max_length=64, description="The proposal that the customer has confirmed; leave empty to get one"),
]
Line = Annotated[str, Field(max_length=200)]


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise ValueError("holds a character that cannot be kept")
        return value


class NoArguments(Arguments):
    pass


class IdentifyArguments(Arguments):
    email: Annotated[str, Field(max_length=254, description="E-mail address")] = ""
    phone: Annotated[str, Field(max_length=40, description="Phone number")] = ""
    name: Annotated[str, Field(max_length=100, description="Full name as on the account")] = ""
    postcode: Annotated[str, Field(max_length=16, description="Postcode of the default address")] = ""


class OrderArguments(Arguments):
    order_id: OrderId


class ProductArguments(Arguments):
    product_id: Annotated[str, Field(max_length=64, description="Product id, from an order or find_products")]


class FindProductsArguments(Arguments):
    words: Annotated[
        str, Field(max_length=100, description="Words of the product's name, in either language")
    ]


class ItemArgument(Arguments):
    line_no: LineNo
    quantity: Pieces

    def wish(self) -> ReturnItem:
        return ReturnItem(self.line_no, self.quantity)


class SwapArgument(ItemArgument):
    new_sku: Annotated[
        str, Field(max_length=64, description="SKU of the new variant of the same product, from get_product")
    ]

    def swap(self) -> SwapItem:
        return SwapItem(self.line_no, self.quantity, self.new_sku)


class AddressArgument(Arguments):
    """A complete postal address."""

    recipient: Annotated[Line, Field(description="Who receives the parcel; empty for the customer")] = ""
    phone: Annotated[Line, Field(description="Phone for the courier; empty for the customer's")] = ""
    line1: Annotated[Line, Field(description="Street and number")]
    line2: Annotated[Line, Field(description="Flat, floor, building")] = ""
    city: Annotated[Line, Field(description="City or town")]
    region: Annotated[Line, Field(description="Province or state")]
    postcode: Annotated[Line, Field(max_length=16, description="Postcode; empty where there is none")]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="Two letters, such as CN or US")] = "CN"

    def address(self, recipient: str, phone: str) -> Address:
        """The address for a parcel, with the customer's own name and phone where none were given."""
        return Address(
            recipient=self.recipient or recipient,
            phone=self.phone or phone,
            line1=self.line1,
            city=self.city,
            region=self.region,
            postcode=self.postcode,
            country=self.country,
            line2=self.line2,
        )


class CheckReturnArguments(Arguments):
    order_id: OrderId
    reason: Reason
    items: list[ItemArgument] = Field(
        default_factory=list, description="What to return; leave empty to check every line of the order"
    )


class Write(Arguments):
    proposal_id: ProposalId = ""


class CancelOrderArguments(Write):
    order_id: OrderId
    reason: Annotated[CancelReason, Field(description="Why the customer cancels")]


class StartReturnArguments(Write):
    order_id: OrderId
    reason: Reason
    items: list[ItemArgument] = Field(min_length=1, description="What to return")
    refund_to: MethodId = ORIGINAL


class StartExchangeArguments(Write):
    order_id: OrderId
    reason: Reason
    items: list[SwapArgument] = Field(min_length=1, description="What becomes which variant")
    method_id: MethodId = ORIGINAL


class StartRepairArguments(Write):
    order_id: OrderId
    line_no: LineNo
    quantity: Pieces = 1
    fault: Annotated[
        str, Field(min_length=1, max_length=1000, description="What is wrong, in the customer's words")
    ]


class ChangeAddressArguments(Write):
    order_id: OrderId
    address: Annotated[AddressArgument, Field(description="The complete new address")]


class ChangeItemsArguments(Write):
    order_id: OrderId
    items: list[SwapArgument] = Field(min_length=1, description="What becomes which variant")
    method_id: MethodId = ORIGINAL


class ChangePaymentArguments(Write):
    order_id: OrderId
    method_id: Annotated[
        str, Field(max_length=64, description="Id of the payment method that pays from now on")
    ]


class ChangeDefaultAddressArguments(Write):
    address: Annotated[AddressArgument, Field(description="The complete new address")]


class OpenComplaintArguments(Write):
    kind: Annotated[ComplaintKind, Field(description="What it is about")]
    text: Annotated[
        str, Field(min_length=1, max_length=4000, description="The complaint in the customer's words")
    ]
    order_id: Annotated[str, Field(max_length=64, description="The order it is about; empty for none")] = ""


class HandOverArguments(Arguments):
    reason: Annotated[str, Field(max_length=200, description="Why a person is needed")]
    summary: Annotated[
        str, Field(max_length=4000, description="What the customer wants and what was done so far")
    ]
