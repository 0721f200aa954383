"""What every store must do: the same tests over memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tools.builders import (
    NOW,
    customer,
    exchanged,
    items_changed,
    line,
    order,
    refund,
    repaired,
    returned,
    shop,
    yuan,
)
from tests.tools.desk_builders import desk_shop
from tools.desk.changes import Changes
from tools.desk.identify import Attempt, Failures
from tools.desk.records import Event
from tools.domain import Address, HandOver, Order, OrderStatus, Return, Shop, StatusChange
from tools.errors import ImportRefused, NotFound
from tools.store.protocol import LocalStore


def test_what_was_imported_is_exported_field_for_field(empty_store: LocalStore) -> None:
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


def test_a_second_import_needs_replace(store: LocalStore) -> None:
    before = store.export_shop()
    with pytest.raises(ImportRefused, match="already holds a shop"):
        store.import_shop(shop(order(number=9)))
    assert store.export_shop() == before
    store.import_shop(shop(order(number=9)), replace=True)
    assert [each.id for each in store.export_shop().orders] == ["O-9"]


def test_a_bad_shop_changes_nothing(store: LocalStore) -> None:
    before = store.export_shop()
    stranger = order(number=9, customer_id="C-404")
    with pytest.raises(ImportRefused, match=r"orders\[0\]\.customer_id: no customer 'C-404'"):
        store.import_shop(shop(stranger), replace=True)
    assert store.export_shop() == before


def test_nothing_to_export_before_an_import(empty_store: LocalStore) -> None:
    with pytest.raises(NotFound):
        empty_store.export_shop()
    assert empty_store.meta("currency") is None


def test_meta_answers_from_the_head_of_the_shop(store: LocalStore) -> None:
    keys = ("name.zh", "name.en", "currency", "sample", "extras.opened", "extras.nothing")
    assert [store.meta(key) for key in keys] == [
        "青禾优选", "Greenleaf Select", "CNY", "true", "2020", None
    ]  # fmt: skip


def test_somebody_elses_order_looks_like_no_order(store: LocalStore) -> None:
    assert store.order("O-1", "C-1").customer_id == "C-1"
    messages = []
    for order_id, key in (("O-1", "C-2"), ("O-404", "C-2")):
        with pytest.raises(NotFound) as caught:
            store.order(order_id, key)
        messages.append(str(caught.value).replace(order_id, "?"))
    assert messages[0] == messages[1]


def test_orders_come_newest_first(empty_store: LocalStore) -> None:
    old = order(number=1)
    newer = replace(order(number=2), placed_at=old.placed_at + timedelta(hours=1))
    other = order(number=3, customer_id="C-2")
    empty_store.import_shop(shop(old, newer, other))
    assert [each.id for each in empty_store.orders_of("C-1")] == ["O-2", "O-1"]
    assert empty_store.orders_of("C-404") == ()


def test_products_by_id(store: LocalStore) -> None:
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
def test_finding_a_customer(store: LocalStore, given: dict[str, str]) -> None:
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
def test_finding_nobody(store: LocalStore, given: dict[str, str]) -> None:
    assert store.find_customer(**given) is None


def test_several_customers_who_fit_are_nobody(empty_store: LocalStore) -> None:
    twins = (customer(1), replace(customer(2), name=customer(1).name))
    empty_store.import_shop(shop(customers=twins))
    assert empty_store.find_customer(name=twins[0].name, postcode="310012") is None
    assert empty_store.find_customer(email="wang2@example.com") == twins[1]


def test_a_customer_without_email_is_not_found_by_an_empty_one(empty_store: LocalStore) -> None:
    silent = replace(customer(1), email="", phone="")
    empty_store.import_shop(shop(order(), customers=(silent,)))
    assert empty_store.find_customer(email=" ", phone="-") is None


def sent_back(order: Order, *items: Return) -> Order:
    history = (*order.history, StatusChange(OrderStatus.RETURN_REQUESTED, NOW))
    return replace(order, status=OrderStatus.RETURN_REQUESTED, history=history, returns=items)


def test_a_unit_of_work_without_commit_changes_nothing(store: LocalStore) -> None:
    before = store.export_shop()
    with store.unit_of_work() as unit:
        order = unit.order("O-1", "C-1")
        unit.save(Changes(order=sent_back(order, returned((1, 1, "10.00"))), taken={"SKU-apparel": 2}))
        unit.add_event(Event("ReturnStarted", NOW, order_id="O-1"))
        unit.add_failure(Attempt("K-1", "", "x"), NOW)
        unit.add_hand_over(HandOver("HO-1", "K-1", "C-1", "why", "what", NOW))
    assert store.export_shop() == before
    assert store.events("O-1") == ()
    with store.unit_of_work() as unit:
        assert unit.failures(Attempt("K-1", "", "x"), NOW) == Failures(0, 0, 0)
        assert unit.hand_over("K-1") is None


def test_an_error_inside_a_unit_of_work_changes_nothing(store: LocalStore) -> None:
    before = store.export_shop()
    with pytest.raises(ZeroDivisionError), store.unit_of_work() as unit:
        unit.save(Changes(order=sent_back(unit.order("O-1", "C-1"))))
        raise ZeroDivisionError
    assert store.export_shop() == before


def test_a_committed_unit_of_work_lands_whole(store: LocalStore) -> None:
    fact = Event(
        "ReturnStarted", NOW, "staff", "C-1", "O-1", "K-1", "P-1", "rule", "why", "RC-1", {"钱": "¥10.00"}
    )
    first, second = returned((1, 1, "10.00")), returned((2, 1, "20.00"), number=2)
    with store.unit_of_work() as unit:
        customer = unit.customer("C-1").credited("PM-gift", yuan("-20.00"))
        after = sent_back(unit.order("O-1", "C-1"), first, second)
        unit.save(Changes(after, customer, {"SKU-apparel": 2, "SKU-toys": -1}))
        unit.add_event(fact)
        assert unit.order("O-1", "C-1").returns == (first, second)
        assert unit.customer("C-1") == customer
        unit.commit()
    kept = store.order("O-1", "C-1")
    assert kept == after
    assert kept.status is kept.history[-1].status is OrderStatus.RETURN_REQUESTED
    assert len(kept.history) == 3
    assert store.customer("C-1").payment_methods[1].balance == yuan("30.00")
    assert [store.product(f"P-{each}").variants[0].stock for each in ("apparel", "toys")] == [3, 6]
    (kept_fact,) = store.events("O-1")
    assert replace(kept_fact, id=0) == fact and kept_fact.id > 0


def test_stock_that_nobody_counts_stays_uncounted(empty_store: LocalStore) -> None:
    empty_store.import_shop(desk_shop(stock=None))
    with empty_store.unit_of_work() as unit:
        unit.save(Changes(taken={"SKU-apparel": 3, "SKU-apparel-L": -3}))
        unit.commit()
    stocks = {each.sku: each.stock for each in empty_store.product("P-apparel").variants}
    assert (stocks["SKU-apparel"], stocks["SKU-apparel-L"], stocks["SKU-apparel-none"]) == (None, None, 0)


def test_an_order_is_rewritten_part_by_part(empty_store: LocalStore) -> None:
    """Lines, payments and everything else grow, change and go; nothing else moves."""
    empty_store.import_shop(desk_shop())
    before = empty_store.export_shop()
    with empty_store.unit_of_work() as unit:
        order = unit.order_by_id("O-1")
        assert unit.owner_of("O-1") == "C-1"
        parcel = replace(order.shipment, tracking_no="SF999", events=()) if order.shipment else None
        other = replace(
            order,
            lines=(replace(order.lines[1], quantity=1), replace(order.lines[0], line_no=7)),
            shipment=parcel,
            payments=(),
            exchanges=(exchanged(),),
            repairs=(repaired(),),
            item_changes=(items_changed(),),
            refunds=(refund("5.00"),),
        )
        unit.save(Changes(order=other))
        unit.save(Changes(order=replace(other, exchanges=())))
        unit.commit()
    assert empty_store.order("O-1", "C-1") == replace(other, exchanges=())
    with empty_store.unit_of_work() as unit:
        unit.order_by_id("O-1")
        unit.save(Changes(order=order))
        unit.commit()
    assert empty_store.export_shop() == before


@pytest.mark.parametrize(
    "key", ["", "O-404", "O-1\x00", "O-\ud800", "'; DROP TABLE orders; --", "x" * 100_000]
)
def test_hostile_ids_are_ids_of_nothing(store: LocalStore, key: str) -> None:
    looks: list[Callable[[], object]] = [
        lambda: store.order(key, "C-1"),
        lambda: store.order("O-1", key),
        lambda: store.customer(key),
        lambda: store.product(key),
        lambda: store.proposal(key),
    ]
    for look in looks:
        with pytest.raises(NotFound):
            look()
    with store.unit_of_work() as unit:
        for ask in (unit.proposal, unit.customer, unit.owner_of, unit.order_by_id):
            with pytest.raises(NotFound):
                ask(key)
    assert store.find_customer(email=key) is None
    assert store.find_customer(name=key, postcode="310012") is None
    assert store.order("O-1", "C-1").id == "O-1"


def test_addresses_survive_with_all_their_parts(empty_store: LocalStore) -> None:
    far = Address("Ann", "1", "1 Main St", "Springfield", "IL", "62701", "US", "Apt 2")
    abroad: Shop = shop(replace(order(), address=far), customers=(replace(customer(), address=far),))
    empty_store.import_shop(abroad)
    assert empty_store.order("O-1", "C-1").address == far
    assert empty_store.customer("C-1").address == far
