"""A shop's system that is slow, broken, cut off or wrong: one clear error, nothing twice, nothing half-read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import Any

import pytest

from tests.tools.builders import NOW, order, product, wish
from tests.tools.rest.conftest import Connect
from tests.tools.rest.system import (
    Fault,
    System,
    cut,
    done_then_reset,
    done_then_silent,
    dripping,
    half,
    huge,
    reset,
    says,
    slow,
    status,
)
from tools.codec import encode
from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal, Receipt
from tools.domain import Category
from tools.errors import BadAnswer, OutcomeUnknown, StoreUnavailable
from tools.policy.cards import PolicyCards
from tools.store.rest.store import RestStore

LATER = NOW + timedelta(minutes=5)
FINE = {"order": encode(order()), "version": "1"}


def in_json(value: Any) -> Fault:
    return says(json.dumps(value).encode())


def asked(store: RestStore, cards: PolicyCards) -> Proposal:
    result = propose(store, cards, "K-1", "C-1", wish(), NOW)
    assert isinstance(result, Proposal)
    return result


def agree(store: RestStore, cards: PolicyCards, proposal: Proposal) -> Any:
    return confirm(store, cards, proposal.id, proposal.digest, "K-1", "C-1", LATER)


PASSING = {
    "500": status(500),
    "502": status(502),
    "503": status(503, Retry_After="0"),
    "429": status(429),
    "reset": reset,
    "cut off": cut,
    "half of the JSON": half,
    "a page of a proxy": says(b"<html>Bad gateway</html>", 200, "text/html"),
    "no type at all": says(b"{}", 200, ""),
    "nonsense": says(b"{]"),
    "not UTF-8": says(b'{"order": "\xff"}'),
    "a tower of brackets": says(b"[" * 200_000),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_one_bad_moment_is_not_noticed(store: RestStore, system: System, fault: Fault) -> None:
    system.misbehave("GET /orders", fault)
    assert store.order("O-1", "C-1") == order(*system.shop.order("O-1", "C-1").lines)
    assert system.count("GET /orders") == 2


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_bad_moment_at_a_command_does_it_once(
    store: RestStore, system: System, cards: PolicyCards, fault: Fault
) -> None:
    proposal = asked(store, cards)
    system.misbehave("POST /commands", fault)
    receipt = agree(store, cards, proposal)
    assert receipt == store.proposal(proposal.id).receipt
    assert len(system.shop.order("O-1", "C-1").returns) == 1
    assert [each.key for each in system.asked if each.method == "POST"] == [proposal.id] * 2


@pytest.mark.parametrize("fault", [done_then_reset, cut, half], ids=lambda each: each.__name__)
def test_an_answer_that_is_lost_is_asked_for_again_under_the_same_key(
    connect: Connect, system: System, cards: PolicyCards, fault: Fault
) -> None:
    """The shop has done it, and the connection dies: three times, and once more after the receipt was given up."""
    store = connect()
    proposal = asked(store, cards)
    system.misbehave("POST /commands", fault, fault, fault)
    with pytest.raises(OutcomeUnknown, match="asking again is safe"):
        agree(store, cards, proposal)
    assert store.proposal(proposal.id).status == "executing"
    receipt = agree(store, cards, proposal)
    assert isinstance(receipt, Receipt)
    assert agree(store, cards, proposal) == receipt
    assert len(system.shop.order("O-1", "C-1").returns) == 1
    assert system.count("POST") == 4


def test_slower_than_a_read_may_take(connect: Connect, system: System) -> None:
    store = connect(read_s=0.2, tries=2)
    system.misbehave("GET /orders", slow(1.0))
    assert store.order("O-1", "C-1").id == "O-1"
    system.misbehave("GET /orders", slow(1.0), slow(1.0))
    with pytest.raises(StoreUnavailable, match=r"GET /orders/O-1: .*(ReadTimeout|timed out)"):
        store.order("O-1", "C-1")


def test_a_command_that_is_done_and_never_answered(
    connect: Connect, system: System, cards: PolicyCards
) -> None:
    store = connect(read_s=0.3, tries=2)
    proposal = asked(connect(), cards)
    system.misbehave("POST", done_then_silent, done_then_silent)
    with pytest.raises(OutcomeUnknown):
        agree(store, cards, proposal)
    assert isinstance(agree(connect(), cards, proposal), Receipt)
    assert len(system.shop.order("O-1", "C-1").returns) == 1


def test_an_answer_that_drips_is_given_up_as_a_whole(connect: Connect, system: System) -> None:
    store = connect(whole_s=0.8, tries=9)
    store.meta("currency")
    system.misbehave("GET /orders", *[dripping(0.02)] * 9)
    began = monotonic()
    with pytest.raises(StoreUnavailable):
        store.order("O-1", "C-1")
    # Each read alone may take 5 s and the answer would take 10: far from what is allowed.
    assert monotonic() - began < 4


def test_a_huge_answer_is_not_read_to_its_end(connect: Connect, system: System) -> None:
    store = connect(answer_bytes=100_000)
    system.misbehave("GET /products", huge)
    with pytest.raises(BadAnswer, match="more than 100000 bytes"):
        store.products()
    assert system.count("GET /products") == 1


def test_a_packed_answer_is_not_unpacked(store: RestStore, system: System) -> None:
    system.misbehave("GET /orders", says(b"x", Content_Encoding="gzip"))
    with pytest.raises(BadAnswer, match="packed"):
        store.order("O-1", "C-1")


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(store: RestStore, system: System, code: int) -> None:
    """Nor does the token go anywhere else."""
    system.misbehave("GET /orders", status(code, Location=f"{system.url}/orders/O-2"))
    with pytest.raises(BadAnswer, match=f"{code}; redirects are not followed"):
        store.order("O-1", "C-1")
    assert [each.path for each in system.asked] == ["/orders/O-1"]


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name not in names}


STRANGER = encode(order(number=2))
OTHER_SHAPES: dict[str, tuple[Any, str]] = {
    "a list": ([], "/orders/O-1: an object is needed"),
    "no version": (without(FINE, "version"), "version: missing"),
    "an empty version": (FINE | {"version": ""}, "version: empty"),
    "a new field": (FINE | {"colour": 1}, "colour: unknown field"),
    "money as a number": (
        FINE | {"order": FINE["order"] | {"shipping_fee": 0}},
        "order.shipping_fee: money is text",
    ),
    "a line without a price": (
        FINE | {"order": FINE["order"] | {"lines": [without(FINE["order"]["lines"][0], "unit_price")]}},
        r"order.lines\[0\].unit_price: missing",
    ),
    "a status that is none": (
        FINE | {"order": FINE["order"] | {"status": "lost"}},
        "order.status: 'lost' is not one of",
    ),
    "another order": (FINE | {"order": STRANGER}, "'O-2' is not what was asked for"),
    "an order that does not add up": (
        FINE | {"order": FINE["order"] | {"discount": "10.00"}},
        "order.payments: add up to",
    ),
}


@pytest.mark.parametrize(("value", "where"), OTHER_SHAPES.values(), ids=OTHER_SHAPES)
def test_json_of_another_shape_is_named_by_its_path(
    store: RestStore, system: System, value: Any, where: str
) -> None:
    system.misbehave("GET /orders", in_json(value))
    with pytest.raises(BadAnswer, match=where):
        store.order("O-1", "C-1")
    assert system.count("GET /orders") == 1, "the same question would bring the same answer"


def test_a_list_with_a_strangers_order_is_refused_whole(store: RestStore, system: System) -> None:
    mine, other = encode(order()), encode(order(number=2, customer_id="C-2"))
    system.misbehave("GET /customers", in_json({"orders": [mine, other]}))
    with pytest.raises(BadAnswer, match=r"orders\[1\].customer_id: 'C-2' is not what was asked for"):
        store.orders_of("C-1")


def test_pages_that_never_end(store: RestStore, system: System) -> None:
    page = {"products": [encode(product(Category.BOOKS))], "next": "1"}
    system.misbehave("GET /products", *[in_json(page)] * 1001)
    with pytest.raises(BadAnswer, match="comes again"):
        store.products()


@pytest.mark.parametrize("currency", ["yuan", "cny", "", "￥￥￥"])
def test_a_shop_without_a_currency_is_named(store: RestStore, system: System, currency: str) -> None:
    system.misbehave("GET /shop", in_json({"name": {"zh": "店", "en": "Shop"}, "currency": currency}))
    with pytest.raises(BadAnswer, match="/shop: currency: three capital letters"):
        store.order("O-1", "C-1")


def test_the_wrong_address_is_named(connect: Connect, system: System) -> None:
    with pytest.raises(BadAnswer, match="/shop: answered 404; is the address the right one"):
        connect(url=f"{system.url}/nowhere").meta("currency")


def test_the_wrong_token_is_named_and_not_shown(connect: Connect, system: System) -> None:
    with pytest.raises(BadAnswer, match="GET /shop: the shop's system answered 401") as caught:
        connect(token="wrong-secret").meta("currency")
    assert "secret" not in str(caught.value)
    assert system.count("GET /shop") == 1


def test_nobody_listens(connect: Connect) -> None:
    with pytest.raises(StoreUnavailable, match="does not answer"):
        connect(url="http://127.0.0.1:1").meta("currency")


def test_a_system_that_stays_broken_is_left_alone_and_found_again(connect: Connect, system: System) -> None:
    store = connect(failures=4, rest_s=0.5)
    store.meta("currency")
    system.misbehave("GET /orders", *[status(500)] * 5)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            store.order("O-1", "C-1")
    assert system.count("GET /orders") == 4, "three tries, and the fourth failure opens"
    began = monotonic()
    for _ in range(50):
        with pytest.raises(StoreUnavailable, match="not asked again"):
            store.order("O-1", "C-1")
    assert system.count("GET /orders") == 4
    while monotonic() - began < 0.6:
        pass
    with pytest.raises(StoreUnavailable):
        store.order("O-1", "C-1")
    assert system.count("GET /orders") == 5, "one call finds out, and it is still broken"
    while system.count("GET /orders") == 5:
        try:
            assert store.order("O-1", "C-1").id == "O-1"
        except StoreUnavailable:
            continue
    assert store.orders_of("C-1") != ()


@pytest.mark.parametrize("as_date", [False, True])
def test_the_shop_says_when_to_come_back(connect: Connect, system: System, as_date: bool) -> None:
    store = connect(longest_pause_s=5)
    store.meta("currency")
    wait = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True) if as_date else "1"
    system.misbehave("GET /orders", status(503, Retry_After=wait))
    began = monotonic()
    store.order("O-1", "C-1")
    assert monotonic() - began > 0.8
    assert system.count("GET /orders") == 2


@pytest.mark.parametrize("wait", ["3600", "99999999999999999999", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_a_shop_that_is_away_for_long_is_not_waited_for(store: RestStore, system: System, wait: str) -> None:
    system.misbehave("GET /orders", status(503, Retry_After=wait))
    with pytest.raises(StoreUnavailable, match="answered 503"):
        store.order("O-1", "C-1")
    assert system.count("GET /orders") == 1


@pytest.mark.parametrize("wait", ["soon", "-1", "", "1.5", "Fri, 99 Dec 2099 25:00:00"])
def test_a_senseless_retry_after_counts_as_none(store: RestStore, system: System, wait: str) -> None:
    system.misbehave("GET /orders", status(503, Retry_After=wait))
    assert store.order("O-1", "C-1").id == "O-1"
