"""Two runs beside each other: what got better, what got worse, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import to_builtins

from eval.runs.compare_decisions import by_name, decisions, digest
from eval.runs.record import Record, TurnRecord
from eval.runs.run import Run
from eval.runs.stats import Difference, holm, paired

ALPHA = 0.05
PERTURBED = "perturbed"
# What is worth showing of a turn; trace and latency differ without anything being different.
SHOWN = (
    "say", "reply", "language", "decision", "rule", "action", "arguments", "awaiting", "receipt", "slots", "cites",
    "quick_replies", "understood", "dropped",
)  # fmt: skip

Way = Literal["better", "worse", "failed_otherwise", "changed", "only_before", "only_after", "flaky"]
WAYS: tuple[Way, ...] = (
    "worse", "better", "failed_otherwise", "changed", "flaky", "only_before", "only_after",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One turn of both runs, and the fields in which it differs; None where a conversation was shorter."""

    turn: int
    before: TurnRecord | None
    after: TurnRecord | None
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A case of two runs, or of two trials of one run (`flaky`, with the name of the run in `of`)."""

    way: Way
    key: str
    before: Record | None
    after: Record | None
    of: str = ""

    def rows(self) -> tuple[Row, ...]:
        """Side by side, turn by turn."""
        before = self.before.turns if self.before else ()
        after = self.after.turns if self.after else ()
        return tuple(
            _row(turn, *(turns[turn] if turn < len(turns) else None for turns in (before, after)))
            for turn in range(max(len(before), len(after)))
        )

    def json(self) -> dict[str, Any]:
        rows = [
            {"turn": row.turn, "differs": list(row.differs), "before": _shown(row.before), "after": _shown(row.after)}
            for row in self.rows()
        ]  # fmt: skip
        found = {name: _judged(record) for name, record in (("before", self.before), ("after", self.after))}
        return {"key": self.key, **({"run": self.of} if self.of else {}), **found, "turns": rows}


@dataclass(frozen=True)
class Test:
    """Cases of both runs: after less before, McNemar's exact `p`, and `p` as it holds among all that were tested."""

    __test__ = False

    name: str
    better: int
    worse: int
    difference: Difference
    p: float

    @property
    def significant(self) -> bool:
        return self.p < ALPHA

    def json(self) -> dict[str, Any]:
        return {
            "name": self.name, "better": self.better, "worse": self.worse,
            "after": self.difference.one.json(), "before": self.difference.other.json(),
            "difference": round(self.difference.value, 4), "low": round(self.difference.low, 4),
            "high": round(self.difference.high, 4), "p": round(self.difference.p, 6), "p_holm": round(self.p, 6),
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Everything that differs. `versions` and `settings` are by name, before and after; None where one has none."""

    before: str
    after: str
    pairs: tuple[Pair, ...]
    same: int
    tests: tuple[Test, ...]
    versions: dict[str, tuple[str | None, str | None]]
    settings: dict[str, tuple[Any, Any]]

    def of(self, way: Way) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.way == way)

    @property
    def verdict(self) -> str:
        """better, worse or "no significant difference" of all cases; "the same" where nothing differs."""
        if not self.tests:
            return "nothing in common"
        if not self.pairs:
            return "the same"
        whole = self.tests[0]
        if not whole.significant:
            return "no significant difference"
        return "better" if whole.difference.value > 0 else "worse"

    def json(self, turns: bool = True) -> dict[str, Any]:
        """With `turns`, every pair with its turns side by side, else only the keys."""
        return {
            "before": self.before, "after": self.after, "verdict": self.verdict, "same": self.same,
            "counts": {way: len(self.of(way)) for way in WAYS},
            "tests": [test.json() for test in self.tests],
            "versions": {name: list(each) for name, each in self.versions.items()},
            "settings": {name: list(each) for name, each in self.settings.items()},
            **{way: [pair.json() if turns else pair.key for pair in self.of(way)] for way in WAYS},
        }  # fmt: skip


def compare(before: Run, after: Run) -> Comparison:
    """Set two runs beside each other, case by case."""
    old, new = ({record.key: record for record in run.records} for run in (before, after))
    pairs = [_pair(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    found = [pair for pair in pairs if pair]
    for name, run in (("before", before), ("after", after)):
        found += _flaky(name, run.records)
    return Comparison(
        before=before.manifest.id,
        after=after.manifest.id,
        pairs=tuple(found),
        same=sum(pair is None for pair in pairs),
        tests=_tests(before.records, after.records),
        versions=_differing(before.manifest.versions, after.manifest.versions),
        settings=_differing(*(_settings(run) for run in (before, after))),
    )


def _pair(key: str, before: Record | None, after: Record | None) -> Pair | None:
    way = _way(before, after)
    return Pair(way, key, before, after) if way else None


def _way(before: Record | None, after: Record | None) -> Way | None:
    if before is None or after is None:
        return "only_after" if before is None else "only_before"
    if before.passed != after.passed:
        return "better" if after.passed else "worse"
    if before.passed:
        return None if _told(before) == _told(after) else "changed"
    same = (_told(before), before.findings, before.error) == (_told(after), after.findings, after.error)
    return None if same else "failed_otherwise"


def _told(record: Record) -> str:
    """What was decided and what was replied."""
    return digest([decisions(record), [turn.reply for turn in record.turns]])


def _flaky(of: str, records: Iterable[Record]) -> list[Pair]:
    """The first trial beside the first that is unlike it."""
    found: list[Pair] = []
    for name, trials in sorted(by_name(records).items()):
        first, *others = sorted(trials, key=lambda record: record.trial)
        unlike = next((each for each in others if _way(first, each)), None)
        if unlike:
            found.append(Pair("flaky", name, first, unlike, of))
    return found


def _tests(before: Sequence[Record], after: Sequence[Record]) -> tuple[Test, ...]:
    old, new = ({name: _passed(each) for name, each in by_name(run).items()} for run in (before, after))
    members: dict[str, list[str]] = {}
    for name, trials in sorted(by_name(after).items()):
        if name in old:
            varied = bool(trials[0].variant)
            for test in (PERTURBED,) if varied else ("all", f"suite.{trials[0].suite}"):
                members.setdefault(test, []).append(name)
    order = sorted(members, key=lambda test: (test != "all", test))
    found = [
        (test, paired([new[each] for each in members[test]], [old[each] for each in members[test]]))
        for test in order
    ]
    known = [(test, difference) for test, difference in found if difference]
    corrected = holm([difference.p for _, difference in known])
    return tuple(
        Test(
            test,
            sum(new[each] and not old[each] for each in members[test]),
            sum(old[each] and not new[each] for each in members[test]),
            difference,
            p,
        )
        for (test, difference), p in zip(known, corrected, strict=True)
    )


def _passed(trials: Iterable[Record]) -> bool:
    return all(record.passed for record in trials)


def _settings(run: Run) -> dict[str, Any]:
    manifest = run.manifest
    options = {f"options.{name}": value for name, value in manifest.options.items()}
    return {
        "cases": manifest.cases, "suites": list(manifest.suites), "of": manifest.of, "played": len(run.records),
        "seed": manifest.seed, "trials": manifest.trials, "machine": manifest.machine, **options,
    }  # fmt: skip


def _differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _row(turn: int, before: TurnRecord | None, after: TurnRecord | None) -> Row:
    if before is None or after is None:
        return Row(turn, before, after, SHOWN)
    return Row(
        turn, before, after, tuple(name for name in SHOWN if getattr(before, name) != getattr(after, name))
    )


def _shown(turn: TurnRecord | None) -> dict[str, Any] | None:
    return {name: to_builtins(getattr(turn, name)) for name in SHOWN} if turn else None


def _judged(record: Record | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {
        "passed": record.passed, "findings": to_builtins(record.findings), "error": record.error,
        "changes": to_builtins(record.changes),
    }  # fmt: skip
