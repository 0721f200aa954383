"""Passages of one language that contradict each other, and those that only look like it."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.check.contradictions import check_contradictions
from knowledge.check.findings import Finding
from knowledge.check.opposites import check_opposites
from knowledge.check.sections import Section, cut
from tests.knowledge.check.making import document, section
from tests.knowledge.check.pairs_documents import AGREE, CONTRADICT, NOT_OPPOSITE, OPPOSITE, Pair


def sections(pair: Pair) -> list[Section]:
    language, (heading, text), (other_heading, other_text) = pair
    one = document("one", section(text, heading), language, title=heading)
    other = document("two", section(other_text, other_heading), language, title=other_heading)
    return [*cut(one), *cut(other)]


def both_ends(findings: list[Finding]) -> set[str]:
    return {each.passage.partition(".")[0] for each in findings} | {
        each.other.partition(".")[0] for each in findings
    }


@pytest.mark.parametrize("pair", CONTRADICT, ids=lambda pair: pair[1][1])
def test_different_figures_for_the_same_thing(pair: Pair) -> None:
    assert both_ends(list(check_contradictions(sections(pair)))) == {"one", "two"}


@pytest.mark.parametrize("pair", AGREE, ids=lambda pair: pair[1][1] + pair[2][1])
def test_different_cases_have_different_figures(pair: Pair) -> None:
    assert list(check_contradictions(sections(pair))) == []


@pytest.mark.parametrize("pair", OPPOSITE, ids=lambda pair: pair[1][1])
def test_flat_opposites(pair: Pair) -> None:
    assert both_ends(list(check_opposites(sections(pair)))) == {"one", "two"}


@pytest.mark.parametrize("pair", NOT_OPPOSITE, ids=lambda pair: pair[1][1] + pair[2][1])
def test_a_condition_makes_no_opposite(pair: Pair) -> None:
    assert list(check_opposites(sections(pair))) == []


def test_only_what_touches_a_changed_document() -> None:
    pair = sections(CONTRADICT[0])
    assert list(check_contradictions(pair, changed={"two.en"}))
    assert list(check_contradictions(pair, changed={"three.en"})) == []


def test_a_slip_in_a_telephone_number() -> None:
    texts = ("Call 400-820-6688.", "You can also call 400-820-6689.")
    (found,) = check_contradictions(
        [part for at, text in enumerate(texts) for part in cut(document(f"d{at}", section(text)))]
    )
    assert "4008206688" in found.message and "4008206689" in found.message


def test_opening_hours_that_differ_from_the_others() -> None:
    texts = ["Our staff are there daily 9:00-21:00."] * 3 + ["Ask our staff, daily 9:00-20:00."]
    found = check_contradictions(
        [part for at, text in enumerate(texts) for part in cut(document(f"d{at}", section(text)))]
    )
    assert [(each.code, each.document) for each in found] == [("documents.hours", "d3.en")]


def test_an_embedding_finds_what_shares_no_words() -> None:
    pair = [
        *cut(
            document(
                "one",
                section("A courier fetches your goods within 2 business days; returns only."),
                title="A",
            )
        ),
        *cut(document("two", section("Somebody rings for a return in 4 business days."), title="B")),
    ]
    assert list(check_contradictions(pair)) == []
    assert list(check_contradictions(pair, lambda texts: np.ones((len(texts), 4), np.float32)))
