"""Sorting no further than needed gives what sorting everything gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking import best_first, overlap, rank

SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30)


@given(scores=SCORES, likely=st.integers(1, 40))
def test_the_order_is_that_of_a_stable_sort(scores: list[float], likely: int) -> None:
    expected = sorted(range(len(scores)), key=lambda place: -scores[place])
    assert list(best_first(np.array(scores), likely)) == expected
    assert [rank(np.array(scores), place) for place in expected] == list(range(1, len(scores) + 1))


def test_overlap_is_the_share_of_all_words_that_both_have() -> None:
    assert overlap(frozenset({1, 2, 3}), frozenset({2, 3, 4})) == 0.5
    assert overlap(frozenset(), frozenset()) == 0.0
