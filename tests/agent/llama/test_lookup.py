"""Guessing what comes next from the passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.llama.lookup import Lookup

SOURCE = [5, 6, 7, 8, 9, 6, 7, 1, 2]


def test_what_followed_the_last_tokens_is_proposed() -> None:
    assert Lookup(SOURCE).draft([4, 8, 9], 3) == [6, 7, 1]
    assert Lookup(SOURCE).draft([4, 8, 9], 1) == [6]


def test_the_longer_run_decides() -> None:
    assert Lookup(SOURCE).draft([6, 7], 2) == [8, 9]
    assert Lookup(SOURCE).draft([9, 6, 7], 2) == [1, 2]


def test_nothing_is_proposed_without_a_run_of_two() -> None:
    lookup = Lookup(SOURCE)
    assert lookup.draft([9], 3) == []
    assert lookup.draft([3, 9], 3) == []
    assert lookup.draft([1, 2], 3) == []


@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=10), st.integers(0, 6))
def test_a_proposal_always_stands_in_the_source(source: list[int], written: list[int], most: int) -> None:
    draft = Lookup(source).draft(written, most)
    assert len(draft) <= most
    assert any(source[at : at + len(draft)] == draft for at in range(len(source) + 1))
