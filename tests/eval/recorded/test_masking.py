"""No real value of any customer is left, and the made-up shop is one that works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eval.recorded.masking import Mask
from eval.replies.sample import sample_shop
from tests.tools.builders import customer, order
from tests.tools.shop_strategies import shops
from tools.domain import PaymentKind, PaymentMethod, Shop
from tools.shopdata.checks import problems_of
from tools.shopdata.shop_file import dump_shop
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

SOME = 30


def few(*numbers: int) -> Shop:
    """The sample shop with some of its customers."""
    shop = sample_shop()
    people = tuple(shop.customers[number] for number in numbers)
    ids = {each.id for each in people}
    return replace(
        shop, customers=people, orders=tuple(each for each in shop.orders if each.customer_id in ids)
    )


@cache
def some() -> Mask:
    return Mask(few(*range(SOME)))


def private(shop: Shop) -> Iterator[str]:
    for each in shop.customers:
        yield from (each.name, each.email, each.phone, each.address.line1, each.address.postcode)
    for one in shop.orders:
        yield from (one.id, one.address.line1, one.address.phone, one.address.recipient)
        if one.shipment:
            yield one.shipment.tracking_no


VALUES = sorted(set(private(few(*range(SOME)))))


@settings(max_examples=150, deadline=None)
@example("31 Invalidenstraße", "", "", str.upper)
@given(
    st.sampled_from(VALUES),
    st.sampled_from(["", "我是", "订单", "it is ", "(", "："]),
    st.sampled_from(["", "，谢谢", " please", ".", ")", "\n"]),
    st.sampled_from([str, str.upper, str.lower]),
)
def test_no_real_value_is_left_in_what_was_said(value: str, before: str, after: str, written: object) -> None:
    said = before + (written(value) if callable(written) else value) + after
    assert value.casefold() not in some().text(said).casefold()


def test_no_real_value_is_left_in_the_shop_of_any_customer() -> None:
    for number in range(len(sample_shop().customers)):
        shop = few(number)
        masked = dump_shop(replace(Mask(shop).shop(shop), products=()))
        assert [each for each in private(shop) if f'"{each}"' in masked] == []


@pytest.mark.parametrize(
    ("said", "real"),
    [
        ("电话 +86 138-0000-0101", "0101 "),
        ("my number is 138 0000 0101", "138 0000"),
        ("住文三路128号3幢502室", "文三路"),
        ("this is James here", "James"),
        ("mr MILLER speaking", "MILLER"),
        ("the card ending 4242", "4242"),
        ("ｌｉｗｅｎ＠example.com", "ｌｉｗｅｎ"),
        ("somebody.else@example.org", "somebody.else"),
        ("call 020 8888 7777", "8888 7777"),
        ("lıwen@example.com", "lıwen"),
    ],
)
def test_other_writings_go_too(said: str, real: str) -> None:
    assert real not in Mask(few(0, 1)).text(said)


def test_what_says_nothing_of_anybody_stays() -> None:
    said = "Will it arrive within 7 days? 我要退 899 元的大衣，鞋码 42"
    assert Mask(few(0, 1)).text(said) == said
    assert Mask(Shop(sample_shop().name, "CNY", False, (), (), ())).text(said) == said


def test_the_same_value_is_the_same_everywhere() -> None:
    mask, shop = Mask(few(0)), few(0)
    masked = mask.shop(shop)
    assert mask.text(f"({shop.orders[0].id})") == f"({masked.orders[0].id})"
    assert mask.text(f"我是{shop.customers[0].name}") == f"我是{masked.customers[0].name}"
    assert mask.text("my phone: 138 0000 0101") == f"my phone: {masked.customers[0].phone}"


@pytest.mark.parametrize("numbers", [(), (0,), (3,), (0, 1, 3, 11)])
def test_the_made_up_shop_is_taken_and_the_made_up_mail_identifies(
    tmp_path: Path, numbers: tuple[int, ...]
) -> None:
    shop = few(*numbers)
    mask = Mask(shop)
    engine = make_engine(f"sqlite:///{tmp_path / 'kefu.sqlite3'}")
    migrate(engine)
    store = SqlStore(engine)
    store.import_shop(mask.shop(shop))
    for each in shop.customers:
        found = store.find_customer(email=mask.value(each.email))
        assert found is not None
        assert store.find_customer(email=each.email) is None
        assert store.find_customer(phone=mask.value(each.phone)) == found
        assert len(store.orders_of(found.id)) == sum(one.customer_id == each.id for one in shop.orders)
    engine.dispose()


def test_orders_with_hardly_any_digits_stay_different() -> None:
    shop = Shop(
        sample_shop().name, "CNY", False, (), (customer(),), tuple(order(number=n) for n in range(1, 4))
    )
    ids = [each.id for each in Mask(shop).shop(shop).orders]
    assert len(set(ids)) == 3
    assert not {each.id for each in shop.orders} & set(ids)


def test_payment_methods_that_are_named_by_the_ends_of_their_cards_stay_different() -> None:
    methods = tuple(PaymentMethod(last4, PaymentKind.CARD, last4=last4) for last4 in ("4242", "0000", "1881"))
    who = replace(customer(), payment_methods=methods)
    masked = Mask(Shop(sample_shop().name, "CNY", False, (), (who,), ())).shop(
        Shop(sample_shop().name, "CNY", False, (), (who,), ())
    )
    ids = [each.id for each in masked.customers[0].payment_methods]
    assert len(set(ids)) == 3 and not {"4242", "1881"} & set(ids)


@settings(max_examples=40, deadline=None)
@given(shops(), st.text(max_size=20))
def test_any_shop_that_holds_together_does_so_masked(shop: Shop, said: str) -> None:
    mask = Mask(shop)
    masked = mask.shop(shop)
    assert isinstance(mask.text(said), str)
    assert [len(each.payments) for each in masked.orders] == [len(each.payments) for each in shop.orders]
    known = {each.id for each in masked.customers}
    assert all(each.customer_id in known for each in masked.orders)
    assert not [each for each in problems_of(masked) if "another order" in str(each) or "twice" in str(each)]
