"""Whom the flags fall on: the share of flagged customers by group, and whether groups differ beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from insights.risk.report import Dimension, Fairness, Flag, Group, Profile
from insights.risk.wording import said, word
from insights.satisfaction.shares import share
from tools.domain import Text

DIMENSIONS: tuple[Dimension, ...] = ("tier", "region", "language")
WARNED = 0.05


def fairness(flags: Sequence[Flag], customers: Mapping[str, Profile]) -> Fairness:
    """The groups of every dimension, those that are flagged most often first; customers that are unknown are left out."""
    found = {dimension: _groups(dimension, flags, customers) for dimension in DIMENSIONS}
    groups = tuple(group for those in found.values() for group in those)
    p = {name: min((group.p for group in those), default=1.0) for name, those in found.items()}
    return Fairness(groups, p, tuple(_warning(group) for group in groups if group.warned))


def _groups(
    dimension: Dimension, flags: Sequence[Flag], customers: Mapping[str, Profile]
) -> tuple[Group, ...]:
    names = {key: str(getattr(profile, dimension)) for key, profile in customers.items()}
    sizes = Counter(names.values())
    hit = Counter(names[key] for key in {each for flag in flags for each in flag.customers} & names.keys())
    told = _events(flags, customers)
    events = Counter(name for those in told for name in {str(getattr(each, dimension)) for each in those})
    of_all = [
        _group(dimension, name, (hit[name], size), (events[name], len(told)), len(names), len(sizes))
        for name, size in sizes.items()
    ]
    return tuple(sorted(of_all, key=lambda group: (-(group.flagged.value or 0), group.name)))


def _events(flags: Sequence[Flag], customers: Mapping[str, Profile]) -> list[frozenset[Profile]]:
    """Whom each flag is about; whoever has several flags, or lives where another was flagged, counts once."""
    counted: set[str] = set()
    found = []
    for flag in flags:
        fresh = {
            each: customers[each] for each in flag.customers if each in customers and each not in counted
        }
        homes = {profile.home for profile in fresh.values() if profile.home}
        if fresh and not homes & counted:
            found.append(frozenset(fresh.values()))
        counted |= fresh.keys() | homes
    return found


def _group(
    dimension: Dimension, name: str, flagged: tuple[int, int], events: tuple[int, int], everybody: int, groups: int
) -> Group:  # fmt: skip
    from scipy.stats import hypergeom

    (_, size), (here, total) = flagged, events
    drawn = (everybody, size, min(total, everybody))
    more, less = float(hypergeom.sf(here - 1, *drawn)), float(hypergeom.cdf(here, *drawn))
    p = min(1.0, 2 * min(more, less) * groups)
    return Group(dimension, name, share(*flagged), p, p <= WARNED and more < less)


def _warning(group: Group) -> Text:
    dimension, name = word("dimension", group.dimension), word("group", group.name)
    low, high, value = group.flagged.low, group.flagged.high, group.flagged.value
    numbers = {
        "part": group.flagged.part,
        "whole": group.flagged.whole,
        "value": value,
        "low": low,
        "high": high,
        "p": group.p,
    }
    told = [
        said("warning", "evidence", numbers | {"dimension": dimension.in_(language), "name": name.in_(language)})
        for language in ("zh", "en")
    ]  # fmt: skip
    return Text(told[0].zh, told[1].en)
