"""Yes and no, languages, entities: what is read by rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.entities import find_entities
from agent.understand.language import detect_language
from agent.understand.understand import affirms, clear_no, clear_yes
from tests.agent.builders import understood


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "嗯嗯行",
        "可以的，谢谢",
        "确认",
        "对 没错",
        "OK",
        "👌",
        "得嘞",
        "就这样办吧",
        "好的👍",
        "yes",
        "Yep, go ahead!",
        "sure, please do",
        "ok thanks",
        "sounds good",
    ],
)
def test_a_plain_yes_is_a_yes(text: str) -> None:
    assert clear_yes(text)
    assert affirms(understood(text))


@pytest.mark.parametrize(
    "text",
    [
        "好的，但是只退台灯", "麻烦你了", "可以吗？", "确认什么？", "如果运费你们出就行", "不好", "行吧你们真行", "先等等", "好像不对",
        "yes but only the lamp", "sure?", "ok if it is free", "yes, as long as it is free", "not ok", "oh sure, great job guys", "wait", "I guess you never listen",
    ],
)  # fmt: skip
def test_anything_more_is_not_a_plain_yes(text: str) -> None:
    assert not clear_yes(text)


@pytest.mark.parametrize(
    "text",
    ["只要运费你们出我就同意", "yes, as long as it is free", "好的，但是只退台灯", "yes but only the lamp"],
)
def test_a_condition_is_not_a_yes_however_sure_the_head_is(text: str) -> None:
    assert not affirms(understood(text, act="affirm", probability=0.99))


def test_an_angry_yes_is_not_a_yes() -> None:
    assert not affirms(
        understood("行行行 你们厉害得很", act="affirm", probability=0.95, sentiment="negative")
    )


@pytest.mark.parametrize(
    "text", ["不用了", "算了", "先不退了", "no", "nah leave it", "never mind", "No, thanks"]
)
def test_a_plain_no_is_a_no(text: str) -> None:
    assert clear_no(text)
    assert not clear_yes(text)


@settings(deadline=2000)
@given(st.text(alphabet="嗯好的行ok 不", max_size=60))
def test_nothing_is_both_and_nothing_takes_long(text: str) -> None:
    assert not (clear_yes(text) and clear_no(text))


@pytest.mark.parametrize(
    ("text", "previous", "language"),
    [
        ("我的订单怎么还没发货？", "en", "zh"),
        ("Where is my order W1000003?", "zh", "en"),
        ("我的order怎么还没ship啊", "en", "zh"),
        ("你好, where is my order please", "zh", "en"),
        ("W1000003", "en", "en"),
        ("liwen@example.com", "zh", "zh"),
        ("ok", "zh", "zh"),
        ("hello", "zh", "en"),
        ("👍", "en", "en"),
    ],
)
def test_language(text: str, previous: str, language: str) -> None:
    assert detect_language(text, "zh" if previous == "zh" else "en") == language


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("订单Ｗ１０００００１到哪了", "order_id", "W1000001"),
        ("where is w1000001", "order_id", "W1000001"),
        ("单号 1000001", "order_id", "W1000001"),
        ("LiWen@Example.com 是我的邮箱", "email", "liwen@example.com"),
        ("李雯 310012", "name", "李雯"),
        ("李雯，310012", "postcode", "310012"),
        ("James Miller, 200040", "name", "James Miller"),
        ("电话13800000001", "phone", "13800000001"),
        ("到手就坏了", "reason", "damaged"),
        ("it doesn't fit", "reason", "wrong_size"),
        ("你们发错颜色了", "reason", "wrong_item"),
        ("第二个", "ordinal", "2"),
        ("the second one", "ordinal", "2"),
        ("转人工", "human", "转人工"),
    ],
)  # fmt: skip
def test_entities(text: str, kind: str, value: str) -> None:
    if kind == "human":
        assert any(entity.kind == "human" for entity in find_entities(text))
    else:
        assert value in [entity.value for entity in find_entities(text) if entity.kind == kind]


@given(st.text(max_size=200))
def test_entities_lie_inside_the_text(text: str) -> None:
    for entity in find_entities(text):
        assert 0 <= entity.start < entity.end <= len(text)


def test_digits_of_other_numbers_are_not_order_numbers() -> None:
    kinds = {entity.kind for entity in find_entities("SF1234567890123 和 13800000001")}
    assert "order_id" not in kinds
