"""A slip in a word that customers of the shop write is read as the word; what is right, or identifies, never changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.types import State
from agent.understand.reading import as_meant
from agent.understand.sounds import sounds_of
from agent.understand.spelling import Speller
from agent.understand.typing_slips import is_word

PLAIN = State()
WRITTEN = {
    "退货": 90, "投诉": 80, "喜欢": 40, "帮我": 60, "不": 900, "要": 400, "想": 500, "我": 900, "我要": 300, "了": 900,
    "退": 500, "是": 600, "单": 40, "但是": 90, "补": 60, "人工": 90, "几点": 20, "投诉 一下": 9, "想 投诉": 20, "我要 投诉": 30,
    "不 喜欢": 30, "^ 人工": 12, "人工 几点": 3, "^": 900, "$": 900, "一下": 200, "^ 帮我": 40, "帮我 退": 20,
    "return": 300, "refund": 200, "black": 40, "stock": 30, "there": 50, "things": 20, "cancel": 150, "three": 30,
    "women": 1,
}  # fmt: skip
GOODS = ("双面呢羊毛大衣", "磨砂手机壳", "护眼台灯", "Leather Sandals", "Desk Lamp")
SPELLER = Speller(
    WRITTEN, frozenset({"leather", "sandals", "desk", "lamp"}), sounds_of(WRITTEN).with_goods(GOODS)
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("大意退了，不想要", "大衣退了，不想要"),
        ("手机克颜色太绿了", "手机壳颜色太绿了"),
        ("我要头诉！抬灯一闪一闪的", "我要投诉！台灯一闪一闪的"),
        ("想头速一下", "想投诉一下"),
        ("人公几点下班", "人工几点下班"),
        ("bangwo退了吧", "帮我退了吧"),
        ("I want to retturn the sandaks", "I want to return the sandals"),
        ("refnd for the BLAK one", "refund for the BLACK one"),
        ("Thnigs in sttock", "Things in stock"),
    ],
)
def test_what_slipped_is_read_as_what_was_meant(written: str, meant: str) -> None:
    assert as_meant(written, PLAIN, SPELLER) == meant


@pytest.mark.parametrize(
    "text",
    [
        "这单是我的",
        "心态崩了，补补补",
        "收件人叫大意",
        "女装women款",
        "“大意”这个词",
        "my name is Retturn",
        "cancle@retturn.com",
        "code SANDAK5 and order W1000001",
        "it wasnt me, youre wrong",
        "a potage for the lamb",
        "thre of them",
        "please ask Sandaks about it",
        "\ud800 大意退了",
        "头诉" * 400,
    ],
)
def test_what_is_right_or_identifies_stays(text: str) -> None:
    assert as_meant(text, PLAIN, SPELLER) == text


@pytest.mark.parametrize("awaiting", ["address", "identity"])
def test_an_awaited_address_or_name_is_never_put_right(awaiting: str) -> None:
    assert as_meant("大意 retturn 12", State(awaiting=awaiting), SPELLER) == "大意 retturn 12"  # type: ignore[arg-type]


@given(st.text(alphabet="不没别一二三大意衣退货推头投诉速 returnsdkal0123456789，。!", max_size=60))
def test_no_number_and_no_negation_comes_or_goes(text: str) -> None:
    right = SPELLER.corrected(text)
    for fixed in ("0123456789", "不没别一二三"):
        assert [sign for sign in right if sign in fixed] == [sign for sign in text if sign in fixed]


def test_a_dictionary_knows_words_and_their_endings() -> None:
    assert is_word("kettle") and is_word("refunded") and not is_word("kettel")


def test_of_two_goods_that_sound_alike_each_stays_what_it_is() -> None:
    both = sounds_of(WRITTEN).with_goods(["羊毛大衣", "绘本大意"])
    assert [both.meant((word,), "^", "$") for word in ("大衣", "大意")] == ["", ""]
