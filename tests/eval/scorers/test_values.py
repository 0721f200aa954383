"""A value is said in whatever writing, and never as a part of another one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.scorers.values import fits, folded, problem_of, says


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        ("¥899", "That comes to ¥899.00."),
        ("¥899.00", "一共 899 元"),
        ("899", "一共 ¥899.00"),
        ("499", "退款 499元"),
        ("1299", "It costs ¥1,299.00"),
        ("7 days", "You have **7** days [1]."),
        ("7天", "签收后七天内可退"),
        ("7 days", "within seven days"),
        ("W1000001", "单号Ｗ１０００００１"),
        ("W1000001", "your order w1000001"),
        ("SF Express", "by sf  express"),
        ("it's", "IT’S here"),
        ("/refund(ed)?/", "It was Refunded"),
        ("/退(款|货)/", "可以退货"),
    ],
)
def test_it_is_said(value: str, reply: str) -> None:
    assert says(reply, value)


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        ("7 days", "within 17 days"),
        ("7 days", "within 1.7 days"),
        ("7天", "17天内"),
        ("¥89", "¥899.00"),
        ("¥899", "¥899.50"),
        ("899", "¥8990"),
        ("W100000", "W1000001"),
        ("7天无理由", "七天"),
        ("$50 voucher", "$50"),
        ("/^refund/", "a refund"),
        ("**", "**bold**"),
        ("", "anything"),
    ],
)
def test_it_is_not_said(value: str, reply: str) -> None:
    assert not says(reply, value)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_asking_never_fails_and_spaces_and_case_do_not_count(value: str) -> None:
    if problem_of(value):
        return
    assert isinstance(says("some reply of 7 days", value), bool)
    if not value.startswith("/") and folded(value):
        assert says(f"( {value} )", value) or value.strip()[0] in "#-*+>.[`_"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"refund": "899"}, {"refund": "899.00", "other": 1}),
        ({"refund": 899}, {"refund": "899.00"}),
        ({"lines": [{"line_no": 1}]}, {"lines": [{"line_no": 1, "quantity": 2}]}),
        ({1: "a"}, {"1": "a"}),
        ((), []),
        (True, True),
        ("delivered", "delivered"),
    ],
)
def test_data_fits(expected: Any, actual: Any) -> None:
    assert fits(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"refund": "899"}, {"refund": "899.01"}),
        ({"refund": "899"}, {}),
        ({"refund": "899"}, "899"),
        (["a"], ["a", "b"]),
        (["a", "b"], ["b", "a"]),
        (["a"], "a"),
        (True, 1),
        (1, True),
        ("NaN", 1),
        (None, ""),
    ],
)
def test_data_does_not_fit(expected: Any, actual: Any) -> None:
    assert not fits(expected, actual)
