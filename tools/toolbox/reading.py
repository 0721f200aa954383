"""The tools that look things up. Each answers with plain JSON facts about this session's customer only."""

from __future__ import annotations

from typing import Any

from tools.codec import encode
from tools.desk.identify import Facts, identify
from tools.domain import Customer, Order, Product, ReturnReason, StartReturn, Text
from tools.policy.cards import PolicyCards
from tools.policy.returns import ReturnAllowed, check_return, returnable_lines
from tools.policy.verdict import Denied
from tools.store.protocol import OrderStore
from tools.toolbox.arguments import ItemArgument
from tools.toolbox.session import ToolSession

Answer = dict[str, Any]
MOST_PRODUCTS = 20


class Reading:
    """The reading tools as plain methods. All raise `ToolError`s."""

    def __init__(self, store: OrderStore, cards: PolicyCards, session: ToolSession) -> None:
        self._store = store
        self._cards = cards
        self._session = session

    def _order(self, order_id: str) -> Order:
        return self._store.order(order_id.strip(), self._session.identified())

    def _words(self, text: Text) -> str:
        return text.in_(self._session.language)

    def identify_customer(
        self, email: str = "", phone: str = "", name: str = "", postcode: str = ""
    ) -> Answer:
        """Find out who is asking, by e-mail address, or by name and postcode. Needed before anything
        private is looked up or changed. After too many failures, hand over to a person."""
        session, facts = self._session, Facts(email, phone, name, postcode)
        found = identify(
            self._store, self._cards.identity, facts, session.conversation_id, session.source, session.clock()
        )
        if not isinstance(found, Customer):
            return {"identified": False, "why": found.why}
        session.bind(found.id)
        return {"identified": True, "name": found.name}

    def get_profile(self) -> Answer:
        """Look up the customer's own data: name, contact, default address, payment methods."""
        customer = self._store.customer(self._session.identified())
        facts: Answer = encode(customer)
        facts["customer_id"] = facts.pop("id")
        return facts

    def list_orders(self) -> Answer:
        """List all orders of the customer, latest first, with their status and what is in them."""
        orders = self._store.orders_of(self._session.identified())
        return {"orders": [self._head(order) for order in orders]}

    def _head(self, order: Order) -> Answer:
        return {
            "order_id": order.id,
            "status": order.status.value,
            "placed_at": encode(order.placed_at),
            "total": encode(order.total),
            "currency": order.currency,
            "items": [f"{self._words(line.name)} ({self._words(line.options)})" for line in order.lines],
        }

    def get_order_status(self, order_id: str) -> Answer:
        """Look up one of the customer's orders: its status, lines, sums, address, refunds, returns,
        exchanges and repairs."""
        order = self._order(order_id)
        return {
            "order_id": order.id,
            "status": order.status.value,
            "placed_at": encode(order.placed_at),
            "expected_ship_at": encode(order.expected_ship_at),
            "delivered_at": encode(order.delivered_at),
            "cancel_reason": order.cancel_reason,
            "currency": order.currency,
            "total": encode(order.total),
            "shipping_fee": encode(order.shipping_fee),
            "discount": encode(order.discount),
            "address": encode(order.address),
            "lines": [self._line(order, number.line_no) for number in order.lines],
            "history": encode(order.history),
            "payments": encode(order.payments),
            "refunds": encode(order.refunds),
            "returns": encode(order.returns),
            "exchanges": encode(order.exchanges),
            "repairs": encode(order.repairs),
            "item_changes": encode(order.item_changes),
        }

    def _line(self, order: Order, line_no: int) -> Answer:
        line = order.line(line_no)
        return {
            "line_no": line.line_no,
            "sku": line.sku,
            "product_id": line.product_id,
            "name": self._words(line.name),
            "options": self._words(line.options),
            "quantity": line.quantity,
            "returned": order.returned_quantity(line.line_no),
            "left": order.left(line.line_no),
            "unit_price": encode(line.unit_price),
        }

    def track_order(self, order_id: str) -> Answer:
        """Follow the parcel of one of the customer's orders: carrier, number, events, dates."""
        order = self._order(order_id)
        head = {"order_id": order.id, "status": order.status.value}
        if order.shipment is None:
            return head | {"shipped": False, "expected_ship_at": encode(order.expected_ship_at)}
        parcel = order.shipment
        events = [
            {"at": encode(each.at), "place": self._words(each.place), "text": self._words(each.text)}
            for each in parcel.events
        ]
        return head | {
            "shipped": True,
            "carrier": self._words(parcel.carrier),
            "tracking_no": parcel.tracking_no,
            "shipped_at": encode(parcel.shipped_at),
            "expected_at": encode(parcel.expected_at),
            "delivered_at": encode(parcel.delivered_at),
            "events": events,
        }

    def get_refund_status(self, order_id: str) -> Answer:
        """Look up the refunds of one order: what was paid back, when and where to, and what is promised."""
        order = self._order(order_id)
        promised = [item for item in order.returns if item.status not in ("refunded", "rejected")]
        return {
            "order_id": order.id,
            "currency": order.currency,
            "paid": encode(order.paid),
            "refunded": encode(order.refunded),
            "refunds": encode(order.refunds),
            "promised": [
                {"return_id": item.id, "status": item.status.value, "refund": encode(item.refund)}
                for item in promised
            ],
        }

    def get_return_status(self, order_id: str) -> Answer:
        """Look up how far the returns, exchanges and repairs of one order are."""
        order = self._order(order_id)
        return {
            "order_id": order.id,
            "returns": encode(order.returns),
            "exchanges": encode(order.exchanges),
            "repairs": encode(order.repairs),
        }

    def find_products(self, words: str) -> Answer:
        """Find products of the shop by words of their name, in Chinese or English."""
        wanted = words.casefold().split()
        found = [
            product
            for product in self._store.products()
            if all(word in f"{product.name.zh} {product.name.en}".casefold() for word in wanted)
        ]
        shown = [{"product_id": p.id, "name": self._words(p.name)} for p in found[:MOST_PRODUCTS]]
        return {"products": shown, "more": max(0, len(found) - MOST_PRODUCTS)}

    def get_product(self, product_id: str) -> Answer:
        """Look up a product and everything it comes in: options, price and availability of each variant."""
        return self._product(self._store.product(product_id.strip()))

    def _product(self, product: Product) -> Answer:
        return {
            "product_id": product.id,
            "name": self._words(product.name),
            "description": self._words(product.description),
            "category": product.category.value,
            "final_sale": product.final_sale,
            "variants": [
                {
                    "sku": variant.sku,
                    "options": {key: self._words(value) for key, value in variant.options.items()},
                    "price": encode(variant.price),
                    "currency": variant.price.currency,
                    "available": variant.has(1),
                }
                for variant in product.variants
            ],
        }

    def check_return(
        self, order_id: str, reason: ReturnReason, items: list[ItemArgument] | None = None
    ) -> Answer:
        """Find out whether items can be returned, what is refunded, and by when. Changes nothing."""
        order, now, card = self._order(order_id), self._session.clock(), self._cards.returns
        customer = self._store.customer(order.customer_id)
        if items:
            command = StartReturn(order.id, tuple(item.wish() for item in items), reason)
            return decision(check_return(order, customer, command, card, now))
        lines = returnable_lines(order, customer, reason, card, now)
        decided = [{"line_no": number} | decision(result) for number, result in lines.items()]
        return {"order_id": order.id, "lines": decided}

    def list_complaints(self) -> Answer:
        """List the customer's complaints and how far they are, latest first."""
        return {"complaints": encode(self._store.complaints_of(self._session.identified()))}


def decision(result: ReturnAllowed | Denied) -> Answer:
    """What a policy answered, as facts."""
    if isinstance(result, Denied):
        return {"allowed": False, **encode(result)}
    return {"allowed": True, "currency": result.refund.currency, **encode(result)}
