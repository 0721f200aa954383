"""Numbers are the same however they are written."""

from __future__ import annotations

import pytest

from agent.ledger.quantities import find_quantities

SAME = (
    ("five to seven working days", "5-7 business days", "5–7 个工作日", "5 至 7 个工作日", "五到七个工作日"),
    ("¥12", "12 元", "CNY 12", "12 yuan", "12.00 元", "十二块钱", "￥12"),
    ("¥2,000", "2000 元", "CNY 2,000"),
    ("12 months", "一年", "12 个月", "十二个月", "one year"),
    ("18:00", "下午6点", "6 pm", "6:00 p.m.", "18 点", "晚上 6 点"),
    ("two-thirds", "三分之二", "2/3"),
    ("20%", "百分之二十", "20 percent", "八折"),
    ("December 31, 2027", "31 December 2027", "2027 年 12 月 31 日", "2027-12-31"),
    ("November 1 to 11", "11 月 1 日至 11 日", "1 to 11 November"),
    ("two weeks", "14 天", "14 days", "两周", "a 14-day period"),
    ("half a year", "半年", "6 个月"),
    ("15,000 yuan", "1.5万元", "¥15,000"),
    ("400-820-6688", "400-820-6688 "),
    ("3 m of pipe", "3 米铜管"),
)
DIFFERENT = (
    ("7 days", "7 business days"), ("48 hours", "2 days"), ("¥12", "$12"), ("30 days", "1 month"), ("5%", "5 days"),
    ("9:00", "21:00"), ("7 天", "7 个工作日"), ("400-820-6688", "400-820-6689"), ("¥1,200", "¥12"),
)  # fmt: skip
NOTHING = (
    "一起申请", "七天无理由退货", "24/7", "an order", "一般商品", "统一处理", "See https://example.com/30-days",
    "1. Pack it", "下一个工作日",
)  # fmt: skip


def keys(text: str) -> list[tuple[str, object]]:
    return [each.key for each in find_quantities(text)]


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_one_quantity_in_every_spelling(spellings: tuple[str, ...]) -> None:
    read = {text: keys(text) for text in spellings}
    assert all(read.values()) and len({tuple(each) for each in read.values()}) == 1, read


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert keys(one) and keys(other) and keys(one) != keys(other)


@pytest.mark.parametrize("text", NOTHING)
def test_set_phrases_count_nothing(text: str) -> None:
    assert [each for each in find_quantities(text) if not each.soft] == []


def test_a_range_without_a_unit_takes_that_of_the_range_before_it() -> None:
    found = find_quantities("1-3 business days with Alipay, 3-7 with a card")
    assert [each.kind for each in found] == ["business days"] * 4


def test_places_are_those_in_the_text() -> None:
    text = "退货运费：￥１２，七天内"
    money, days = find_quantities(text)
    assert text[money.start : money.end] == "￥１２" and text[days.start : days.end] == "七天"
