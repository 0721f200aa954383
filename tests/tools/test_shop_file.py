"""The shop file: round trips, and every problem named by its path."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import NOW, line, order, refund, returned, shop, yuan
from tests.tools.shop_strategies import shops
from tools.codec import DecodeError, canonical, decode, encode
from tools.domain import (
    Exchange,
    ExchangeStatus,
    ItemChange,
    Money,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    RefundReason,
    Repair,
    RepairStatus,
    ReturnLine,
    ReturnReason,
    Shop,
    Swap,
    Text,
)
from tools.errors import ImportRefused
from tools.shopdata.shop_file import dump_shop, load_shop
from tools.store.sql import SqlStore

FULL = replace(
    order(line(1, "99.99", 3), shipping_fee="8.00", discount="1.00"),
    refunds=(refund("5.00"),),
    returns=(returned((1, 1, "12.34")),),
    expected_ship_at=NOW,
)


def test_what_was_dumped_is_loaded() -> None:
    before = shop(FULL, order(number=2, status=OrderStatus.PENDING))
    assert load_shop(dump_shop(before)) == before


def test_the_file_looks_as_the_documentation_says() -> None:
    data = json.loads(dump_shop(shop(FULL)))
    bought = data["orders"][0]
    assert bought["lines"][0]["unit_price"] == "99.99"
    assert bought["lines"][0]["options"] == {"zh": "黑色 / M", "en": "black / M"}
    assert bought["status"] == "delivered"
    assert bought["placed_at"] == "2026-11-07T11:30:00+00:00"
    assert data["products"][0]["variants"][0]["options"]["size"] == {"zh": "中号", "en": "M"}


def test_optional_fields_may_be_left_out_and_offsets_are_understood() -> None:
    before = shop(order(status=OrderStatus.PENDING))
    data = json.loads(dump_shop(before))
    for name in ("shipment", "refunds", "returns", "cancel_reason", "expected_ship_at", "presale"):
        del data["orders"][0][name]
    del data["extras"]
    data["orders"][0]["placed_at"] = "2026-11-07T19:30:00+08:00"
    assert load_shop(json.dumps(data)) == replace(before, extras={})


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("orders.0.lines.0.quantity", "1", "orders[0].lines[0].quantity: a whole number is needed, not '1'"),
        ("orders.0.lines.0.quantity", True, "orders[0].lines[0].quantity: a whole number is needed"),
        ("orders.0.lines.0.quantity", 2**31, "orders[0].lines[0].quantity: the number is too large"),
        ("orders.0.lines.0.quantity", 0, "orders[0].lines[0].quantity: line 1: quantity must be at least 1"),
        ("orders.0.lines.0.unit_price", 129.0, 'unit_price: money is text such as "129.00", not a number'),
        ("orders.0.lines.0.unit_price", "129.0", "unit_price: money is text"),
        ("orders.0.lines.0.unit_price", "-1.00", "unit_price: money is text"),
        ("orders.0.lines.0.unit_price", "NaN", "unit_price: money is text"),
        ("orders.0.lines", [], "orders[0]: order O-1: an order needs at least one line"),
        ("orders.0.lines", {}, "orders[0].lines: a list is needed, not an object"),
        ("orders.0.placed_at", "2026-11-07T11:30:00", "orders[0].placed_at: an ISO 8601 time with an offset"),
        ("orders.0.placed_at", "0001-01-01T00:00:00+14:00", "orders[0].placed_at: an ISO 8601 time"),
        ("orders.0.status", "lost", "orders[0].status: 'lost' is not one of pending"),
        ("orders.0.surprise", 1, "orders[0].surprise: unknown field"),
        ("orders.0.customer_id", None, "orders[0].customer_id: text is needed, not null"),
        ("customers.0.name", "a\u0000b", "customers[0].name: holds a character"),
        ("customers.0.name", "\ud800", "customers[0].name: holds a character"),
        ("customers.0.language", "fr", "customers[0].language: 'fr' is not one of zh, en"),
        (
            "customers.0.payment_methods.1.balance",
            None,
            "customers[0].payment_methods[1].balance: payment method PM-gift",
        ),
        ("products.0.name", {"zh": "书"}, "products[0].name.en: missing"),
        ("products.0.variants.0.options", [], "products[0].variants[0].options: an object is needed"),
        ("products.0.variants.0.stock", -1, "products[0].variants[0].stock: variant"),
        ("currency", "yuan", "currency: three capital letters"),
        ("sample", "yes", "sample: true or false is needed"),
        ("name", "Shop", "name: an object is needed"),
    ],
)
def test_a_bad_value_is_named(place: str, value: Any, problem: str) -> None:
    data = json.loads(dump_shop(shop()))
    *parents, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    inner = data
    for part in parents:
        inner = inner[part]
    inner[last] = value
    with pytest.raises(ImportRefused) as caught:
        load_shop(json.dumps(data), "my.json")
    assert str(caught.value).startswith("my.json: ")
    assert problem in str(caught.value)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize("indent", [None, 1])
def test_a_problem_names_the_line_where_its_value_stands(indent: int | None) -> None:
    data = json.loads(dump_shop(shop(FULL, order(number=2, customer_id="C-2"))))
    data["orders"][1]["lines"][0]["unit_price"] = "ten"
    data["customers"][1]["address"]["city"] = 8
    data["orders"][0]["returns"][0]["lines"][0]["line_no"] = 77
    del data["products"][3]["name"]["en"]
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    with pytest.raises(ImportRefused) as caught:
        load_shop(text, "my.json")
    found = {row.field: row.line for row in caught.value.rows}
    assert found["orders[1].lines[0].unit_price"] == line_of(text, '"ten"')
    assert found["customers[1].address.city"] == line_of(text, '"city": 8')
    assert found["orders[0].returns[0].lines[0].line_no"] == line_of(text, '"line_no": 77')
    missing = found["products[3].name.en"]
    assert text.splitlines()[missing - 1].strip().startswith('"name"' if indent else "{")
    assert str(caught.value.rows[0]).startswith("my.json: line ")


def test_lines_are_right_whatever_the_keys_and_texts_hold() -> None:
    data = json.loads(dump_shop(shop()))
    data["customers"][0]["name"] = '"}],{["tier": 1'
    data["customers"][0]["email"] = "tier\\"
    data["customers"][0]["tier"] = "vip"
    text = json.dumps(data, indent=2)
    with pytest.raises(ImportRefused) as caught:
        load_shop(text)
    assert [row.line for row in caught.value.rows] == [line_of(text, '"vip"')]


def test_bad_json_names_line_and_column() -> None:
    text = dump_shop(shop()).replace('"sample": true', '"sample": yes')
    with pytest.raises(ImportRefused) as caught:
        load_shop(text)
    assert caught.value.rows[0].line == 7
    assert "at column 12" in str(caught.value)


def test_another_encoding_is_named_and_a_byte_order_mark_is_none() -> None:
    text = dump_shop(shop())
    assert load_shop(text.encode("utf-8-sig")) == shop()
    with pytest.raises(ImportRefused, match=r"shop\.json: line 3: not UTF-8: byte 0x"):
        load_shop(text.encode("gbk"))


def test_a_row_is_not_blamed_for_another_one() -> None:
    data = json.loads(dump_shop(shop()))
    data["customers"][1]["tier"] = "vip"
    data["products"][0]["category"] = "magic"
    with pytest.raises(ImportRefused) as caught:
        load_shop(json.dumps(data))
    assert [row.field for row in caught.value.rows] == ["products[0].category", "customers[1].tier"]


def test_bad_values_and_bad_references_are_named_at_once() -> None:
    data = json.loads(dump_shop(shop(BASE, order(number=2, customer_id="C-9"))))
    data["orders"][0]["lines"][0]["quantity"] = 0
    data["currency"] = "yuan"
    with pytest.raises(ImportRefused) as caught:
        load_shop(json.dumps(data))
    fields = {row.field for row in caught.value.rows}
    assert fields == {"currency", "orders[0].lines[0].quantity", "orders[1].customer_id"}


def test_a_name_from_a_file_cannot_drive_a_terminal() -> None:
    data = json.loads(dump_shop(shop()))
    data["customers"][0]["\x1b[2J\nfine"] = 1
    with pytest.raises(ImportRefused) as caught:
        load_shop(json.dumps(data))
    assert "\x1b" not in str(caught.value) and "\n" not in str(caught.value)


def test_all_problems_are_named_at_once() -> None:
    data = json.loads(dump_shop(shop()))
    data["orders"][0]["status"] = "lost"
    del data["orders"][1]["address"]
    data["customers"][0]["tier"] = 3
    with pytest.raises(ImportRefused) as caught:
        load_shop(json.dumps(data))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "[]", "null", "3", '{"currency": "CNY"}', "1" * 9999]
)
def test_what_is_no_shop_at_all(text: str) -> None:
    with pytest.raises(ImportRefused, match=r"^shop\.json: "):
        load_shop(text)


def paid(base: Order, amount: str, method_id: str = "PM-alipay") -> Order:
    payment = Payment(method_id, PaymentKind.ALIPAY, Money.parse(amount), NOW)
    return replace(base, payments=(payment,))


def with_history(base: Order, *, swap: bool = False, end: OrderStatus | None = None) -> Order:
    history = base.history[::-1] if swap else base.history
    if end:
        history = (*history, replace(history[-1], status=end))
    return replace(base, history=history)


BASE = order()
SIZE_L = Swap(
    1, 1, "SKU-apparel", "SKU-toys", BASE.lines[0].options, Text("大", "L"), yuan("100.00"), yuan("130.00")
)


def exchange(**changes: Any) -> Exchange:
    started = Exchange(
        "EX-1", "O-1", ExchangeStatus.REQUESTED, ReturnReason.WRONG_SIZE, (SIZE_L,), yuan("30.00"),
        yuan("0.00"), yuan("0.00"), "PM-alipay", NOW, "exchange.no_reason",
    )  # fmt: skip
    return replace(started, **changes)


def swapped(**changes: Any) -> Exchange:
    return exchange(lines=(replace(SIZE_L, **changes),))


def repair(**changes: Any) -> Repair:
    started = Repair(
        "RP-1", "O-1", 1, 1, RepairStatus.REQUESTED, "no sound", NOW.date(), NOW, "repair.warranty"
    )
    return replace(started, **changes)


def item_change(**changes: Any) -> ItemChange:
    done = ItemChange(
        "IC-1", "O-1", (SIZE_L,), yuan("30.00"), yuan("0.00"), "PM-alipay", NOW, "items.pending"
    )
    return replace(done, **changes)


COMPLETED = replace(
    BASE,
    exchanges=(exchange(status=ExchangeStatus.COMPLETED),),
    payments=(*BASE.payments, Payment("PM-alipay", PaymentKind.ALIPAY, yuan("30.00"), NOW)),
)
BAD_RETURN = replace(returned((1, 1, "1.00")), lines=(ReturnLine(9, 1, Money.zero()),))


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (shop(BASE, BASE), "orders[1].id: 'O-1' stands twice"),
        (replace(shop(), customers=shop().customers * 2), "customers[2].id: 'C-1' stands twice"),
        (replace(shop(), products=shop().products * 2), "variants[0].sku: 'SKU-apparel'"),
        (replace(shop(), products=()), "orders[0].lines[0].sku: no SKU 'SKU-apparel'"),
        (shop(order(replace(line(), product_id="P-toys"))), "lines[0].product_id: SKU 'SKU-apparel' belongs"),
        (shop(order(line(1), line(1))), "orders[0].lines[1].line_no: 1 stands twice"),
        (shop(order(customer_id="C-9")), "orders[0].customer_id: no customer 'C-9'"),
        (shop(paid(BASE, "100.00", "PM-9")), "orders[0].payments[0].method_id: the customer has no"),
        (shop(paid(BASE, "99.99")), "orders[0].payments: add up to ¥99.99, the total is ¥100.00"),
        (shop(replace(BASE, refunds=(refund("100.01"),))), "orders[0].refunds: ¥100.01 is more than"),
        (shop(replace(order(discount="100.01"), payments=())), "orders[0].discount: larger than the order"),
        (shop(with_history(BASE, swap=True)), "orders[0].history[1].at: earlier"),
        (shop(with_history(BASE, end=OrderStatus.SHIPPED)), "orders[0].history: ends in shipped"),
        (shop(replace(BASE, shipment=None)), "orders[0].shipment: missing for an order that is delivered"),
        (shop(order(delivered_at=None)), "orders[0].shipment.delivered_at: missing"),
        (shop(order(delivered_at=NOW - timedelta(days=99))), "delivered_at: earlier than shipped_at"),
        (shop(replace(BASE, returns=(BAD_RETURN,))), "orders[0].returns[0].lines[0].line_no: no line 9"),
        (shop(replace(BASE, returns=(returned((1, 2, "1.00")),))), "lines[0].quantity: more pieces returned"),
        (shop(replace(BASE, returns=(replace(returned(), order_id="O-2"),))), "returns[0].order_id"),
        (shop(replace(BASE, returns=(returned((1, 0, "1.00")),))), "lines[0].quantity: must be at least 1"),
        (shop(replace(BASE, returns=(replace(returned(), refund_to="PM-9"),))), "returns[0].refund_to: the"),
        (shop(replace(BASE, exchanges=(exchange(), exchange()))), "exchanges[1].id: 'EX-1' stands twice"),
        (shop(replace(BASE, exchanges=(exchange(order_id="O-2"),))), "exchanges[0].order_id: 'O-2' is"),
        (shop(replace(BASE, exchanges=(exchange(method_id="PM-9"),))), "exchanges[0].method_id: the customer"),
        (shop(replace(BASE, exchanges=(exchange(refund=yuan("1.00")),))), "exchanges[0].refund: the customer"),
        (shop(replace(BASE, exchanges=(swapped(line_no=4),))), "exchanges[0].lines[0].line_no: no line 4"),
        (shop(replace(BASE, exchanges=(swapped(old_sku="X"),))), "lines[0].old_sku: line 1 is SKU"),
        (shop(replace(BASE, exchanges=(swapped(new_sku="X"),))), "lines[0].new_sku: no SKU 'X'"),
        (shop(replace(BASE, exchanges=(swapped(quantity=2),))), "lines[0].quantity: more pieces exchanged"),
        (shop(replace(BASE, exchanges=(exchange(),), returns=(returned((1, 1, "1.00")),))),
         "lines[0].quantity: more pieces returned and exchanged than bought"),
        (shop(replace(BASE, exchanges=(exchange(status=ExchangeStatus.COMPLETED),))),
         "payments: add up to ¥100.00, with its exchanges the order comes to ¥130.00"),
        (shop(replace(BASE, refunds=(replace(refund("5.00"), reason="exchange"),))),
         "payments: add up to ¥100.00 less ¥5.00 given back, the total is ¥100.00"),
        (shop(replace(BASE, repairs=(repair(), repair()))), "repairs[1].id: 'RP-1' stands twice"),
        (shop(replace(BASE, repairs=(repair(line_no=3),))), "repairs[0].line_no: no line 3"),
        (shop(replace(BASE, repairs=(repair(quantity=2),))), "repairs[0].quantity: more pieces in repair"),
        (shop(replace(BASE, repairs=(repair(order_id="O-2"),))), "repairs[0].order_id: 'O-2' is another"),
        (shop(replace(BASE, item_changes=(item_change(), item_change()))), "item_changes[1].id: 'IC-1' stands"),
        (shop(replace(BASE, item_changes=(item_change(method_id="PM-9"),))), "item_changes[0].method_id"),
        (shop(replace(BASE, item_changes=(item_change(order_id="O-2"),))), "item_changes[0].order_id"),
    ],
)  # fmt: skip
def test_a_shop_that_does_not_hold_together(bad: Shop, problem: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        load_shop(dump_shop(bad))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "good",
    [
        COMPLETED,
        replace(BASE, exchanges=(exchange(), exchange(id="EX-2", status=ExchangeStatus.REJECTED))),
        replace(BASE, repairs=(repair(),)),
        replace(BASE, item_changes=(item_change(lines=(replace(SIZE_L, line_no=9, old_sku="gone"),)),)),
        replace(BASE, exchanges=(exchange(due=yuan("0.00"), method_id=""),)),
        replace(
            paid(BASE, "120.00"), refunds=(replace(refund("20.00"), reason=RefundReason.ITEMS_CHANGED.value),)
        ),
        replace(order(status=OrderStatus.CANCELLED), payments=()),
    ],
    ids=["completed", "rejected", "repair", "item change", "free exchange", "given back", "cancelled"],
)
def test_what_came_after_an_order_goes_in_and_out(good: Order) -> None:
    assert load_shop(dump_shop(shop(good))) == shop(good)


@given(shops())
def test_every_shop_that_holds_together_goes_in_and_out(before: Shop) -> None:
    assert load_shop(dump_shop(before)) == before


def test_a_long_list_of_problems_is_cut_in_the_message_only() -> None:
    bad = shop(*(order(number=number, customer_id="C-9") for number in range(30)))
    with pytest.raises(ImportRefused, match="and 10 more") as caught:
        load_shop(dump_shop(bad))
    assert len(caught.value.problems) == 30


def test_a_large_shop_goes_in_and_out_whole(sql_store: SqlStore) -> None:
    many = shop(*(order(line(1), line(2), number=number) for number in range(1000, 1420)))
    sql_store.import_shop(load_shop(dump_shop(many)), replace=True)
    assert sql_store.export_shop() == many


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_whatever_json_says_it_is_an_order_or_a_decode_error(value: Any) -> None:
    with pytest.raises(DecodeError):
        decode(Order, value)


@given(json_values, st.sampled_from(["orders", "customers", "products", "name", "extras", "sample"]))
def test_whatever_stands_in_a_shop_it_loads_or_is_refused(value: Any, name: str) -> None:
    data = json.loads(dump_shop(shop()))
    data[name] = value
    try:
        assert load_shop(json.dumps(data)).currency == "CNY"
    except ImportRefused as error:
        assert error.problems


@pytest.mark.parametrize("day", ["2026-13-01", "20261120", "2026-11-20T00:00:00Z", 3, None, ""])
def test_a_day_is_written_one_way(day: object) -> None:
    value = encode(repair()) | {"warranty_until": day}
    with pytest.raises(DecodeError, match='warranty_until: a day such as "2026-11-20" is needed'):
        decode(Repair, value)


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": FULL.placed_at}) == canonical({"a": FULL.placed_at, "b": 1})
