"""Reading a shop's own order system: as from any other store, and only what belongs to who asks."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tools.builders import NOW, customer, order, product, shop
from tests.tools.rest.system import TOKEN, System, says
from tools.codec import encode
from tools.desk.identify import Facts, NotIdentifiedYet, identify
from tools.desk.records import Event
from tools.domain import Category, Customer
from tools.errors import BadAnswer, NotFound
from tools.policy.cards import PolicyCards
from tools.store.rest.store import RestStore


def test_everything_reads_as_it_is_kept(store: RestStore, system: System) -> None:
    kept = system.shop
    assert store.customer("C-1") == kept.customer("C-1")
    assert store.order("O-1", "C-1") == kept.order("O-1", "C-1")
    assert store.orders_of("C-1") == kept.orders_of("C-1")
    assert store.products() == kept.products()
    assert store.product("P-apparel") == kept.product("P-apparel")
    some = ["P-food", "P-404", "P-apparel", "../x", "P-food"]
    assert store.products_by_id(some) == kept.products_by_id(["P-apparel", "P-food"])
    assert store.products_by_id([]) == store.products_by_id([".."]) == ()
    names = ("name.zh", "name.en", "currency", "sample", "extras.opened", "extras.nothing")
    assert [store.meta(name) for name in names] == [kept.meta(name) for name in names]


def test_products_are_asked_for_together(store: RestStore, system: System) -> None:
    goods = [
        replace(
            product(Category.BOOKS),
            id=f"P-{at}",
            variants=(replace(product(Category.BOOKS).variants[0], sku=f"S-{at}"),),
        )
        for at in range(45)
    ]
    system.shop.import_shop(replace(shop(), products=(*shop().products, *goods)), replace=True)
    ids = [each.id for each in goods]
    assert store.products_by_id(ids) == system.shop.products_by_id(ids)
    assert system.count("GET /products") == 3


def test_long_lists_come_in_pages(store: RestStore, system: System) -> None:
    first = order()
    many = [
        replace(order(number=at), placed_at=first.placed_at + timedelta(hours=at)) for at in range(1, 206)
    ]
    system.shop.import_shop(shop(*many), replace=True)
    assert [each.id for each in store.orders_of("C-1")] == [f"O-{at}" for at in range(205, 0, -1)]
    assert system.count("GET /customers/C-1/orders") == 3
    assert store.orders_of("C-2") == store.orders_of("C-404") == ()


@pytest.mark.parametrize(
    "given",
    [
        {"email": " WANG1@example.com "},
        {"phone": "0086-138-0000-0001"},
        {"name": "ＷＡＮＧ Xiao Ming１", "postcode": "310 012"},
        {"email": "wang1@example.com", "phone": "13800000001"},
    ],
)
def test_finding_a_customer(store: RestStore, given: dict[str, str]) -> None:
    assert store.find_customer(**given) == customer(1)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, 0),
        ({"name": "Wang Xiaoming 1"}, 0),
        ({"email": "wang1@example.com\ud800"}, 0),
        ({"email": "x" * 2000 + "&phone=13800000001#?/../"}, 1),
        ({"email": "nobody@example.com"}, 1),
        ({"email": "wang1@example.com", "phone": "13800000002"}, 1),
    ],
)
def test_finding_nobody(store: RestStore, system: System, given: dict[str, str], asked: int) -> None:
    assert store.find_customer(**given) is None
    assert system.count("GET /customers") == asked


def test_several_customers_who_fit_are_nobody(store: RestStore, system: System) -> None:
    twins = (customer(1), replace(customer(2), name=customer(1).name))
    system.shop.import_shop(shop(customers=twins), replace=True)
    assert store.find_customer(name=twins[0].name, postcode="310012") is None


def answer_with(*customers: Customer) -> bytes:
    return json.dumps({"customers": encode(customers)}).encode()


def test_a_system_that_overlooks_a_fact_opens_no_account(store: RestStore, system: System) -> None:
    system.misbehave(
        "GET /customers", says(answer_with(customer(2))), says(answer_with(customer(1), customer(2)))
    )
    assert store.find_customer(email="wang1@example.com") is None
    assert store.find_customer(email="wang1@example.com") == customer(1), "the one who fits, among others"


def test_somebody_elses_order_looks_like_no_order(store: RestStore) -> None:
    messages = []
    for order_id in ("O-1", "O-404"):
        with pytest.raises(NotFound) as caught:
            store.order(order_id, "C-2")
        messages.append(str(caught.value).replace(order_id, "?"))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("what", ["product", "customer", "proposal"])
def test_what_is_not_there_is_not_found(store: RestStore, what: str) -> None:
    with pytest.raises(NotFound):
        getattr(store, what)("X-404")


HOSTILE = ["", ".", "..", "../x?y=", "a/b", "a\\b", "O-1\r\nX: y", "O-1\x00", "x" * 201, "\ud800", " . "]


@pytest.mark.parametrize("key", HOSTILE)
def test_an_id_that_would_lead_elsewhere_is_not_even_asked_for(
    store: RestStore, system: System, key: str
) -> None:
    for read in (lambda: store.order(key, "C-1"), lambda: store.customer(key), lambda: store.product(key)):
        with pytest.raises(NotFound):
            read()
    assert store.orders_of(key) == ()
    assert system.count("GET") == 0


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("x?y=1#z", "/orders/x%3Fy%3D1%23z"),
        ("a b+c&d;e", "/orders/a%20b%2Bc%26d%3Be"),
        ("50%2e", "/orders/50%252e"),
        ("订单一", "/orders/%E8%AE%A2%E5%8D%95%E4%B8%80"),
        ("..x", "/orders/..x"),
    ],
)
def test_an_odd_id_stays_one_part_of_the_path(store: RestStore, system: System, key: str, path: str) -> None:
    odd = replace(order(), id=key)
    system.shop.import_shop(shop(odd), replace=True)
    assert store.order(key, "C-1") == odd
    assert [each.path for each in system.asked] == [path, "/shop"]


def test_what_customers_say_of_themselves_is_in_no_error(store: RestStore, system: System) -> None:
    system.misbehave("GET /customers", says(b"[]"))
    with pytest.raises(BadAnswer) as caught:
        store.find_customer(email="wang1@example.com")
    assert "wang1" not in str(caught.value)


def test_what_customers_say_of_themselves_is_in_no_log(
    store: RestStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert store.find_customer(email="wang1@example.com") is not None
    assert "GET http" in caplog.text, "httpx logs what it asks"
    assert "wang1" not in caplog.text
    assert TOKEN not in caplog.text


def test_a_stranger_is_counted_here_and_looked_for_there(store: RestStore, cards: PolicyCards) -> None:
    def ask(email: str) -> object:
        return identify(store, cards.identity, Facts(email=email), "K-1", "web", NOW)

    assert ask("wang1@example.com") == customer(1)
    tries = [ask("nobody@example.com") for _ in range(cards.identity.attempts_per_conversation)]
    assert tries[0] == NotIdentifiedYet("no_match") and tries[-1] == NotIdentifiedYet("too_many")
    assert ask("wang1@example.com") == NotIdentifiedYet("too_many")


def test_a_unit_of_work_without_commit_keeps_nothing(store: RestStore) -> None:
    with store.unit_of_work() as unit:
        unit.add_event(Event("ReturnStarted", NOW, order_id="O-1"))
    assert store.events("O-1") == ()
    with pytest.raises(ZeroDivisionError), store.unit_of_work() as unit:
        unit.add_event(Event("ReturnStarted", NOW, order_id="O-1"))
        raise ZeroDivisionError
    assert store.events("O-1") == ()
