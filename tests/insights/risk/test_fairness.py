"""Unfairness shows: a group that is flagged too often is warned of, one that is not is not."""

from __future__ import annotations

import numpy as np

from insights.risk.fairness import fairness
from insights.risk.report import Fairness, Flag, Profile
from tools.domain import Text

NOTHING = Text("", "")
REGIONS = ("华东", "华南", "华北", "西南")


def people(count: int = 4000) -> dict[str, Profile]:
    return {
        f"C-{n}": Profile("standard", REGIONS[n % 4], "zh" if n % 3 else "en", f"home {n}")
        for n in range(count)
    }


def flagged(*customers: str) -> Flag:
    return Flag("return_abuse", customers, "", 3.0, 0.001, NOTHING, NOTHING)


def names(found: Fairness) -> set[str]:
    return {group.name for group in found.groups if group.warned}


def test_a_group_that_is_flagged_too_often_is_warned_of() -> None:
    found = fairness([flagged(f"C-{4 * number}") for number in range(20)], people())
    assert names(found) == {"华东"} and found.p["region"] < 0.001
    (warning,) = found.warnings
    assert "20 位" in warning.zh and "华东" in warning.zh and "East China" in warning.en


def test_shares_have_their_intervals() -> None:
    found = fairness([flagged("C-0"), flagged("C-0"), flagged("C-4")], people())
    (east,) = (group for group in found.groups if group.name == "华东")
    assert (east.flagged.part, east.flagged.whole) == (2, 1000)
    assert east.flagged.low < 0.002 < east.flagged.high


def test_a_ring_is_one_event_and_so_is_a_door() -> None:
    everybody = people()
    ring = flagged(*(f"C-{4 * number}" for number in range(20)))
    assert not names(fairness([ring], everybody))
    shared = {key: Profile("standard", p.region, p.language, "one door") for key, p in everybody.items()}
    assert not names(fairness([flagged(f"C-{4 * number}") for number in range(20)], shared))


def test_flags_by_chance_are_no_group_effect() -> None:
    rng, everybody = np.random.default_rng(7), people()
    warned = 0
    for _ in range(50):
        chosen = rng.choice(list(everybody), 30, replace=False)
        warned += bool(names(fairness([flagged(str(each)) for each in chosen], everybody)))
    assert warned <= 8


def test_no_flags_no_customers() -> None:
    assert fairness([], {}).groups == ()
    assert all(group.p == 1 for group in fairness([], people()).groups)
