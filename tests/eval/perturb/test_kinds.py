"""Written differently, said the same: what a perturbation has to leave alone, and that it is the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.entities import find_entities
from agent.understand.language import detect_language
from eval.perturb import kinds, tables
from eval.perturb.errors import PerturbationError
from eval.perturb.protect import is_answer, kept_pieces, kept_spans
from tests.eval.perturb.messages import CHINESE, ENGLISH
from tools.domain import Language

_TEXTS: dict[Language, tuple[str, ...]] = {"zh": CHINESE, "en": ENGLISH}
_PAIRS = [(name, language) for name, kind in kinds.KINDS.items() for language in kind.languages]
_SEEDS = range(6)
_EXACT = (
    "W1000001", "#1000002", "liwen@example.com", "13812345678", "+86 138-1234-5678", "SF1000000000509", "¥1,299.00",
    "899 yuan", "200元", "12块5", "2026-11-03", "11月13日", "37 码", "“羊毛大衣”", '"Wool Coat"', "《茶经》", "「青瓷杯」",
    "COAT-BLK-M", "https://example.com/a?b=C", "G5", "310000", "20%", "14:30",
)  # fmt: skip
_SENTENCES: dict[Language, str] = {
    "zh": "我的订单有问题，想退货，{}，麻烦帮我查一下快递？",
    "en": "There's a problem with my order, I want to return it, {}, could you check the delivery?",
}


def _written(name: str, language: Language, texts: Iterable[str], seed: int = 1) -> list[tuple[str, str]]:
    found = ((text, kinds.perturbed(text, language, name, seed)) for text in texts)
    return [(text, changed) for text, changed in found if changed is not None]


@pytest.mark.parametrize(("name", "language"), _PAIRS)
def test_every_kind_applies_to_half_of_what_customers_write(name: str, language: Language) -> None:
    texts = _TEXTS[language]
    assert len(texts) == len(set(texts)) == 40
    # Clauses change places only where that is surely safe.
    least = 8 if name == "reordering" else 20
    assert len(_written(name, language, texts)) >= least


@pytest.mark.parametrize(("name", "language"), _PAIRS)
def test_what_is_written_differs_and_keeps_numbers_names_and_quotes(name: str, language: Language) -> None:
    words = kinds.KINDS[name].keeps_words
    for seed in _SEEDS:
        for text, changed in _written(name, language, _TEXTS[language], seed):
            assert changed != text
            assert changed.strip()
            for piece in kept_pieces(text, words):
                assert piece in changed, (text, changed)


@pytest.mark.parametrize(("name", "language"), _PAIRS)
@settings(max_examples=40, deadline=None)
@given(exact=st.sampled_from(_EXACT), seed=st.integers(0, 10**9))
def test_exact_values_survive_every_kind(name: str, language: Language, exact: str, seed: int) -> None:
    changed = kinds.perturbed(_SENTENCES[language].format(exact), language, name, seed)
    assert changed is None or exact in changed


@settings(max_examples=60, deadline=None)
@given(digits=st.integers(1_000_000, 9_999_999), seed=st.integers(0, 10**9), data=st.data())
def test_order_numbers_are_read_as_before(digits: int, seed: int, data: st.DataObject) -> None:
    name, language = data.draw(st.sampled_from(_PAIRS))
    changed = kinds.perturbed(_SENTENCES[language].format(f"W{digits}"), language, name, seed)
    if changed:
        orders = [
            each.value for each in find_entities(changed, date(2026, 11, 16)) if each.kind == "order_id"
        ]
        assert orders == [f"W{digits}"]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=80), seed=st.integers(0, 10**9), pair=st.sampled_from(_PAIRS))
def test_no_text_breaks_a_kind(text: str, seed: int, pair: tuple[str, Language]) -> None:
    changed = kinds.perturbed(text, pair[1], pair[0], seed)
    assert changed is None or (changed != text and changed.strip())


@settings(max_examples=80, deadline=None)
@given(
    text=st.lists(
        st.sampled_from((*_EXACT, "退货", "the coat", "，", ". ", " and ", "不要", "我想", "三件")),
        max_size=9,
    ),
    seed=st.integers(0, 10**6),
    pair=st.sampled_from(_PAIRS),
)
def test_kept_pieces_of_any_mixture_survive(text: list[str], seed: int, pair: tuple[str, Language]) -> None:
    whole = "".join(text)
    changed = kinds.perturbed(whole, pair[1], pair[0], seed)
    pieces = kept_pieces(whole, kinds.KINDS[pair[0]].keeps_words)
    assert changed is None or all(changed.count(piece) >= pieces.count(piece) for piece in pieces)


@pytest.mark.parametrize(("name", "language"), _PAIRS)
def test_the_same_seed_gives_the_same_and_another_something_else(name: str, language: Language) -> None:
    texts = _TEXTS[language]
    first = _written(name, language, texts, 7)
    assert first == _written(name, language, texts, 7)
    # Clauses have one other order, and script one other form.
    if name != "reordering":
        assert any(_written(name, language, texts, seed) != first for seed in (8, 9, 10))


def test_results_are_those_of_every_machine() -> None:
    text = "Where is my parcel, please?"
    assert {seed: kinds.perturbed(text, "en", "typos", seed) for seed in (1, 2)} == {
        1: "Where is my parcel, plesae?",
        2: "Whree is my parcel, please?",
    }
    assert (
        kinds.perturbed("请问退款什么时候能到账？", "zh", "wrong_characters", 1) == "清问退款什么时候能到账？"
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("yes", "en"), ("Yes, please.", "en"), ("ok go ahead", "en"), ("no, leave it", "en"), ("No thanks", "en"), ("don't cancel it", "en"),
        ("W1000001", "en"), ("anna@example.com", "en"), ("yes, return it please", "en"), ("never mind, stop", "en"),
        ("好的", "zh"), ("嗯，确认退货", "zh"), ("不用了，谢谢", "zh"), ("可以的", "zh"), ("算了不退了", "zh"), ("13812345678", "zh"),
        ("是的，麻烦办理", "zh"), ("W1000001", "zh"), ("别取消", "zh"),
    ],
)  # fmt: skip
def test_short_answers_and_bare_numbers_are_left_alone(text: str, language: Language) -> None:
    assert is_answer(text)
    assert all(kinds.perturbed(text, language, name, seed) is None for name in kinds.KINDS for seed in _SEEDS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_requests_are_no_short_answers(language: Language) -> None:
    assert not [text for text in _TEXTS[language] if is_answer(text)]


def test_a_kind_of_the_other_language_does_not_apply() -> None:
    assert kinds.perturbed("我想退货，外套太小了", "zh", "typos", 1) is None
    assert kinds.perturbed("I want to return the coat", "en", "pinyin_slips", 1) is None


def test_unknown_kinds_are_named_with_those_there_are() -> None:
    with pytest.raises(PerturbationError, match=r"'typo'.*typos"):
        kinds.perturbed("I want to return the coat", "en", "typo", 1)
    with pytest.raises(PerturbationError):
        kinds.variants(["I want to return the coat"], "en", ["shouting"], 1)


def test_a_conversation_keeps_its_answers_and_changes_the_rest() -> None:
    messages = ("I want to return the blue jacket", "yes", "W1000001", "How long does the refund take?")
    found = kinds.variant(messages, "en", "typos", 3)
    assert found is not None
    assert found[1:3] == messages[1:3]
    assert found[0] != messages[0]
    assert found[3] != messages[3]


def test_a_conversation_that_nothing_applies_to_is_none() -> None:
    assert kinds.variant(("好的", "W1000001"), "zh", "emoji", 1) is None
    assert kinds.variants(("好的",), "zh", ["emoji", "noise"], 1) == {"emoji": None, "noise": None}


def test_all_kinds_of_the_language_where_none_are_named() -> None:
    assert set(kinds.variants(["我想退货，外套太小了"], "zh")) == {
        name for name, language in _PAIRS if language == "zh"
    }


def test_capitals_change_only_case_and_apostrophes() -> None:
    def plain(text: str) -> str:
        return re.sub("['’]", "", text).casefold()

    for seed in _SEEDS:
        for text, changed in _written("capitals", "en", _TEXTS["en"], seed):
            assert plain(changed) == plain(text)


def test_spacing_changes_only_spaces() -> None:
    for language in _TEXTS:
        for text, changed in _written("spacing", language, _TEXTS[language]):
            assert re.sub(r"\s", "", changed) == re.sub(r"\s", "", text)


def test_punctuation_changes_no_word_and_no_bare_question() -> None:
    for language in _TEXTS:
        for seed in _SEEDS:
            for text, changed in _written("punctuation", language, _TEXTS[language], seed):
                assert re.sub(r"\W", "", changed) == re.sub(r"\W", "", text)
    # Only its mark makes this a question.
    assert all(
        "？" in changed
        for seed in _SEEDS
        for _, changed in _written("punctuation", "zh", ["外套退货了？"], seed)
    )


@pytest.mark.parametrize("name", ["emoji", "politeness", "noise"])
def test_what_is_put_around_leaves_the_message_within(name: str) -> None:
    def letters(text: str) -> str:
        return re.sub(r"[^\w]", "", text).casefold()

    for language in _TEXTS:
        for text, changed in _written(name, language, _TEXTS[language]):
            assert letters(text) in letters(changed)


def test_typos_touch_one_or_two_longer_words_and_make_no_other_word() -> None:
    for seed in _SEEDS:
        for text, changed in _written("typos", "en", _TEXTS["en"], seed):
            before, after = text.split(), changed.split()
            assert len(before) == len(after)
            slips = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
            assert 1 <= len(slips) <= 2
            for old, new in slips:
                assert len(re.sub(r"\W", "", old)) >= 5
                assert re.sub(r"\W", "", new).lower() not in tables.words("words.en.txt")


def test_traditional_characters_come_back_as_simplified_ones() -> None:
    from opencc import OpenCC

    back = OpenCC("t2s")
    for text, changed in _written("simplified_traditional", "zh", _TEXTS["zh"]):
        assert back.convert(changed) == text


def test_wrong_characters_change_few_and_pinyin_leaves_most() -> None:
    for text, changed in _written("wrong_characters", "zh", _TEXTS["zh"]):
        assert len(changed) == len(text)
        assert 1 <= sum(old != new for old, new in zip(text, changed, strict=True)) <= 4
    for text, changed in _written("pinyin_slips", "zh", _TEXTS["zh"]):
        assert detect_language(changed, "zh") == "zh", (text, changed)


def test_most_of_a_message_stays_in_its_own_language() -> None:
    for language in _TEXTS:
        for seed in _SEEDS:
            for text, changed in _written("code_switching", language, _TEXTS[language], seed):
                assert detect_language(changed, language) == language, (text, changed)


@pytest.mark.parametrize(
    ("text", "language", "changed"),
    [
        ("因为尺码不合适，我想把裤子退掉", "zh", "我想把裤子退掉，因为尺码不合适"),
        ("外套太小了，我想退货", "zh", "我想退货，外套太小了"),
        ("如果已经发货了，还能取消订单吗？", "zh", None),
        ("The lamp arrived with a cracked base. I want my money back.", "en", "I want my money back. The lamp arrived with a cracked base."),
        ("Because the kettle arrived broken, I'd like a replacement.", "en", "I'd like a replacement because the kettle arrived broken."),
        ("先退外套，然后我要换裤子", "zh", None),
        ("我想退外套，还想换裤子", "zh", None),
        ("I want to return the coat, then please exchange the boots", "en", None),
        ("I want to return the coat", "en", None),
        ("when will my points show up, I bought the camera", "en", None),
        ("想取消其中一件商品，剩下的照常发货", "zh", None),
        ("Can I return the coat, and how long does the refund take?", "en", None),
    ],
)  # fmt: skip
def test_clauses_change_places_only_where_that_is_safe(
    text: str, language: Language, changed: str | None
) -> None:
    assert kinds.perturbed(text, language, "reordering", 1) == changed


def test_phrases_name_no_number_day_or_answer() -> None:
    for use in ("polite_before", "polite_after", "brusque_after", "greetings", "fillers", "chatter"):
        for language in _TEXTS:
            for phrase in tables.phrases(use, language):
                assert not find_entities(phrase, date(2026, 11, 16)), phrase
                assert not kept_spans(phrase, words=False), phrase


def test_tables_are_broad_and_say_nothing_else() -> None:
    wrong = tables.choices("wrong_characters.tsv")
    assert len(wrong) >= 400
    assert all(len(word) == len(other) for word, others in wrong.items() for other in others)
    assert len(tables.rows("pinyin_slips.tsv", 3)) >= 200
    assert len(tables.choices("code_switching.zh.tsv")) >= 150
    assert {row[1] for row in tables.rows("code_switching.en.tsv", 3)} == {"noun", "verb", "any"}
    # A "not" that comes or goes would turn the message round.
    for word, others in wrong.items():
        for other in others:
            assert [c for c in word if c in "不没别无"] == [c for c in other if c in "不没别无"], (
                word,
                other,
            )


def test_a_broken_table_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    tables.rows.cache_clear()
    monkeypatch.setattr(tables, "_read", lambda name: "退货\t退或\n退款\n")
    with pytest.raises(PerturbationError, match="line 2"):
        tables.rows("any.tsv", 2)
    monkeypatch.setattr(tables, "_read", lambda name: "退货\t退或\n退货\t退贷\n")
    with pytest.raises(PerturbationError, match=r"line 2.*already"):
        tables.rows("other.tsv", 2)
    tables.rows.cache_clear()
