"""The shop as it was: nothing of an order is later than the moment, and what came before stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.recorded.rewind import changed_since, order_before, shop_before
from eval.replies.sample import sample_shop
from tests.eval.recorded.conversations_by_hand import BEGAN, a_conversation, a_turn
from tests.tools.builders import line, order, yuan
from tests.tools.shop_strategies import shops, times
from tools.codec import encode
from tools.desk.changes import swapped_lines
from tools.domain import ItemChange, Order, OrderStatus, Shop, StatusChange, Swap, Text
from tools.shopdata.checks import problems_of
from tools.store.memory import MemoryStore

# Forecasts and promises are no events.
_AHEAD = {"expected_at", "expected_ship_at", "warranty_until", "placed_at"}


def moments_of(plain: Any, name: str = "") -> list[datetime]:
    if isinstance(plain, dict):
        return [each for key, value in plain.items() for each in moments_of(value, key)]
    if isinstance(plain, list):
        return [each for value in plain for each in moments_of(value, name)]
    happened = name in ("at", "requested_at", "shipped_at", "delivered_at")
    return [datetime.fromisoformat(plain)] if happened and isinstance(plain, str) else []


@settings(max_examples=60, deadline=None)
@given(shops(), times)
def test_nothing_is_later_than_the_moment(shop: Shop, moment: datetime) -> None:
    for each in shop.orders:
        before = order_before(each, moment)
        assert all(at <= moment for at in moments_of(encode(before)))
        assert order_before(before, moment) == before
        assert (before.id, before.customer_id, before.placed_at) == (
            each.id,
            each.customer_id,
            each.placed_at,
        )


def test_what_came_before_stays_for_every_order_of_the_sample_shop() -> None:
    far = datetime(2100, 1, 1, tzinfo=UTC)
    assert all(order_before(each, far) == each for each in sample_shop().orders)


def test_every_order_of_the_sample_shop_holds_together_at_any_time() -> None:
    shop = sample_shop()
    for days in (0, 3, 10, 40):
        moment = BEGAN - timedelta(days=days)
        orders = tuple(order_before(each, moment) for each in shop.orders if each.placed_at <= moment)
        assert orders
        assert problems_of(replace(shop, orders=orders)) == []


def test_the_status_is_the_last_one_until_then() -> None:
    one = order()
    placed = one.placed_at
    history = (
        StatusChange(OrderStatus.PENDING, placed), StatusChange(OrderStatus.CANCELLED, placed + timedelta(days=1)),
    )  # fmt: skip
    one = replace(one, status=OrderStatus.CANCELLED, history=history, cancel_reason="other")
    before = order_before(one, placed + timedelta(hours=1))
    assert (before.status, before.cancel_reason) == (OrderStatus.PENDING, "")
    assert order_before(one, placed - timedelta(hours=1)).status is OrderStatus.PENDING
    assert order_before(one, placed + timedelta(days=9)) == one


def changed_items(one: Order, at: datetime, *swaps: Swap) -> Order:
    change = ItemChange("IC-1", one.id, swaps, yuan("0.00"), yuan("0.00"), "", at, "x")
    return replace(one, lines=swapped_lines(one.lines, swaps), item_changes=(*one.item_changes, change))


def a_swap(line_no: int, quantity: int, old: str, new: str) -> Swap:
    options = Text("红", "red"), Text("蓝", "blue")
    return Swap(line_no, quantity, old, new, *options, yuan("100.00"), yuan("120.00"))


@given(st.integers(1, 3), st.integers(1, 3))
def test_pieces_that_became_another_variant_later_are_what_they_were(bought: int, swapped: int) -> None:
    first = replace(line(1, quantity=bought), options=Text("红", "red"))
    one = order(first, line(2))
    after = changed_items(one, BEGAN, a_swap(1, min(bought, swapped), first.sku, "NEW"))
    after = changed_items(after, BEGAN + timedelta(days=1), a_swap(2, 1, line(2).sku, "OTHER"))
    assert order_before(after, BEGAN - timedelta(days=1)).lines[0] == first
    assert len(order_before(after, BEGAN - timedelta(days=1)).lines) == 2
    assert "NEW" in [each.sku for each in order_before(after, BEGAN).lines]
    assert "OTHER" not in [each.sku for each in order_before(after, BEGAN).lines]


def test_the_shop_has_the_customers_of_the_conversation_with_their_orders_alone() -> None:
    store = MemoryStore()
    store.import_shop(sample_shop())
    found = shop_before(a_conversation(a_turn("Hi", "C0001"), a_turn("Hi", "C9999")), store)
    assert [each.id for each in found.customers] == ["C0001"]
    assert {each.customer_id for each in found.orders} == {"C0001"}
    assert found.products == sample_shop().products
    assert problems_of(found) == []
    earlier = min(each.placed_at for each in found.orders) - timedelta(days=1)
    assert shop_before(a_conversation(began=earlier), store).orders == ()
    assert changed_since(a_conversation(), store) == []
    assert changed_since(a_conversation(began=earlier), store)
