"""How a customer feels as one number: what is said, how surely, how strongly, and where it is going."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escalation import overdue
from agent.mood import ANGRY, CONTENT, KEPT, VERY_ANGRY, mood_of, slope, strength, trend, with_mood
from agent.types import Score

moods = st.lists(st.floats(-1, 1), max_size=12)


def felt(text: str, side: float, act: str = "inform") -> float:
    """The mood of a text to which the head gives P(positive) − P(negative) of `side`."""
    scores = (Score("positive", max(side, 0.0)), Score("negative", max(-side, 0.0)))
    return mood_of(text, scores, Score(act, 0.9))


@pytest.mark.parametrize(
    ("text", "side", "act"),
    [
        ("台灯收到就是坏的，不亮", -0.8, "inform"),
        ("The lamp arrived broken", -0.8, "inform"),
        ("？", -0.01, "repeat"),
        ("?", 0.0, "repeat"),
        ("???", -0.1, "repeat"),
        ("快点", -0.02, "inform"),
        ("hurry up", -0.01, "inform"),
        ("到底什么时候到", -0.04, "question"),
        ("卧槽，运费TMD到底谁出啊", -0.1, "question"),
        ("W1000001", -0.01, "inform"),
        ("I want to return the JBL and the USB hub", -0.3, "request"),
    ],
)
def test_bad_news_and_curt_words_are_no_anger(text: str, side: float, act: str) -> None:
    assert felt(text, side, act) > ANGRY


@pytest.mark.parametrize(
    ("text", "side", "act"),
    [
        ("气死我了，你们到底管不管", -0.94, "question"),
        ("质量太差了，穿一次就破", -0.99, "inform"),
        ("I'm really disappointed, third time this happened", -1.0, "inform"),
        ("I WANT MY MONEY BACK NOW!!!", -0.8, "request"),
        ("this is ridiculous", -0.98, "abuse"),
    ],
)
def test_anger_is_heard_in_both_languages(text: str, side: float, act: str) -> None:
    assert felt(text, side, act) <= ANGRY


@pytest.mark.parametrize(
    ("text", "side", "act"),
    [
        ("什么破店啊！！等了四天连个影子都没有，骗子！", -1.0, "inform"),
        ("垃圾客服，滚", -0.99, "abuse"),
        ("you useless heap of scrap, get lost", -0.97, "abuse"),
        ("fuck this", -0.85, "abuse"),
    ],
)
def test_fury_is_more_than_anger(text: str, side: float, act: str) -> None:
    assert felt(text, side, act) <= VERY_ANGRY


def test_abuse_is_bad_whatever_the_sentiment_head_says() -> None:
    assert felt("you lot", 0.1, "abuse") <= -0.5
    assert mood_of("you lot", (Score("neutral", 1.0),), Score("abuse", 0.4)) == 0.0


@pytest.mark.parametrize(
    ("calm", "strong"),
    [
        ("thanks", "thank you so much, you are amazing!"),
        ("谢谢", "谢谢，服务太好了，非常满意！"),
        ("it is late", "it is still not here, AND IT IS LATE!!!"),
        ("太慢了", "太慢了！！！忍无可忍"),
    ],
)
def test_strong_words_count_more_on_either_side(calm: str, strong: str) -> None:
    assert strength(calm) < strength(strong)
    for side in (-0.9, 0.9):
        assert abs(felt(calm, side)) < abs(felt(strong, side))


@given(st.text(max_size=60), st.floats(-1, 1), st.sampled_from(["inform", "abuse", "thanks"]))
def test_a_mood_is_always_between_minus_one_and_one(text: str, side: float, act: str) -> None:
    mood = felt(text, side, act)
    assert -1 <= mood <= 1 and 0 <= strength(text) <= 1
    assert act == "abuse" or mood * side >= 0


@given(moods)
def test_only_the_last_few_are_kept_and_content_ends_anger(said: list[float]) -> None:
    kept: tuple[float, ...] = ()
    for mood in said:
        kept = with_mood(kept, mood)
        assert len(kept) <= KEPT and kept[-1] == mood
        assert mood < CONTENT or kept == (mood,)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=6))
def test_the_trend_turns_round_with_the_moods(said: list[float]) -> None:
    assert slope(said) == pytest.approx(-slope(said[::-1]), abs=1e-9)
    assert slope([said[0]] * len(said)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), "steady"),
        ((-0.9,), "steady"),
        ((-0.2, -0.5, -0.8), "falling"),
        ((-0.9, -0.4, 0.0), "rising"),
        ((-0.7, -0.72, -0.7), "steady"),
    ],
)
def test_where_moods_are_going(said: tuple[float, ...], expected: str) -> None:
    assert trend(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((-0.9,), False),
        ((-0.9, -0.9), True),
        ((-0.9, 0.0, -0.9), True),
        ((-0.7, -0.7), False),
        ((-0.7, -0.7, -0.7), True),
        ((-0.7, 0.0, -0.7, 0.0, -0.7), True),
        ((-0.7, -0.7, -0.7, 0.0), False),
        ((-0.2, -0.45, -0.7), True),
        ((0.0, 0.0, -0.7), False),
        ((-0.5, -0.5, -0.5, -0.5), False),
        ((), False),
    ],
)
def test_when_a_person_is_overdue(said: tuple[float, ...], expected: bool) -> None:
    assert overdue(said) is expected
