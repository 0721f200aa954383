"""Words meet although they are written differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.tokenizer import stem, tokenize


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("returns", "returned"),
        ("returning", "return"),
        ("policies", "policy"),
        ("shipped", "shipping"),
        ("exchanges", "exchange"),
        ("damaged", "damage"),
    ],
)
def test_english_endings(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["gas", "pass", "sms", "w123", "2026"])
def test_words_that_stay(word: str) -> None:
    assert stem(word) == word


def test_full_width_traditional_and_case_do_not_matter() -> None:
    assert tokenize("退貨運費 ＰａｙＰａｌ １２") == tokenize("退货运费 paypal 12")


def test_mixed_text() -> None:
    words = tokenize("我的 iPhone15 能退货吗？邮费 ¥12.50，订单 #W-123")
    assert {"iphone15", "退货", "邮费", "12.50", "w-123"} <= set(words)
    assert "的" not in words and "？" not in words


def test_stop_words_and_marks_leave_nothing() -> None:
    assert tokenize("的 了 吗？！ the is …") == []


@given(st.text(max_size=60))
def test_any_text_gives_words_without_spaces(text: str) -> None:
    assert all(word and not any(letter.isspace() for letter in word) for word in tokenize(text))
