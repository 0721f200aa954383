"""Shops as hypothesis makes them: every part there is, texts that no spreadsheet likes, sums that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tools.domain import (
    ADJUSTMENTS,
    Address,
    Category,
    Customer,
    Exchange,
    ExchangeStatus,
    ItemChange,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    Product,
    Refund,
    RefundReason,
    Repair,
    RepairStatus,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    Shipment,
    Shop,
    StatusChange,
    Swap,
    Text,
    Tier,
    TrackingEvent,
    Variant,
)

HOSTILE = ['=1+1', '+86', '-1', '@SUM(A1)', '"', '""', ',', ';', "'", '\r', '\n', '\r\n', '\t', ' ', '\ufeff', 'null', 'TRUE', '007', '1,5', '\u2028', '\\', '"a', 'a"b']  # fmt: skip
characters = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
words = st.sampled_from(HOSTILE) | st.text(characters, max_size=6)
ids = words.filter(bool)
texts = st.builds(Text, words, words)
amounts = st.integers(0, 10**6).map(lambda cents: Money(Decimal(cents) / 100, "USD"))
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
addresses = st.builds(Address, *[words] * 8)
pieces = st.integers(1, 3)
few: dict[str, Any] = {"max_size": 2}


@st.composite
def methods(draw: st.DrawFn, method_id: str) -> PaymentMethod:
    kind = draw(st.sampled_from(PaymentKind))
    balance = draw(amounts if kind is PaymentKind.GIFT_CARD else st.none() | amounts)
    return PaymentMethod(method_id, kind, draw(words), balance, draw(words))


@st.composite
def customers(draw: st.DrawFn, customer_id: str) -> Customer:
    paying = [draw(methods(each)) for each in draw(st.lists(ids, min_size=1, max_size=2, unique=True))]
    return Customer(
        customer_id, draw(words), draw(words), draw(words), draw(st.sampled_from(["zh", "en"])),
        draw(st.sampled_from(Tier)), draw(addresses), tuple(paying),
    )  # fmt: skip


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[Product, ...]:
    skus = iter(draw(st.lists(ids, min_size=3, max_size=6, unique=True)))
    options = st.dictionaries(ids, texts, max_size=3)
    stock = st.none() | st.integers(0, 9)
    found = [
        Product(
            product_id, draw(texts), draw(st.sampled_from(Category)), draw(texts),
            (Variant(sku, draw(options), draw(amounts), draw(stock)),), draw(st.booleans()),
        )
        for product_id, sku in zip(draw(st.lists(ids, min_size=1, max_size=3, unique=True)), skus, strict=False)
    ]  # fmt: skip
    more = tuple(Variant(sku, draw(options), draw(amounts), draw(stock)) for sku in skus)
    return (replace(found[0], variants=found[0].variants + more), *found[1:])


@st.composite
def swaps(draw: st.DrawFn, line: OrderLine, skus: list[str]) -> Swap:
    return Swap(
        line.line_no, 1, line.sku, draw(st.sampled_from(skus)), line.options, draw(texts), line.unit_price,
        draw(amounts),
    )  # fmt: skip


@st.composite
def orders(draw: st.DrawFn, number: int, products: tuple[Product, ...], buyer: Customer) -> Order:
    order_id = draw(words) + f"W{number}"
    sold = [(product, variant) for product in products for variant in product.variants]
    chosen = draw(st.lists(st.sampled_from(sold), min_size=1, max_size=3))
    lines = tuple(
        OrderLine(
            at, variant.sku, product.id, draw(texts), draw(texts), product.category, draw(pieces) + 1,
            draw(amounts), draw(st.booleans()),
        )
        for at, (product, variant) in enumerate(chosen)
    )  # fmt: skip
    status = draw(st.sampled_from(OrderStatus))
    moments = sorted(draw(st.lists(times, min_size=3, max_size=3)))
    parcel = Shipment(
        draw(texts), draw(words), moments[1], moments[2], draw(st.none() | times),
        tuple(TrackingEvent(draw(times), draw(texts), draw(texts)) for _ in range(draw(st.integers(0, 2)))),
    )  # fmt: skip
    bare = Order(
        order_id, buyer.id, status, moments[0], lines, draw(amounts), Money.zero("USD"), draw(addresses),
        draw(st.sampled_from([(), (StatusChange(OrderStatus.PENDING, moments[0]), StatusChange(status, moments[2]))])),
        parcel, cancel_reason=draw(words), expected_ship_at=draw(st.none() | times), presale=draw(st.booleans()),
    )  # fmt: skip
    return draw(paid(draw(aftersales(bare, buyer, [each.sku for _, each in sold])), buyer))


@st.composite
def aftersales(draw: st.DrawFn, order: Order, buyer: Customer, skus: list[str]) -> Order:
    method, line, at = buyer.payment_methods[0].id, order.lines[0], draw(times)
    nothing = Money.zero("USD")
    some = st.lists(st.just(0), **few).map(len)
    reason = st.sampled_from(ReturnReason)
    return replace(
        order,
        returns=tuple(
            Return(
                f"R{number}{order.id}", order.id, ReturnStatus.REJECTED, draw(reason),
                tuple(ReturnLine(each.line_no, 1, draw(amounts)) for each in order.lines),
                draw(amounts), draw(amounts), draw(st.sampled_from(["original", method])), at, draw(words),
            )
            for number in range(draw(some))
        ),
        exchanges=tuple(
            Exchange(
                f"E{number}{order.id}", order.id,
                draw(st.sampled_from([ExchangeStatus.COMPLETED, ExchangeStatus.REQUESTED])), draw(reason),
                (draw(swaps(line, skus)),), draw(amounts), nothing, draw(amounts), method, at, draw(words),
            )
            for number in range(draw(some))
        ),
        repairs=tuple(
            Repair(
                f"M{number}{order.id}", order.id, line.line_no, 1, draw(st.sampled_from(RepairStatus)),
                draw(words), draw(times).date() + timedelta(days=365), at, draw(words),
            )
            for number in range(draw(some))
        ),
        item_changes=tuple(
            ItemChange(
                f"I{number}{order.id}", order.id, (draw(swaps(line, skus)), draw(swaps(line, skus))), nothing,
                draw(amounts), method, at, draw(words),
            )
            for number in range(draw(some))
        ),
    )  # fmt: skip


@st.composite
def paid(draw: st.DrawFn, order: Order, buyer: Customer) -> Order:
    method = buyer.payment_methods[-1]
    reasons = st.sampled_from([each.value for each in RefundReason]) | words
    refunds = tuple(
        Refund(f"F{at}{order.id}", draw(amounts), method.id, draw(times), draw(reasons)) for at in range(2)
    )
    refunds = refunds[: draw(st.integers(0, 2))]
    order = replace(order, refunds=tuple(each for each in refunds if each.reason in ADJUSTMENTS))
    due = order.owed + order.adjusted
    return replace(order, payments=(Payment(method.id, method.kind, due, draw(times)),))


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """A shop that holds together."""
    products = draw(catalogues())
    people = tuple(draw(customers(each)) for each in draw(st.lists(ids, min_size=1, max_size=2, unique=True)))
    bought = tuple(
        draw(orders(number, products, draw(st.sampled_from(people))))
        for number in range(draw(st.integers(0, 3)))
    )
    extras = draw(st.dictionaries(words, words, max_size=2))
    return Shop(draw(texts), "USD", draw(st.booleans()), products, people, bought, extras)
