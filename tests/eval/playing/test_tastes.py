"""What a case's customers are recommended comes from the case's own shop, the same for whoever asks first."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eval.playing.shops import Shops
from eval.playing.tastes import Tastes
from eval.replies.sample import MOMENT, sample_shop


@pytest.fixture
def tastes(tmp_path: Path) -> Iterator[Tastes]:
    tastes = Tastes(Shops(tmp_path).open(None, Path("suite.yaml"))[1])
    yield tastes
    tastes.close()


def test_cases_side_by_side_are_recommended_the_same_from_the_first_question_on(tastes: Tastes) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(tastes.recommend, "C0001", MOMENT, 3, ()) for _ in range(8)]
        found = {each.result() for each in asked}
    (picks,) = found
    had = {
        line.product_id
        for order in sample_shop().orders
        if order.customer_id == "C0001"
        for line in order.lines
    }
    assert picks and not had & {each.product_id for each in picks}
    assert {each.because_product_id for each in picks} <= had


def test_in_place_of_a_product_there_are_others_of_its_kind(tastes: Tastes) -> None:
    goods = {each.id: each for each in sample_shop().products}
    found = tastes.alternatives("P1001", "C0001", MOMENT, 3, ())
    assert found and {goods[each.product_id].category for each in found} == {goods["P1001"].category}
