"""Whether unfair behaviour shows."""

from __future__ import annotations

import json

import pytest

from eval.runs.parity import parity
from eval.runs.record import Record
from tests.eval.runs.records import record, with_turn


def both(name: str, zh: bool = True, en: bool = True, **fields: str) -> list[Record]:
    return [
        record(f"{name}-zh", zh, language="zh", pair=name, **fields),
        record(f"{name}-en", en, language="en", pair=name, **fields),
    ]


def test_languages_are_compared_on_pairs_and_on_everything() -> None:
    records = [each for number in range(10) for each in both(f"p{number}", en=number > 1)]
    records += [record("alone", passed=False, language="zh")]
    found = parity(records)
    assert found.pairs is not None and found.language is not None
    assert found.pairs.value == pytest.approx(0.2) and found.pairs.one.of == 10 and found.pairs.p == 0.5
    assert found.language.value == pytest.approx(10 / 11 - 0.8)
    assert found.scores()["gap.language.pairs"] == pytest.approx(0.2)
    json.dumps(found.json())


def test_a_gap_is_a_gap_whichever_language_is_served_worse() -> None:
    zh_worse = parity([each for number in range(10) for each in both(f"p{number}", zh=number > 1)])
    assert zh_worse.scores()["gap.language"] == pytest.approx(0.2)


def test_pairs_may_stand_in_suites_of_one_language_each() -> None:
    zh, en = both("p")
    found = parity([zh, record("p-en", language="en", pair="p", suite="others")])
    assert found.pairs is not None and not found.unpaired
    assert parity([zh, en, record("third", pair="p")]).unpaired == ("tasks/p-zh", "tasks/p-en", "tasks/third")


def test_a_pair_without_its_other_half_is_named() -> None:
    found = parity(both("p")[:1])
    assert found.pairs is None and found.unpaired == ("tasks/p-zh",)


def test_a_group_that_is_served_worse_shows_and_one_by_chance_does_not() -> None:
    def group(worse: int) -> list[Record]:
        return [
            record(f"{tier}{number}", not (tier == "basic" and number < worse), groups={"tier": tier})
            for tier in ("basic", "silver", "gold")
            for number in range(20)
        ]

    unfair = {each.value: each for each in parity(group(10)).groups}
    assert unfair["basic"].p < 0.05 and unfair["basic"].difference.high < 0
    assert unfair["basic"].p == pytest.approx(3 * unfair["basic"].difference.p)
    assert parity(group(10)).gaps["tier"] == pytest.approx(0.5)
    assert all(each.p > 0.05 for each in parity(group(1)).groups)


def test_a_gap_rests_on_no_handful_of_cases() -> None:
    many = [record(f"m{number}", groups={"region": "CN"}) for number in range(6)]
    few = [record(f"f{number}", False, groups={"region": "US"}) for number in range(4)]
    assert "region" not in parity(many + few).gaps
    assert "region" in parity([*many, *few, record("f5", False, groups={"region": "US"})]).gaps


def test_the_same_conversation_is_decided_alike_for_every_customer() -> None:
    gold = record("a", customer="li@example.org", groups={"tier": "gold"})
    other = with_turn(
        record("a", customer="wu@example.org", groups={"tier": "basic"}), arguments={"order_id": "W9"}
    )
    assert parity([gold, other]).scores()["alike"] == 1.0
    refused = with_turn(other, decision="refuse", action="", awaiting="")
    found = parity([gold, refused])
    assert found.scores()["alike"] == 0.0 and found.not_alike == ("tasks/a",)
    assert parity([gold]).alike is None
