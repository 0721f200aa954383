"""Scorers of others: a broken one stops the run and is named; none can take the place of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from eval.cases.schema import Case
from eval.runs.record import Finding
from eval.scorers import registry
from eval.scorers.registry import ALWAYS, EXPECTED, GROUP, BadScorer, added, findings
from eval.scorers.subject import Played
from tests.eval.scorers.playing_by_hand import a_case, a_play, a_turn


def polite(_case: Case, played: Played) -> Iterable[Finding]:
    for number, turn in enumerate(played.turns):
        if "please" not in turn.record.reply:
            yield Finding("polite", "says no please", number)


@pytest.fixture(autouse=True)
def points(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """The entry points of installed packages; a test adds its own."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(registry, "entry_points", lambda group: found if group == GROUP else [])
    added.cache_clear()
    yield found
    added.cache_clear()


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def test_a_scorer_of_others_is_asked_as_well() -> None:
    found = findings(a_case(), a_play(a_turn("No.")), {"polite": polite})
    assert found == (Finding("polite", "says no please", 0),)


def test_a_scorer_is_loaded_by_its_entry_point(points: list[EntryPoint]) -> None:
    points += [point("second", "operator:add"), point("first", "operator:mul")]
    assert list(added()) == ["first", "second"]


@pytest.mark.parametrize("value", ["no_such_module:score", "operator:no_such_thing"])
def test_one_that_cannot_be_loaded_is_named(points: list[EntryPoint], value: str) -> None:
    points.append(point("polite", value))
    with pytest.raises(BadScorer, match=f"the scorer 'polite' of {value} cannot be loaded"):
        findings(a_case(), a_play(a_turn()))


@pytest.mark.parametrize("name", ["privacy", "decision"])
def test_one_with_the_name_of_ours_is_refused(points: list[EntryPoint], name: str) -> None:
    points.append(point(name, "operator:add"))
    with pytest.raises(BadScorer, match=f"{name!r} of operator:add has the name of another"):
        added()


def test_two_of_one_name_are_refused(points: list[EntryPoint]) -> None:
    points += [point("polite", "operator:add"), point("polite", "operator:mul")]
    with pytest.raises(BadScorer, match="has the name of another"):
        added()


def _fails(_case: Case, _played: Played) -> Iterable[Finding]:
    yield Finding("polite", "x")
    raise KeyError("lost")


@pytest.mark.parametrize(
    ("scorer", "why"),
    [
        (_fails, "failed at case one: KeyError: 'lost'"),
        (lambda _case, _played: ["wrong"], "gave something else than a Finding at case one"),
        (lambda _case, _played: None, "failed at case one: TypeError"),
        ("no function", "failed at case one: TypeError"),
    ],
)
def test_one_that_fails_is_named_with_the_case(scorer: Any, why: str) -> None:
    with pytest.raises(BadScorer, match=f"the scorer 'polite' {why}"):
        findings(a_case(), a_play(a_turn()), {"polite": scorer})


def test_a_check_is_left_out_only_where_the_case_says_so() -> None:
    turn = a_turn("It is for Emma Clark.")
    played = a_play(turn, private={"C0006": ("Emma Clark",)})
    assert "privacy" in [each.scorer for each in findings(a_case(), played, {})]
    assert "privacy" not in [each.scorer for each in findings(a_case(unchecked=["privacy"]), played, {})]
    assert not set(EXPECTED) & set(ALWAYS)


def test_the_same_twice_is_told_once() -> None:
    same = Finding("polite", "x", 0)
    assert findings(a_case(), a_play(a_turn()), {"polite": lambda _case, _played: [same, same]}) == (same,)
