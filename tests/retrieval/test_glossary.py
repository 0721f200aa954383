"""Words that reach a passage in the other language."""

from __future__ import annotations

import pytest

from retrieval.glossary import FILE, Glossary, shop_glossary
from retrieval.tokenizer import tokenize

SMALL = Glossary(
    [
        (("退货", "退回"), ("return", "send back")),
        (("货",), ("goods",)),
        (("退货运费",), ("return postage",)),
        (("礼品卡",), ("gift card",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我要退货", ["return", "send", "back"]),
        ("退货运费谁出", ["return", "postage"]),
        ("我要退貨", ["return", "send", "back"]),
        ("I want to send it", []),
        ("Sending back gift cards", ["退货", "退回", "礼品", "品卡", "礼品卡"]),
        ("退回 the gift card", ["return", "send", "back", "礼品", "品卡", "礼品卡"]),
        ("", []),
        ("🙂 ...", []),
    ],
)
def test_the_longest_known_words_are_said_in_the_other_language(text: str, words: list[str]) -> None:
    assert set(SMALL.translate(text)) == {word for each in words for word in tokenize(each)}


def test_the_bundled_one_is_sound() -> None:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 1000
    assert len(lines) == len(set(lines))
    for line in lines:
        chinese, english = line.split("\t")
        assert all(each == each.strip() and each for side in (chinese, english) for each in side.split("|"))
        assert english == english.lower()
    assert "postag" in shop_glossary().translate("邮费谁出")
    assert "发票" in shop_glossary().translate("when do I get the invoice")
