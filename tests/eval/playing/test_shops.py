"""Shops of cases: the sample shop or a file, with single values changed, each made once; mistakes are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases.errors import BadSuite
from eval.cases.schema import ShopState
from eval.playing.shops import Shops, changed, shop_of
from eval.replies.sample import sample_shop
from tools.shopdata.shop_file import dump_shop
from tools.store.database import make_engine
from tools.store.sql import SqlStore

BESIDE = Path("/suites/small.yaml")


def state(**values: Any) -> ShopState:
    return ShopState.model_validate(
        {"set": {name.replace("__", "."): value for name, value in values.items()}}
    )


def problem(found: Any) -> str:
    with pytest.raises(BadSuite) as caught:
        found()
    (only,) = caught.value.problems
    return only


def test_nothing_said_is_the_sample_shop() -> None:
    assert shop_of(ShopState(), BESIDE) is sample_shop()


def test_single_values_are_changed_and_nothing_else() -> None:
    shop = shop_of(state(products__P1014__name__en="Odd", customers__C0001__address__city="X"), BESIDE)
    assert next(each for each in shop.products if each.id == "P1014").name.en == "Odd"
    assert shop.customers[0].address.city == "X"
    assert shop.customers[1:] == sample_shop().customers[1:]
    assert shop.orders == sample_shop().orders


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("shops.X.name", "begins with none of products.ID., customers.ID., orders.ID."),
        ("orders.W1000001", "begins with none of"),
        ("orders.W1.status", "there is no order W1"),
        ("orders.W1000001.stat", "'stat' is not there; there is id, customer_id, status"),
        ("orders.W1000001.lines.9.quantity", "'9' is no place in a list of"),
        ("orders.W1000001.status.value", "'value' is not there; what is before it has no parts"),
        ("orders.W1000001..status", "'' is not there"),
    ],
)
def test_a_path_that_leads_nowhere_is_named(path: str, said: str) -> None:
    found = problem(lambda: changed(sample_shop(), {path: "x"}, BESIDE))
    assert found.startswith(f"/suites/small.yaml: shop.set: {path}: ")
    assert said in found


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("orders.W1000001.status", "lost", "orders.W1000001: status: "),
        ("products.P1014.name", 7, "products.P1014: name: "),
        ("customers.C0001.address.city", None, "customers.C0001: address.city: text is needed, not null"),
    ],
)
def test_a_value_that_does_not_fit_is_named(path: str, value: Any, said: str) -> None:
    found = problem(lambda: changed(sample_shop(), {path: value}, BESIDE))
    assert found.startswith(f"/suites/small.yaml: shop.set: {said}")


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["status", "lines", "lines.0.quantity", "address", "shipment", "placed_at", "id"]), _PLAIN
)
def test_whatever_is_put_there_is_taken_or_refused(field: str, value: Any) -> None:
    try:
        changed(sample_shop(), {f"orders.W1000001.{field}": value}, BESIDE)
    except BadSuite as error:
        assert error.problems


def test_the_same_shop_is_made_once(tmp_path: Path) -> None:
    shops = Shops(tmp_path)
    first = shops.open(state(orders__W1000001__cancel_reason="x"), BESIDE)
    assert shops.open(state(orders__W1000001__cancel_reason="x"), Path("/other/suite.yaml")) is first
    other = shops.open(ShopState(days_later=3), BESIDE)
    assert other[1] != first[1]
    assert shops.open(None, BESIDE) is other


def test_a_shop_that_does_not_hold_together_is_named_and_harms_no_other(tmp_path: Path) -> None:
    shops = Shops(tmp_path)
    wrong = state(orders__W1000001__customer_id="C9999")
    assert "/suites/small.yaml: shop: does not hold together" in problem(lambda: shops.open(wrong, BESIDE))
    shop, path = shops.open(None, BESIDE)
    engine = make_engine(f"sqlite:///{path}")
    assert SqlStore(engine).customer("C0001") == shop.customers[0]
    engine.dispose()


def test_a_shop_of_a_file_beside_the_suite(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(dump_shop(sample_shop()), encoding="utf-8")
    assert shop_of(ShopState(file="shop.json"), tmp_path / "s.yaml").orders == sample_shop().orders
    (tmp_path / "bad.json").write_text("[", encoding="utf-8")
    for name in ("bad.json", "none.json", "."):
        assert "s.yaml: shop.file: " in problem(
            lambda name=name: shop_of(ShopState(file=name), tmp_path / "s.yaml")
        )
