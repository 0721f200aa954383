"""Why something is sent back or cancelled, in customers' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.cancel_reasons import cancel_reason
from agent.understand.misspellings import respelled
from agent.understand.reasons import find_return_reasons, return_reason
from tools.domain import CancelReason as C
from tools.domain import ReturnReason as R

RETURNED = (
    (R.DAMAGED, "音箱到手外壳就是裂的"),
    (R.DAMAGED, "箱子拆开，杯子全碎了"),
    (R.DAMAGED, "快递太暴力，锅都压瘪了"),
    (R.DAMAGED, "the mug came in three pieces, smashed"),
    (R.DAMAGED, "it got here with a dented corner"),
    (R.DAMAGED, "arrived dammaged, honestly"),
    (R.QUALITY, "用了两天拉链就坏了"),
    (R.QUALITY, "这水壶一烧就漏电，太吓人"),
    (R.QUALITY, "灯一开就不亮了，质量量太差"),
    (R.QUALITY, "tent pole snapped after two days of camping"),
    (R.QUALITY, "two weeks and it's dead"),
    (R.QUALITY, "the zip keeps getting stuck, clearly defectve"),
    (R.QUALITY, "my tablet won't turn on any more"),
    (R.WRONG_ITEM, "我订的是蓝色，你们发来的是黑色"),
    (R.WRONG_ITEM, "给我发错了，这不是我买的"),
    (R.WRONG_ITEM, "you shipped me a different kettle"),
    (R.WRONG_ITEM, "ordered a blue one, got a red"),
    (R.NOT_AS_DESCRIBED, "颜色跟图片差太远了"),
    (R.NOT_AS_DESCRIBED, "实物和详情页说的根本不一样"),
    (R.NOT_AS_DESCRIBED, "the colour is nothing like the photos"),
    (R.NOT_AS_DESCRIBED, "pretty sure this is a fake"),
    (R.WRONG_SIZE, "袖子太短，肩膀也紧"),
    (R.WRONG_SIZE, "裤子买大了一码"),
    (R.WRONG_SIZE, "these boots are a bit tight"),
    (R.WRONG_SIZE, "it runs small, can't get into it"),
    (R.NO_LONGER_WANTED, "冰箱太大，厨房放不下"),
    (R.NO_LONGER_WANTED, "the sofa is too big for our flat"),
    (R.NO_LONGER_WANTED, "灯光太刺眼不喜欢"),
    (R.NO_LONGER_WANTED, "我自己拍错了，不是你们的问题"),
    (R.NO_LONGER_WANTED, "I ordered the wrong one, my own fault"),
    (R.NO_LONGER_WANTED, "not really my style"),
    (R.NO_LONGER_WANTED, "my aunt gave me one already"),
    # What is denied is not the reason.
    (R.NO_LONGER_WANTED, "质量没问题，就是不想要了"),
    (R.NO_LONGER_WANTED, "东西没坏，后悔了而已"),
    (R.NO_LONGER_WANTED, "nothing wrong with it, I changed my mind"),
    (R.DAMAGED, "尺码合适，就是袖口破了个洞"),
    (R.DAMAGED, "the size is fine but it arrived torn"),
)


@pytest.mark.parametrize(("reason", "text"), RETURNED)
def test_a_reason_for_a_return_is_read_from_plain_words(reason: R, text: str) -> None:
    assert return_reason(text) is reason


@pytest.mark.parametrize(
    "text",
    [
        "我要退W1000001里的毛衣",
        "please return the noise-cancelling headphones",
        "我有问题想咨询一下",
        "碎花连衣裙帮我退一下",
        "打错了，应该是 W1000002",
        "sorry, wrong number, it's W1000002",
        "我弄混了，是W1000001这一单",
        "双十一忙坏了吧",
        "what size do you have in stock?",
        "那双断码的凉鞋要退",
    ],
)
def test_what_tells_no_reason_is_none(text: str) -> None:
    assert return_reason(text) is None and cancel_reason(text) is None


@pytest.mark.parametrize(
    "text", ["没什么特别的理由", "一定要说原因吗", "no particular reason", "do I have to say why?", "太贵了"]
)
def test_little_is_enough_for_who_was_asked_and_nothing_for_who_was_not(text: str) -> None:
    assert return_reason(text, asked=True) is R.NO_LONGER_WANTED
    assert return_reason(text) is None


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (C.FOUND_CHEAPER, "隔壁店才卖八十"),
        (C.FOUND_CHEAPER, "saw the same one for less elsewhere, don't need yours"),
        (C.TOO_SLOW, "等了一个星期还没发，算了"),
        (C.TOO_SLOW, "it won't be here in time for the party"),
        (C.ORDERED_BY_MISTAKE, "手滑点了两次"),
        (C.ORDERED_BY_MISTAKE, "我娃拿我手机乱点下的单"),
        (C.ORDERED_BY_MISTAKE, "clicked the wrong colour"),
        (C.ORDERED_BY_MISTAKE, "I accidently ordered twice"),
        (C.NO_LONGER_NEEDED, "同事送了我一个，用不着了"),
        (C.NO_LONGER_NEEDED, "my sister got me one"),
        (C.NO_LONGER_NEEDED, "dont need it anymroe"),
        (C.OTHER, "个人原因"),
        (C.OTHER, "rather not say"),
    ],
)
def test_a_reason_for_cancelling_is_read_from_plain_words(reason: C, text: str) -> None:
    assert cancel_reason(text) is reason


@pytest.mark.parametrize(
    "text", ["取消W1000002", "不要取消整单", "wrong address", "cancel it please", "说错了，是W2295392那单"]
)
def test_a_wish_or_a_correction_is_no_reason_to_cancel(text: str) -> None:
    assert cancel_reason(text) is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("retrun", "return"),
        ("cancle", "cancel"),
        ("exhange", "exchange"),
        ("brokn", "broken"),
        ("推货", "退货"),
    ],
)
def test_slips_in_words_that_decide_are_put_right(wrong: str, right: str) -> None:
    assert respelled(wrong) == right


@pytest.mark.parametrize(
    "text",
    [
        "returned",
        "cancellation",
        "tracked",
        "change",
        "推荐",
        "退或换都行",
        "去消费",
        "I like cancer research",
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert respelled(text) == text


@given(st.text(max_size=60))
def test_reasons_stand_within_the_text(text: str) -> None:
    assert all(0 <= start <= end <= len(text) for _, start, end in find_return_reasons(text))
