from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sentences import sentences, split_sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("可以退。运费由我们承担！", 2),
        ("It costs 3.50 yuan. Send it back.", 2),
        ("1. Pack it.\n2. Send it.", 2),
        ("1. 打包商品\n2. 寄回", 2),
        ("七天内可退", 1),
        ("", 0),
    ],
)
def test_splits_where_sentences_end(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


@given(st.text(alphabet="ab1 .。！\n?", max_size=60), st.integers(min_value=1, max_value=7))
def test_streaming_loses_nothing_and_splits_alike(text: str, size: int) -> None:
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    streamed = list(sentences(pieces))
    assert "".join("".join(streamed).split()) == "".join(text.split())
