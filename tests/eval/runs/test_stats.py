"""Intervals and tests against published figures and against counting by hand."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.runs.stats import holm, independent, mcnemar, paired


def flags(yes: int, of: int) -> list[bool]:
    return [True] * yes + [False] * (of - yes)


# Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_independent_shares_have_newcombes_interval(one, other, low, high) -> None:
    found = independent(flags(*one), flags(*other))
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_paired_shares_have_newcombes_interval_and_the_exact_test() -> None:
    """Airway hyper-responsiveness of 21 children; Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33."""
    before = [True, True, *[False] * 7, *[False] * 12]
    after = [True, False, *[True] * 7, *[False] * 12]
    found = paired(before, after)
    assert found is not None
    assert (found.value, found.low, found.high) == (
        pytest.approx(-6 / 21), pytest.approx(-0.507, abs=6e-4), pytest.approx(-0.026, abs=6e-4)
    )  # fmt: skip
    assert found.p == pytest.approx(0.0703, abs=6e-5)


def test_mcnemar_by_hand() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(0, 5) == pytest.approx(2 / 32)
    assert mcnemar(1, 7) == pytest.approx(2 * (1 + 8) / 256)
    assert mcnemar(6, 6) == 1.0


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_doubled_tail(one: int, other: int) -> None:
    of = one + other
    tail = sum(comb(of, each) for each in range(min(one, other) + 1)) / 2**of
    assert mcnemar(one, other) == pytest.approx(min(1.0, 2 * tail))
    assert mcnemar(one, other) == mcnemar(other, one)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_only_raises_and_keeps_the_order(values: list[float]) -> None:
    found = holm(values)
    assert all(value <= corrected <= 1 for value, corrected in zip(values, found, strict=True))
    ranked = [corrected for _, corrected in sorted(zip(values, found, strict=True))]
    assert ranked == sorted(ranked)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80))
def test_an_interval_holds_its_value_and_turns_with_the_order(pairs: list[tuple[bool, bool]]) -> None:
    one, other = [each for each, _ in pairs], [each for _, each in pairs]
    for method in (independent, paired):
        there, back = method(one, other), method(other, one)
        assert there is not None and back is not None
        assert -1 <= there.low <= there.value <= there.high <= 1
        assert (back.value, back.low, back.high) == (
            pytest.approx(-there.value), pytest.approx(-there.high), pytest.approx(-there.low)
        )  # fmt: skip


def test_nothing_has_no_difference() -> None:
    assert paired([], []) is None and independent([True], []) is None
    with pytest.raises(ValueError, match=r"longer|shorter"):
        paired([True], [])
