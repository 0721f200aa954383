"""What the model promises: reasons that are true, nothing twice, and more hits than what sells best."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.recommend.measure import choose, measure
from insights.recommend.model import KINDS, Kind, learn
from insights.recommend.purchases import Purchase, as_matrix

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def bought(text: str) -> list[Purchase]:
    """ "a: tea cup, b: tea" reads as who bought what, a day after each other."""
    found = []
    for part in text.split(","):
        customer, goods = part.split(":")
        for at, product in enumerate(goods.split()):
            found.append(Purchase(customer.strip(), product, DAY + timedelta(days=at)))
    return found


def tastes(seed: int, strength: float) -> list[Purchase]:
    """1,500 customers of six tastes who buy what they like `strength` times as often as other things."""
    rng = np.random.default_rng(seed)
    of, sells = rng.integers(0, 6, 80), rng.pareto(2.0, 80) + 1
    rows = []
    for customer in range(1500):
        weights = sells * np.where(of == rng.integers(0, 6), strength, 1)
        for at, product in enumerate(rng.choice(80, rng.integers(1, 7), p=weights / weights.sum())):
            rows.append(Purchase(f"c{customer}", f"p{product}", DAY + timedelta(days=int(at))))
    return rows


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_same_people_bought_comes_with_its_reason(kind: Kind) -> None:
    model = learn(
        as_matrix(bought("a: tea cup, b: tea cup, c: tea cup, d: lamp bulb, e: lamp bulb, f: tea")), kind
    )
    (pick,) = model.picks("f", 5)
    assert (pick.product_id, pick.because) == ("cup", "tea")
    assert [each.product_id for each in model.alike("lamp", 5)] == ["bulb"]


def test_what_was_sent_back_is_neither_shown_again_nor_a_reason() -> None:
    purchases = bought("a: tea cup, b: tea cup, c: tea cup pot, d: tea pot")
    disliked = Purchase("x", "cup", DAY, liked=False)
    picks = learn(as_matrix([*purchases, disliked, Purchase("x", "tea", DAY)])).picks("x", 5)
    assert [each.product_id for each in picks] == ["pot"]
    assert {each.because for each in picks} == {"tea"}


def test_only_what_is_allowed_is_picked() -> None:
    model = learn(as_matrix(bought("a: tea cup pot, b: tea cup pot, c: tea")))
    assert [each.product_id for each in model.picks("c", 5, {"pot"})] == ["pot"]
    assert model.picks("c", 5, set()) == []


@pytest.mark.parametrize("customer", ["nobody", "x"])
def test_who_bought_nothing_gets_nothing(customer: str) -> None:
    assert learn(as_matrix([])).picks(customer, 3) == []
    assert learn(as_matrix([Purchase("x", "cup", DAY, liked=False)])).picks(customer, 3) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz"), st.booleans()), min_size=1),
    st.sampled_from(KINDS),
)
def test_a_pick_is_new_and_its_reason_was_liked(rows: list[tuple[str, str, bool]], kind: Kind) -> None:
    purchases = [Purchase(who, what, DAY, liked) for who, what, liked in rows]
    model = learn(as_matrix(purchases), kind)
    for customer in {each.customer_id for each in purchases}:
        had = {each.product_id for each in purchases if each.customer_id == customer}
        liked = {each.product_id for each in purchases if each.customer_id == customer and each.liked}
        for pick in model.picks(customer, 4):
            assert pick.product_id not in had
            assert pick.because in liked
            assert pick.score > 0


def test_planted_tastes_are_found_half_as_often_again_as_what_sells_best() -> None:
    measured = measure(tastes(seed=5, strength=25))
    assert measured.times_popular >= 1.5
    assert measured.coverage > measured.popular_coverage


def test_where_there_is_no_taste_it_is_not_much_worse_than_what_sells_best() -> None:
    assert measure(tastes(seed=6, strength=1)).times_popular > 0.8


def test_the_kind_is_chosen_without_the_purchases_that_it_is_measured_on() -> None:
    purchases = tastes(seed=7, strength=10)
    last = {each.customer_id: each.product_id for each in purchases}
    kept = [each for each in purchases if each.product_id != last[each.customer_id]]
    alone = [each for each in purchases if all(k.customer_id != each.customer_id for k in kept)]
    assert measure(purchases).kind == choose([*kept, *alone])


def test_nobody_with_two_products_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="nobody bought two"):
        measure(bought("a: tea, b: cup"))
