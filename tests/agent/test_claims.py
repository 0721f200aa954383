from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import claims


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("签收后七天内可退", {"7"}),
        ("seven days after delivery", {"7"}),
        ("7 天 / 7天 / ７天", {"7"}),
        ("满 ¥1,299.00 免运费", {"1299"}),
        ("¥12.50 的运费", {"12.5"}),
        ("3-7 个工作日", {"3", "7"}),
        ("十五天", {"15"}),
        ("三百二十元", {"320"}),
        ("两个工作日", {"2"}),
        ("第一步：打包", set()),
        ("1. 先申请", set()),
        ("one of them", set()),
        ("write to help@example.com", {"help@example.com"}),
        ("call 400-820-6688", {"400", "820", "6688"}),
    ],
)
def test_values_are_the_same_across_formats_and_languages(text: str, expected: set[str]) -> None:
    assert set(claims.values(text)) == expected


@given(
    st.integers(min_value=2, max_value=9999),
    st.sampled_from(["{} days", "{}天", "退款 {} 元", "within {} hours"]),
)
def test_every_number_that_is_written_is_found(number: int, form: str) -> None:
    assert str(number) in claims.values(form.format(number))


@given(st.text(max_size=80))
def test_a_text_supports_its_own_values(text: str) -> None:
    assert set(claims.values(text)) <= claims.supported_values([text])


@pytest.mark.parametrize(
    "text",
    [
        "已为您提交退货申请",
        "我马上为您办理退款",
        "我会帮您联系快递",
        "I have refunded your order.",
        "We'll send you a new one.",
        "Your return has been approved.",
    ],
)
def test_promises_are_heard(text: str) -> None:
    assert claims.promises(text)


@pytest.mark.parametrize(
    "text",
    [
        "质量问题由店铺承担运费。",
        "验收后 3 个工作日内退款。",
        "The shop pays the postage.",
        "Refunds take 3-7 business days.",
    ],
)
def test_rules_are_not_promises(text: str) -> None:
    assert not claims.promises(text)


@pytest.mark.parametrize(
    "text", ["内衣不支持退货", "生鲜无法退换", "Underwear cannot be returned", "is not free", "不能退"]
)
def test_denials_are_heard(text: str) -> None:
    assert claims.denies(text)


@pytest.mark.parametrize(
    "text", ["支持七天无理由退货", "no-reason returns within 7 days", "不超过 7 天", "运费由店铺承担"]
)
def test_set_phrases_deny_nothing(text: str) -> None:
    assert not claims.denies(text)
