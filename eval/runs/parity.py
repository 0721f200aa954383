"""Whether everyone is served alike: Chinese and English, and the groups of customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eval.retrieval.intervals import Estimate, share
from eval.runs.compare_decisions import by_name, served_alike
from eval.runs.record import Record
from eval.runs.stats import Difference, holm, independent, paired

# Of fewer cases the share says nothing that a gate could rest on.
FEWEST = 5


@dataclass(frozen=True)
class Group:
    """The cases of one value of a group against all others; `p` of the difference, corrected for all of them."""

    group: str
    value: str
    difference: Difference
    p: float

    def json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "value": self.value,
            **self.difference.json(),
            "p_holm": round(self.p, 4),
        }


@dataclass(frozen=True)
class Parity:
    """Differences are Chinese less English; `pairs` of cases that are there in both languages.

    `unpaired` lists cases with a `pair` that has not exactly one case of each language. `gaps` are the widest distances
    between values of a group, in points of share, over values of at least five cases; `copies` the same where the same
    conversation was held by several customers, of whom `alike` is the share of conversations decided alike for all.
    """

    language: Difference | None
    pairs: Difference | None
    groups: tuple[Group, ...]
    gaps: dict[str, float]
    copies: dict[str, float]
    alike: Estimate | None
    not_alike: tuple[str, ...] = ()
    unpaired: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        return {
            "language": self.language.json() if self.language else None,
            "pairs": self.pairs.json() if self.pairs else None,
            "groups": [group.json() for group in self.groups],
            "gaps": {name: round(value, 4) for name, value in self.gaps.items()},
            "copies": {name: round(value, 4) for name, value in self.copies.items()},
            "alike": self.alike.json() if self.alike else None,
            "not_alike": list(self.not_alike),
            "unpaired": list(self.unpaired),
        }

    def scores(self) -> dict[str, float]:
        """By the names that gates use."""
        scores = {f"gap.{name}": value for name, value in self.gaps.items()}
        scores |= {f"gap.{name}.copies": value for name, value in self.copies.items()}
        for name, difference in (("gap.language", self.language), ("gap.language.pairs", self.pairs)):
            if difference:
                scores[name] = abs(difference.value)
        return scores | ({"alike": self.alike.value} if self.alike else {})


@dataclass(frozen=True)
class _Case:
    """What was played of one name, all its trials taken together."""

    name: str
    first: Record
    passed: bool


def parity(records: Iterable[Record]) -> Parity:
    """Compare. A case passes where each of its trials does; cases in other words are left out."""
    trials = by_name(record for record in records if not record.variant)
    cases = [_Case(name, each[0], all(one.passed for one in each)) for name, each in trials.items()]
    pairs, unpaired = _pairs(cases)
    copies = _copies(cases)
    apart = tuple(name for name, each in copies.items() if not served_alike([case.first for case in each]))
    return Parity(
        language=independent(*([case.passed for case in cases if case.first.language == each] for each in ("zh", "en"))),
        pairs=paired([zh.passed for zh, _ in pairs], [en.passed for _, en in pairs]),
        groups=_groups(cases),
        gaps=_gaps(cases),
        copies=_gaps([case for each in copies.values() for case in each]),
        alike=share([name not in apart for name in copies]),
        not_alike=apart,
        unpaired=unpaired,
    )  # fmt: skip


def _pairs(cases: Sequence[_Case]) -> tuple[list[tuple[_Case, _Case]], tuple[str, ...]]:
    """By customer, where several hold the conversation: within a suite, and what is left over among all suites."""
    found: list[tuple[_Case, _Case]] = []
    left = [case for case in cases if case.first.pair]
    for across in (False, True):
        places: dict[tuple[str, str, str], list[_Case]] = {}
        for case in left:
            suite = "" if across else case.first.suite
            places.setdefault((suite, case.first.pair, case.first.customer), []).append(case)
        left = []
        for each in places.values():
            languages = {case.first.language: case for case in each}
            if len(each) == 2 and set(languages) == {"zh", "en"}:
                found.append((languages["zh"], languages["en"]))
            else:
                left += each
    return found, tuple(case.name for case in left)


def _copies(cases: Sequence[_Case]) -> dict[str, list[_Case]]:
    """The conversations that several customers held."""
    found: dict[str, list[_Case]] = {}
    for case in cases:
        found.setdefault(f"{case.first.suite}/{case.first.case}", []).append(case)
    return {name: each for name, each in found.items() if len(each) > 1}


def _values(cases: Iterable[_Case]) -> dict[str, dict[str, list[_Case]]]:
    found: dict[str, dict[str, list[_Case]]] = {}
    for case in cases:
        for group, value in case.first.groups.items():
            found.setdefault(group, {}).setdefault(value, []).append(case)
    return {group: dict(sorted(values.items())) for group, values in sorted(found.items())}


def _groups(cases: Sequence[_Case]) -> tuple[Group, ...]:
    found: list[tuple[str, str, Difference]] = []
    for group, values in _values(cases).items():
        for value, inside in values.items():
            rest = [case.passed for other, each in values.items() if other != value for case in each]
            difference = independent([case.passed for case in inside], rest)
            if difference:
                found.append((group, value, difference))
    corrected = holm([difference.p for _, _, difference in found])
    return tuple(Group(*each, p) for each, p in zip(found, corrected, strict=True))


def _gaps(cases: Iterable[_Case]) -> dict[str, float]:
    found: dict[str, float] = {}
    for group, values in _values(cases).items():
        shares = [_share(inside) for inside in values.values() if len(inside) >= FEWEST]
        if len(shares) > 1:
            found[group] = max(shares) - min(shares)
    return found


def _share(cases: Sequence[_Case]) -> float:
    return sum(case.passed for case in cases) / len(cases)
