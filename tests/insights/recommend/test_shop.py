"""Recommendations over a real database: what is in stock, and only to whom they may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, update

from agent.recommending import Recommendation
from insights.recommend.shop import KEPT_FOR, ShopRecommender
from tests.tools.builders import NOW, customer, line, order, returned, shop
from tools.domain import Category, Complaint, ComplaintKind, ComplaintStatus, Order, ReturnReason
from tools.store.database import make_engine
from tools.store.rows import flat
from tools.store.service_tables import consents
from tools.store.sql import SqlStore
from tools.store.tables import complaints, variants

TOYS, BOOKS, HOME = Category.TOYS, Category.BOOKS, Category.HOME
# Everybody bought a toy, the first three a book with it; C-4 bought only the toy.
BASKETS = {1: (TOYS, BOOKS), 2: (TOYS, BOOKS), 3: (TOYS, BOOKS, HOME), 4: (TOYS,)}


def basket(number: int, categories: tuple[Category, ...]) -> Order:
    lines = [line(at, category=each) for at, each in enumerate(categories, 1)]
    return order(*lines, number=number, customer_id=f"C-{number}")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    orders = tuple(basket(number, each) for number, each in BASKETS.items())
    SqlStore(made).import_shop(shop(*orders, customers=tuple(customer(number) for number in BASKETS)))
    yield made
    made.dispose()


@pytest.fixture
def recommender(engine: Engine) -> ShopRecommender:
    return ShopRecommender(engine)


def for_the_fourth(recommender: ShopRecommender) -> tuple[Recommendation, ...]:
    return recommender.recommend("C-4", NOW, 1, ())


def complaint(status: ComplaintStatus) -> Complaint:
    return Complaint("CP-1", "C-4", "", "c_1", ComplaintKind.QUALITY, "broken", status, NOW)


def test_what_others_bought_with_it(recommender: ShopRecommender) -> None:
    assert for_the_fourth(recommender) == (Recommendation("P-books", "P-toys"),)


def test_what_is_sold_out_or_left_out_is_not_shown(engine: Engine, recommender: ShopRecommender) -> None:
    assert recommender.recommend("C-4", NOW, 1, ["P-books"]) == (Recommendation("P-home", "P-toys"),)
    with engine.begin() as connection:
        connection.execute(update(variants).where(variants.c.product_id == "P-books").values(stock=0))
    assert for_the_fourth(recommender) == (Recommendation("P-home", "P-toys"),)


@pytest.mark.parametrize("status", [each for each in ComplaintStatus if each is not ComplaintStatus.CLOSED])
def test_nothing_while_a_complaint_is_not_solved(
    engine: Engine, recommender: ShopRecommender, status: ComplaintStatus
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(complaints).values(flat(complaints, complaint(status))))
    assert for_the_fourth(recommender) == ()
    with engine.begin() as connection:
        connection.execute(update(complaints).values(status=ComplaintStatus.CLOSED))
    assert for_the_fourth(recommender) != ()


@pytest.mark.parametrize(("granted", "shown"), [(True, True), (False, False)])
def test_whoever_said_no_is_shown_nothing(
    engine: Engine, recommender: ShopRecommender, granted: bool, shown: bool
) -> None:
    row = {
        "customer_id": "C-4",
        "purpose": "recommendations",
        "granted": granted,
        "at": NOW,
        "source": "chat",
    }
    with engine.begin() as connection:
        connection.execute(insert(consents).values(row))
    assert bool(for_the_fourth(recommender)) is shown


def test_what_did_not_please_is_no_reason(engine: Engine) -> None:
    sent_back = replace(
        basket(4, (TOYS,)),
        returns=(replace(returned((1, 1, "100.00")), order_id="O-4", reason=ReturnReason.QUALITY),),
    )
    orders = (*(basket(number, each) for number, each in BASKETS.items() if number != 4), sent_back)
    people = tuple(customer(number) for number in BASKETS)
    SqlStore(engine).import_shop(shop(*orders, customers=people), replace=True)
    assert for_the_fourth(ShopRecommender(engine)) == ()


def test_it_learns_again_after_a_while(engine: Engine, recommender: ShopRecommender) -> None:
    before = recommender.refresh(NOW)
    SqlStore(engine).import_shop(shop(basket(4, (TOYS,)), customers=(customer(4),)), replace=True)
    assert for_the_fourth(recommender) != ()
    assert recommender.recommend("C-4", NOW + KEPT_FOR + timedelta(seconds=1), 3, ()) == ()
    assert recommender.refresh(NOW) is not before


def test_an_alternative_is_of_the_same_category(recommender: ShopRecommender) -> None:
    assert recommender.alternatives("P-toys", "C-4", NOW, 3, ()) == ()


def test_without_a_database_nobody_gets_an_error(engine: Engine, recommender: ShopRecommender) -> None:
    recommender.refresh(NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE consents RENAME TO gone")
    try:
        assert for_the_fourth(recommender) == ()
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO consents")
