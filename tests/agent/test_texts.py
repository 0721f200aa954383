"""Texts that authors write in the place of the built-in ones, and the voice of all of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from prompts.render import FOLDER, Texts
from prompts.sources import TextsUnusable
from tools.domain import Language
from tools.policy.voice import DEFAULT_VOICE, Speech, VoiceCard

ZONE = ZoneInfo("Asia/Shanghai")
LANGUAGES: tuple[Language, Language] = ("zh", "en")


def voice(**changes: object) -> VoiceCard:
    return replace(DEFAULT_VOICE, **changes)  # type: ignore[arg-type]


def put(folder: Path, name: str, text: str, language: str = "zh") -> Path:
    (folder / language).mkdir(parents=True, exist_ok=True)
    (folder / language / name).write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, card: VoiceCard = DEFAULT_VOICE) -> str:
    with pytest.raises(TextsUnusable) as caught:
        Texts(ZONE, card, folder)
    return str(caught.value)


def test_an_authors_text_is_said_and_the_others_stay(tmp_path: Path) -> None:
    texts = Texts(ZONE, overrides=put(tmp_path, "thanks.j2", "{{ shop }}谢谢您！{{ voice.name }}"))
    assert texts.render("zh", "thanks", shop="青禾", customer=None) == "青禾谢谢您！Kefu"
    assert texts.render("en", "thanks") == "You're welcome. I'm here whenever you need something."


def test_an_authors_text_can_build_on_the_built_in_one(tmp_path: Path) -> None:
    own = put(tmp_path, "thanks.j2", '{% include "builtin/thanks.j2" %}再见。')
    assert Texts(ZONE, overrides=own).render("zh", "thanks") == "不客气，还有需要随时找我。再见。"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("好\n{{ shopp }}", 2, "shopp has no value here; there is customer, shop, voice"),
        ("好\n\n{% if shop %}", 3, "is not a template"),
        ("{{ shop | shout }}", 1, "No filter named 'shout'"),
        ('好\n{% include "thank.j2" %}', 2, "there is no text thank.j2"),
        ("{% include shop %}", 1, "names a text by a value"),
    ],
)
def test_a_text_that_cannot_work_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    found = refused(put(tmp_path, "thanks.j2", text))
    assert found.startswith(f"texts/zh/thanks.j2:{line}: ")
    assert what in found


def test_every_problem_comes_at_once(tmp_path: Path) -> None:
    put(tmp_path, "thank.j2", "x")
    put(tmp_path, "thanks.j2", "{{ a }}", "en")
    put(tmp_path, "thanks.j2", "x", "fr")
    (tmp_path / "en" / "praise.j2").write_bytes(b"ok\n\xff")
    found = refused(tmp_path).splitlines()
    assert [each.split(": ")[0] for each in found] == [
        "texts/fr", "texts/en/praise.j2:2", "texts/zh/thank.j2", "texts/en/thanks.j2:1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ customer.surname }}",
        "{{ 1 / 0 }}",
        '{% include "thanks.j2" %}',
        "  ",
    ],
)
def test_a_text_that_fails_on_some_values_gives_way_to_the_built_in_one(tmp_path: Path, text: str) -> None:
    texts = Texts(ZONE, overrides=put(tmp_path, "thanks.j2", text))
    assert texts.render("zh", "thanks", shop="青禾", customer=None) == "不客气，还有需要随时找我。"


def test_fixed_texts_say_no_banned_word(tmp_path: Path) -> None:
    card = voice(zh=Speech("小禾", banned=("亲，",)), en=Speech("Kefu", banned=("goodbye",)))
    found = refused(put(tmp_path, "thanks.j2", "好\n亲，不客气"), card).splitlines()
    assert found[0] == "texts/zh/thanks.j2:2: says “亲，”, which the voice card bans"
    assert found[1].startswith("prompts/en/farewell.j2:1: says “goodbye”")


def test_emoji_only_where_the_card_allows_them(tmp_path: Path) -> None:
    own = put(tmp_path, "thanks.j2", "不客气😀")
    assert "texts/zh/thanks.j2:1: has the emoji 😀" in refused(own)
    assert Texts(ZONE, voice(emoji=True), own).render("zh", "thanks") == "不客气😀"


def test_a_file_that_changes_later_is_not_said_before_the_next_start(tmp_path: Path) -> None:
    texts = Texts(ZONE, overrides=put(tmp_path, "thanks.j2", "一"))
    put(tmp_path, "thanks.j2", "二")
    assert texts.render("zh", "thanks") == "一"
    assert Texts(ZONE, overrides=tmp_path).render("zh", "thanks") == "二"


def test_texts_and_voice_are_part_of_the_fingerprint(tmp_path: Path) -> None:
    plain = Texts(ZONE)
    named = plain.spoken_in(voice(zh=Speech("小禾")))
    own = Texts(ZONE, overrides=put(tmp_path, "thanks.j2", "一"))
    assert len({plain.fingerprint, named.fingerprint, own.fingerprint}) == 3
    assert plain.fingerprint == Texts(ZONE).fingerprint


def test_name_greeting_and_sign_off_are_the_cards() -> None:
    card = voice(
        zh=Speech("小禾", greeting="您好，我是{shop}的{name}！", sign_off="祝您购物愉快。"),
        en=Speech("Kefu", sign_off="Happy shopping!"),
    )
    texts = Texts(ZONE, card)
    assert texts.render("zh", "greeting", shop="青禾", customer=None).startswith(
        "您好，我是青禾的小禾！查订单"
    )
    assert texts.render("zh", "thanks").endswith("随时找我。祝您购物愉快。")
    assert texts.render("en", "farewell") == "All right. Have a good day, goodbye! Happy shopping!"


def test_the_card_chooses_how_customers_are_called() -> None:
    texts = Texts(ZONE, voice(address="你"))
    assert texts.render("zh", "wait") == "好的，不着急，你找好了再发给我就行。"
    assert texts.render("zh", "hello_again", name="您太太").startswith("您太太，你好")


def test_style_goes_to_the_end_of_the_models_instructions() -> None:
    plain = Texts(ZONE)
    styled = plain.spoken_in(voice(zh=Speech("小禾", style=("语气亲切。", "用短句。"))))
    assert (
        styled.render("zh", "answer_system") == plain.render("zh", "answer_system") + "\n语气亲切。\n用短句。"
    )
    assert styled.render("en", "answer_system") == plain.render("en", "answer_system")


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.j2")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_no_text_speaks_as_an_ai(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pattern = r"\bas an? (?:AI|artificial|language model)|(?:作为|身为)(?:一个|一名)?\s?(?:AI|人工智能|语言模型|大模型)"
    assert not re.search(pattern, text, re.IGNORECASE)
