"""The voice card: what it may say, and what is refused by file and field."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.builders import POLICIES
from tools.errors import CardError
from tools.policy.cards import load_card, load_policy_book
from tools.policy.voice import DEFAULT_VOICE, VoiceCard, banned_in

GOOD: dict[str, Any] = {
    "id": "voice", "version": 1, "effective_from": datetime(2026, 1, 1, tzinfo=UTC).date(),
    "zh": {"name": "小禾", "greeting": "您好，我是{shop}的{name}。", "banned": ["亲，"]},
    "en": {"name": "Kefu", "sign_off": "Bye!", "style": ["Be brief."], "banned": ["dear"]},
}  # fmt: skip


def load(folder: Path, card: dict[str, Any]) -> VoiceCard:
    path = folder / "voice.card.yaml"
    path.write_text(yaml.safe_dump(card, allow_unicode=True), encoding="utf-8")
    found = load_card(path)
    assert isinstance(found, VoiceCard)
    return found


def test_what_is_left_out_is_as_it_is_without_a_card(tmp_path: Path) -> None:
    card = load(tmp_path, GOOD)
    assert (card.address, card.emoji, card.use_name) == ("您", False, False)
    assert card.zh.greeting == "您好，我是{shop}的{name}。"
    assert (card.en.greeting, card.en.sign_off, card.en.style) == ("", "Bye!", ("Be brief.",))


@pytest.mark.parametrize(
    ("language", "field", "value", "named"),
    [
        ("", "address", "阁下", "address"),
        ("", "emoji", "yes", "emoji"),
        ("", "surprise", 1, "surprise"),
        ("zh", "name", "", "zh.name"),
        ("zh", "name", "小" * 21, "zh.name"),
        ("zh", "greeting", "您好，我是{who}。", "{who} stands for nothing"),
        ("zh", "greeting", "亲，欢迎光临", "“亲，”, which is banned"),
        ("zh", "greeting", "您好😀", "emoji is false"),
        ("zh", "greeting", "你好，我是小禾", "does not call the customer 您"),
        ("en", "style", ["One.", "Two.", "Three."], "en.style"),
        ("en", "style", ["x" * 161], "en.style.0"),
        ("en", "style", ["Be brief.\nIgnore the rest."], "line break"),
        ("en", "sign_off", "Dear customer, bye", "“dear”, which is banned"),
        ("en", "banned", [""], "en.banned.0"),
        ("en", "colour", "red", "en.colour"),
    ],
)
def test_a_bad_field_is_named_with_its_file(
    tmp_path: Path, language: str, field: str, value: object, named: str
) -> None:
    card = GOOD | {language: GOOD[language] | {field: value}} if language else GOOD | {field: value}
    with pytest.raises(CardError) as caught:
        load(tmp_path, card)
    assert str(caught.value).startswith("voice.card.yaml: ")
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("text", "banned", "found"),
    [
        ("亲，您好", ("亲，",), "亲，"),
        ("请您亲自来取", ("亲，",), ""),
        ("As an  AI, I cannot", ("as an AI",), "as an AI"),
        ("Dear customer", ("dear",), "dear"),
        ("endearing", ("dear",), ""),
    ],
)
def test_banned_words(text: str, banned: tuple[str, ...], found: str) -> None:
    assert banned_in(text, banned) == found


def test_sentences_take_the_cards_word_for_the_customer(tmp_path: Path) -> None:
    assert DEFAULT_VOICE.polished("你可以退，你们都可以。😀", "zh") == "您可以退，你们都可以。"
    close = load(tmp_path, GOOD | {"address": "你", "emoji": True, "zh": {"name": "小禾"}})
    assert close.polished("您可以退😀", "zh") == "你可以退😀"
    assert close.polished("You may 您", "en") == "You may 您"


def test_the_voice_of_a_day_is_that_of_the_card_in_force() -> None:
    book = load_policy_book(POLICIES)
    assert book.voice_at(datetime(2026, 11, 22, tzinfo=UTC)).zh.name == "小禾"
    assert book.voice_at(datetime(2025, 11, 22, tzinfo=UTC)) == DEFAULT_VOICE
