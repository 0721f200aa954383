"""The language of a reply follows the customer's sentences, not the names in them."""

from __future__ import annotations

import pytest

from agent.understand.language import detect_language
from tools.domain import Language


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("周敏, postcode 430071", "en", "en"),
        ("周敏 430071", "en", "en"),
        ("I'm 周敏", "en", "en"),
        ("Please send it to 湖北省武汉市武昌区中北路 99 号", "en", "en"),
        ("湖北省武汉市武昌区中北路 99 号", "en", "en"),
        ("I want to return the 不锈钢保温杯", "en", "en"),
        ("Anna Berg，邮编 430071", "en", "zh"),
        ("Anna Berg 430071", "zh", "zh"),
        ("我的 Noise-Cancelling Bluetooth Headphones 没声音", "zh", "zh"),
        ("Stainless Travel Mug", "zh", "zh"),
        ("OK，办吧", "zh", "zh"),
        ("查这个：anna.berg@example.com", "zh", "zh"),
        ("anna.berg@example.com", "zh", "zh"),
        ("where is my parcel", "zh", "en"),
        ("好的", "en", "zh"),
        ("我想换人说中文", "en", "zh"),
        ("👍", "en", "en"),
    ],
)
def test_names_and_goods_switch_nothing(text: str, before: Language, after: Language) -> None:
    assert detect_language(text, before) == after
