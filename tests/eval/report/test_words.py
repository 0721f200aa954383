"""Two texts beside each other: what is marked is what differs, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.report.words import Marked, marked

_TEXTS = st.text(alphabet="ab 1.7天退货¥\n,", max_size=40)


def _text(pieces: Marked) -> str:
    return "".join(text for text, _ in pieces)


def _same(pieces: Marked) -> str:
    return "".join(text for text, differs in pieces if not differs)


@given(_TEXTS, _TEXTS)
def test_the_pieces_are_the_texts_and_what_is_not_marked_is_in_both(before: str, after: str) -> None:
    left, right = marked(before, after)
    assert (_text(left), _text(right)) == (before, after)
    assert _same(left) == _same(right)


@given(_TEXTS)
def test_nothing_is_marked_in_a_text_and_itself(text: str) -> None:
    left, right = marked(text, text)
    assert not any(differs for _, differs in (*left, *right))


def test_amounts_and_words_are_marked_whole_and_chinese_by_the_character() -> None:
    left, right = marked("It costs ¥899.00 today", "It costs ¥89.00 today")
    assert [text for text, differs in left if differs] == ["899.00"]
    assert [text for text, differs in right if differs] == ["89.00"]
    assert [text for text, differs in marked("七天内可退", "三天内可退")[1] if differs] == ["三"]
