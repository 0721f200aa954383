"""Script, width, idle spaces and courtesies do not change what a message means; addresses are read as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.types import State
from agent.understand.reading import as_read

PLAIN = State()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("我想退貨，請問運費誰出", "我想退货，请问运费谁出"),
        ("台灯 不 想要 了，帮我 退 掉", "台灯不想要了，帮我退掉"),
        ("您好，这次没错了，就这么提交，麻烦了", "这次没错了，就这么提交"),
        ("sorry to bother you， go on and send it in", "go on and send it in"),
        ("🍀 how is my return coming along? 📦🙏", "how is my return coming along?"),
        ("🌸 你们客服电话多少， 🙏晚上有人接没", "你们客服电话多少，晚上有人接没"),
        ("拜托了，那运费呢，辛苦了", "那运费呢"),
        ("please  cancel   the order, many thanks", "please cancel the order"),
        # Of a short answer the courtesy is a part, and a single space may part two names.
        ("好的，谢谢", "好的，谢谢"),
        ("ok, thanks", "ok, thanks"),
        ("李四 王五", "李四 王五"),
        ("真行啊你们😡👎", "真行啊你们😡👎"),
        ("🙏🙏", "🙏🙏"),
        ("寄到香港九龍彌敦道 100 號，謝謝", "寄到香港九龍彌敦道 100 號，謝謝"),
        ("somebody@example.com, thank you", "somebody@example.com, thank you"),
    ],
)
def test_what_means_the_same_is_read_the_same(written: str, read: str) -> None:
    assert as_read(written, PLAIN) == read


def test_an_awaited_address_is_taken_letter_for_letter() -> None:
    assert as_read("臺北市  大安區", State(awaiting="address")) == "臺北市  大安區"


@given(st.text(max_size=200))
def test_reading_twice_changes_nothing_more_than_courtesies_and_nothing_breaks(text: str) -> None:
    read = as_read(text, PLAIN)
    assert bool(read.strip()) == bool(text.strip()) and len(read) <= len(text)
    assert [char for char in read if char.isdigit()] == [char for char in text if char.isdigit()]
