"""A run in figures: shares with intervals by everything that cases are told apart by, and the scores of gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.retrieval.intervals import Estimate, mean, share
from eval.runs.compare_decisions import by_name, same_outcome
from eval.runs.parity import Parity, parity
from eval.runs.record import Record, Timing
from eval.runs.stats_times import percentiles
from eval.scorers.registry import ALWAYS, EXPECTED

PERTURBED = "perturbed"
SCORERS = (*EXPECTED, *ALWAYS)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many, and the share with its 95 % interval."""

    yes: int
    of: int
    share: Estimate

    def json(self) -> dict[str, float]:
        return {"yes": self.yes, **self.share.json()}

    def __str__(self) -> str:
        return f"{self.yes}/{self.of} {self.share}"


@dataclass(frozen=True)
class Summary:
    """Shares of cases that passed, by dimension and value; a case passes where each of its trials does.

    Cases in other words (with a `variant`) are counted in `kind.perturbation`, `perturbation.*`, `consistency*` and
    `check.*.perturbed`, and nowhere else. `times` are seconds.
    """

    all: Tally | None
    by: dict[str, dict[str, Tally]]
    checks: dict[str, Tally]
    consistency: dict[str, Tally]
    means: dict[str, Estimate]
    times: dict[str, float]
    parity: Parity
    errors: int
    flaky: tuple[str, ...] = ()
    without_base: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        return {
            "all": self.all.json() if self.all else None,
            "by": {name: _tallies(values) for name, values in self.by.items()},
            "checks": _tallies(self.checks),
            "consistency": _tallies(self.consistency),
            "means": {name: each.json() for name, each in self.means.items()},
            "times": {name: round(each, 4) for name, each in self.times.items()},
            "parity": self.parity.json(),
            "errors": self.errors,
            "flaky": list(self.flaky),
            "without_base": list(self.without_base),
            "scores": {name: round(each, 6) for name, each in self.scores.items()},
        }


def summary(
    records: Iterable[Record], timings: Iterable[Timing] = (), scorers: Sequence[str] = SCORERS
) -> Summary:
    """Sum up. `scorers` names those that looked at the cases: where one of these found nothing, that counts as right."""
    played = sorted(records, key=lambda record: record.key)
    plain = by_name(record for record in played if not record.variant)
    varied = by_name(record for record in played if record.variant)
    consistency, without_base = _consistency(varied, {record.key: record for record in played})
    found = Summary(
        all=_passed(plain.values()),
        by=_by(plain, varied),
        checks=_checks(plain, varied, scorers),
        consistency=consistency,
        means=_means(plain),
        times=percentiles(played, timings),
        parity=parity(record for trials in plain.values() for record in trials),
        errors=sum(bool(record.error) for record in played),
        flaky=tuple(
            name for name, trials in (plain | varied).items() if len({each.passed for each in trials}) > 1
        ),
        without_base=without_base,
    )
    found.scores.update(_scores(found))
    return found


def in_slice(record: Record, name: str) -> bool:
    """Whether a record is of `kind.safety`, `tag.money`, `suite.tasks`, `language.zh`, `group.tier.gold` …"""
    return any(f"{dimension}.{value}" == name for dimension, value in _slices(record))


def _by(plain: Mapping[str, list[Record]], varied: Mapping[str, list[Record]]) -> dict[str, dict[str, Tally]]:
    sorted_out: dict[str, dict[str, list[list[Record]]]] = {}
    for trials in plain.values():
        for dimension, value in dict.fromkeys(_slices(trials[0])):
            if (dimension, value) != ("kind", "perturbation"):
                sorted_out.setdefault(dimension, {}).setdefault(value, []).append(trials)
    for trials in varied.values():
        for dimension, value in (("kind", "perturbation"), ("perturbation", _way(trials[0]))):
            sorted_out.setdefault(dimension, {}).setdefault(value, []).append(trials)
    return {name: _each(values, _passed) for name, values in sorted(sorted_out.items())}


def _slices(record: Record) -> list[tuple[str, str]]:
    return [
        ("kind", record.kind), ("suite", record.suite), ("language", record.language),
        *(("intent", intent) for intent in record.intents), *(("tag", tag) for tag in record.tags),
        *((f"group.{name}", value) for name, value in sorted(record.groups.items())),
    ]  # fmt: skip


def _way(record: Record) -> str:
    """The kind of perturbation; behind `#` stands which of several."""
    return record.variant.split("#")[0]


def _checks(
    plain: Mapping[str, list[Record]], varied: Mapping[str, list[Record]], scorers: Sequence[str]
) -> dict[str, Tally]:
    """Of cases with none, and with a perturbation: in how many a scorer found nothing."""
    found: dict[str, Tally] = {}
    finding = {
        each.scorer
        for cases in (plain, varied)
        for trials in cases.values()
        for one in trials
        for each in one.findings
    }
    for scorer in sorted({*scorers, *finding}):
        for name, cases in ((scorer, plain), (f"{scorer}.{PERTURBED}", varied)):
            tally = _tally([not any(_finds(each, scorer) for each in trials) for trials in cases.values()])
            if tally:
                found[name] = tally
    return found


def _finds(record: Record, scorer: str) -> bool:
    # Of a case that was stopped nobody knows what would have been found.
    return bool(record.error) or any(finding.scorer == scorer for finding in record.findings)


def _consistency(
    varied: Mapping[str, list[Record]], records: Mapping[str, Record]
) -> tuple[dict[str, Tally], tuple[str, ...]]:
    flags: dict[str, list[bool]] = {}
    without_base: list[str] = []
    for name, trials in varied.items():
        bases = [records.get(record.base) for record in trials]
        if any(base is None for base in bases):
            without_base.append(name)
            continue
        same = all(base and same_outcome(base, each) for base, each in zip(bases, trials, strict=True))
        for group in ("", _way(trials[0])):
            flags.setdefault(group, []).append(same)
    return _each(flags, _tally), tuple(without_base)


def _means(plain: Mapping[str, list[Record]]) -> dict[str, Estimate]:
    values: dict[str, list[float]] = {}
    for trials in plain.values():
        for name in sorted({name for record in trials for name in record.scores}):
            given = [record.scores[name] for record in trials if name in record.scores]
            values.setdefault(name, []).append(sum(given) / len(given))
    return {name: found for name, each in sorted(values.items()) if (found := mean(each))}


def _passed(cases: Iterable[Sequence[Record]]) -> Tally | None:
    return _tally([all(record.passed for record in trials) for trials in cases])


def _tally(flags: Sequence[bool]) -> Tally | None:
    found = share(flags)
    return Tally(sum(flags), len(flags), found) if found else None


def _each(groups: Mapping[str, Any], tally: Callable[[Any], Tally | None]) -> dict[str, Tally]:
    return {name: found for name, values in sorted(groups.items()) if (found := tally(values))}


def _tallies(values: Mapping[str, Tally]) -> dict[str, dict[str, float]]:
    return {name or "all": each.json() for name, each in values.items()}


def _scores(found: Summary) -> dict[str, float]:
    """Everything by one name, for gates."""
    scores = {"errors": float(found.errors), "flaky": float(len(found.flaky))}
    scores |= {"without_base": float(len(found.without_base))}
    if found.all:
        scores["all"] = found.all.share.value
    for dimension, values in found.by.items():
        scores |= {f"{dimension}.{value}": tally.share.value for value, tally in values.items()}
    scores |= {f"check.{name}": tally.share.value for name, tally in found.checks.items()}
    for name, tally in found.consistency.items():
        scores["consistency" + (f".{name}" if name else "")] = tally.share.value
    scores |= {f"score.{name}": each.value for name, each in found.means.items()}
    return scores | found.times | found.parity.scores()
