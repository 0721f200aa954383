"""What every store must do: the same tests over memory, SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tools.builders import NOW, customer, line, order, refund, returned, shop
from tools.desk.records import Event
from tools.domain import Address, OrderStatus, Shop
from tools.errors import ImportRefused, NotFound
from tools.store.protocol import OrderStore


def test_what_was_imported_is_exported_field_for_field(empty_store: OrderStore) -> None:
    full = replace(
        order(line(1, "99.99", 3), discount="10.00", shipping_fee="8.00"),
        refunds=(refund("5.00"),),
        returns=(returned((1, 1, "12.34"), postage="12.00"),),
        expected_ship_at=NOW,
        presale=True,
    )
    before = shop(full, order(number=2, status=OrderStatus.PENDING))
    empty_store.import_shop(before)
    assert empty_store.export_shop() == before


def test_a_second_import_needs_replace(store: OrderStore) -> None:
    before = store.export_shop()
    with pytest.raises(ImportRefused, match="already holds a shop"):
        store.import_shop(shop(order(number=9)))
    assert store.export_shop() == before
    store.import_shop(shop(order(number=9)), replace=True)
    assert [each.id for each in store.export_shop().orders] == ["O-9"]


def test_a_bad_shop_changes_nothing(store: OrderStore) -> None:
    before = store.export_shop()
    stranger = order(number=9, customer_id="C-404")
    with pytest.raises(ImportRefused, match=r"orders\[0\]\.customer_id: no customer 'C-404'"):
        store.import_shop(shop(stranger), replace=True)
    assert store.export_shop() == before


def test_nothing_to_export_before_an_import(empty_store: OrderStore) -> None:
    with pytest.raises(NotFound):
        empty_store.export_shop()
    assert empty_store.meta("currency") is None


def test_meta_answers_from_the_head_of_the_shop(store: OrderStore) -> None:
    keys = ("name.zh", "name.en", "currency", "sample", "extras.opened", "extras.nothing")
    assert [store.meta(key) for key in keys] == [
        "青禾优选", "Greenleaf Select", "CNY", "true", "2020", None
    ]  # fmt: skip


def test_somebody_elses_order_looks_like_no_order(store: OrderStore) -> None:
    assert store.order("O-1", "C-1").customer_id == "C-1"
    messages = []
    for order_id, key in (("O-1", "C-2"), ("O-404", "C-2")):
        with pytest.raises(NotFound) as caught:
            store.order(order_id, key)
        messages.append(str(caught.value).replace(order_id, "?"))
    assert messages[0] == messages[1]


def test_orders_come_newest_first(empty_store: OrderStore) -> None:
    old = order(number=1)
    newer = replace(order(number=2), placed_at=old.placed_at + timedelta(hours=1))
    other = order(number=3, customer_id="C-2")
    empty_store.import_shop(shop(old, newer, other))
    assert [each.id for each in empty_store.orders_of("C-1")] == ["O-2", "O-1"]
    assert empty_store.orders_of("C-404") == ()


def test_products_by_id(store: OrderStore) -> None:
    found = store.product("P-apparel")
    assert found in store.products()
    with pytest.raises(NotFound):
        store.product("P-404")
    with pytest.raises(NotFound):
        store.customer("C-404")
    with pytest.raises(NotFound):
        store.proposal("P-404")


@pytest.mark.parametrize(
    "given",
    [
        {"email": " WANG1@example.com "},
        {"phone": "13800000001"},
        {"phone": "0086-138-0000-0001"},
        {"name": "wangxiaoming 1", "postcode": "310012"},
        {"name": "ＷＡＮＧ Xiao Ming１", "postcode": "310 012"},
        {"email": "wang1@example.com", "phone": "13800000001"},
    ],
)
def test_finding_a_customer(store: OrderStore, given: dict[str, str]) -> None:
    found = store.find_customer(**given)
    assert found == store.customer("C-1")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"email": ""},
        {"name": "Wang Xiaoming 1"},
        {"postcode": "310012"},
        {"email": "nobody@example.com"},
        {"name": "Wang Xiaoming 1", "postcode": "999999"},
        {"email": "wang1@example.com", "phone": "13800000002"},
    ],
)
def test_finding_nobody(store: OrderStore, given: dict[str, str]) -> None:
    assert store.find_customer(**given) is None


def test_several_customers_who_fit_are_nobody(empty_store: OrderStore) -> None:
    twins = (customer(1), replace(customer(2), name=customer(1).name))
    empty_store.import_shop(shop(customers=twins))
    assert empty_store.find_customer(name=twins[0].name, postcode="310012") is None
    assert empty_store.find_customer(email="wang2@example.com") == twins[1]


def test_a_customer_without_email_is_not_found_by_an_empty_one(empty_store: OrderStore) -> None:
    silent = replace(customer(1), email="", phone="")
    empty_store.import_shop(shop(order(), customers=(silent,)))
    assert empty_store.find_customer(email=" ", phone="-") is None


def test_a_unit_of_work_without_commit_changes_nothing(store: OrderStore) -> None:
    before = store.export_shop()
    with store.unit_of_work() as unit:
        unit.set_status("O-1", OrderStatus.RETURNED, NOW)
        unit.add_return(returned((1, 1, "10.00")))
        unit.add_event(Event("ReturnStarted", NOW, order_id="O-1"))
    assert store.export_shop() == before
    assert store.events("O-1") == ()


def test_an_error_inside_a_unit_of_work_changes_nothing(store: OrderStore) -> None:
    before = store.export_shop()
    with pytest.raises(ZeroDivisionError), store.unit_of_work() as unit:
        unit.set_status("O-1", OrderStatus.RETURNED, NOW)
        raise ZeroDivisionError
    assert store.export_shop() == before


def test_a_committed_unit_of_work_lands_whole(store: OrderStore) -> None:
    fact = Event("ReturnStarted", NOW, "C-1", "O-1", "K-1", "P-1", "rule", "RC-1", {"钱": "¥10.00"})
    first, second = returned((1, 1, "10.00")), returned((2, 1, "20.00"), number=2)
    with store.unit_of_work() as unit:
        unit.set_status("O-1", OrderStatus.RETURN_REQUESTED, NOW)
        unit.add_return(first)
        unit.add_return(second)
        unit.add_event(fact)
        assert unit.order("O-1", "C-1").returns == (first, second)
        unit.commit()
    after = store.order("O-1", "C-1")
    assert after.status is after.history[-1].status is OrderStatus.RETURN_REQUESTED
    assert len(after.history) == 3
    assert after.returns == (first, second)
    assert store.events("O-1") == (fact,)


def test_addresses_survive_with_all_their_parts(empty_store: OrderStore) -> None:
    far = Address("Ann", "1", "1 Main St", "Springfield", "IL", "62701", "US", "Apt 2")
    abroad: Shop = shop(replace(order(), address=far), customers=(replace(customer(), address=far),))
    empty_store.import_shop(abroad)
    assert empty_store.order("O-1", "C-1").address == far
    assert empty_store.customer("C-1").address == far
