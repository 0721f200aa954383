"""Phrase banks hold together, and a broken one says what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from eval.cases.errors import BadSuite
from eval.customers.bank import HERE, bundled_bank, load_bank, placeholders
from eval.customers.situations import SITUATIONS
from tools.domain import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
MANNERS = {
    "plain", "terse", "chatty", "impatient", "confused", "typing", "several_at_once", "changes_mind",
}  # fmt: skip
RARE = {"fault", "complaint"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bundled_banks_are_rich(language: Language) -> None:
    bank = bundled_bank(language)
    assert bank.language == language and bank.manners.keys() == MANNERS
    for situation, by_manner in bank.phrases.items():
        sentences = [each for spoken in by_manner.values() for each in spoken]
        least = 6 if situation in RARE or situation.startswith(("reason.", "correct.", "open.update")) else 8
        assert len(sentences) >= least, situation
        for manner, spoken in by_manner.items():
            assert len(set(spoken)) == len(spoken), (situation, manner)


def test_both_languages_have_the_same_manners_with_the_same_traits() -> None:
    zh, en = bundled_bank("zh"), bundled_bank("en")
    assert {name: each.model_dump(exclude={"about"}) for name, each in zh.manners.items()} == {
        name: each.model_dump(exclude={"about"}) for name, each in en.manners.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_typos_differ_from_what_they_stand_for_and_occur(language: Language) -> None:
    bank = bundled_bank(language)
    everything = " ".join(e for by in bank.phrases.values() for spoken in by.values() for e in spoken)
    for right, wrong in bank.typos.items():
        assert right != wrong and right in everything, right


def test_a_manner_without_words_of_its_own_uses_the_plain_ones() -> None:
    bank = bundled_bank("en")
    assert bank.sentences("push_back", "typing") == bank.phrases["push_back"]["plain"]
    assert bank.sentences("confirm", "terse") == bank.phrases["confirm"]["terse"]


def test_placeholders_are_the_names_in_braces() -> None:
    assert (
        placeholders("{items}, order {order}") == {"items", "order"} and placeholders("none") == frozenset()
    )


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    values = yaml.safe_load((HERE / "phrases.en.yaml").read_text("utf-8"))
    change(values)
    path = folder / "phrases.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (lambda v: v["phrases"].pop("thanks"), "phrases", "the situation `thanks` is missing"),
        (lambda v: v["phrases"]["thanks"].pop("plain"), "phrases.thanks", "sentences of the manner `plain`"),
        (lambda v: v["phrases"]["items"]["plain"].append("The {itmes}"), "phrases.items.plain", "{itmes}; is `items`"),
        (lambda v: v["phrases"]["order_id"]["plain"].append("That one"), "phrases.order_id.plain", "{order} is missing"),
        (lambda v: v["phrases"]["thanks"]["plain"].append("Thanks {name"), "phrases.thanks.plain", "Thanks {name"),
        (lambda v: v["phrases"]["thanks"].update(tense=["Ta"]), "phrases.thanks.tense", "unknown manner; is `terse`"),
        (lambda v: v["phrases"].update(thank={"plain": ["Thanks"]}), "phrases.thank", "is `thanks` meant?"),
        (lambda v: v["phrases"]["open.return_item"].update(terse=["return {items}"]), "terse", "do without {items}"),
        (lambda v: v["manners"].pop("plain"), "manners", "the manner `plain` is missing"),
        (lambda v: v["manners"]["terse"].update(tells=2), "manners.terse.tells", "less than or equal to 1"),
        (lambda v: v["manners"]["terse"].update(tell=1), "manners.terse.tell", "unknown field"),
    ],
)  # fmt: skip
def test_a_broken_bank_names_file_line_and_key(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], where: str, what: str
) -> None:
    path = changed(tmp_path, change)
    with pytest.raises(BadSuite) as bad:
        load_bank(path)
    told = [each for each in bad.value.problems if where in each and what in each]
    assert told and all(each.startswith(f"{path}:") and each.split(":")[1].isdigit() for each in told)


def test_every_situation_can_be_said_with_what_it_needs() -> None:
    for language in LANGUAGES:
        bank = bundled_bank(language)
        for name, situation in SITUATIONS.items():
            for manner in bank.manners:
                assert any(placeholders(each) <= situation.must for each in bank.sentences(name, manner))
