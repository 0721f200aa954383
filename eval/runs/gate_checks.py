"""The single checks of a gate. What cannot be told is not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from eval.runs.compare_decisions import name_of
from eval.runs.gate_baseline import Baseline, Entry, differing, entry_of, unfinished
from eval.runs.gate_file import Gate, GateFile, Limit, Signed
from eval.runs.record import Record
from eval.runs.run import Run
from eval.runs.summary import SCORERS, in_slice, summary

# What a run tells of itself in `Manifest.options`: what narrowed the choice of cases, and who looked at them.
FILTERS = "filters"
CHOICE = ("tag", "lang", "case", "intent", "limit")
LOOKED = "scorers"

_WAYS = {
    "changed": ("decisions", "are decided otherwise than in the signed run"),
    "values": ("values", "have other figures, citations or languages in their replies"),
    "reworded": ("templates", "have other words from templates or documents"),
    "rephrased": ("model", "have other words of the language model, or others were let through"),
}


@dataclass(frozen=True)
class Check:
    """One thing that was asked for: what was found, what was allowed, and why it fails."""

    name: str
    ok: bool
    found: str
    limit: str
    why: str = ""
    keys: tuple[str, ...] = field(default=())

    def json(self) -> dict[str, Any]:
        return {
            "name": self.name, "ok": self.ok, "found": self.found, "limit": self.limit, "why": self.why,
            "keys": list(self.keys),
        }  # fmt: skip


def whole(run: Run, counted: Sequence[Record]) -> list[Check]:
    """The run has ended, and there is something to judge."""
    problems = unfinished(run)
    played = f"{len(run.records)} of {run.manifest.of}"
    checks = [Check("run", not problems, played, "all cases", "; ".join(problems))]
    if not counted:
        checks.append(
            Check("only", False, "0 cases", "at least 1", "no case of the run counts for this gate")
        )
    return checks


def needs(run: Run, gate: Gate, counted: Sequence[Record]) -> list[Check]:
    """Each suite was run, and nothing of it left out."""
    suites = {record.suite for record in counted}
    # A suite of perturbations has no cases of its own: its variants stand in the suites that they are taken from.
    if any(record.variant for record in counted):
        suites |= set(run.manifest.suites) - {record.suite for record in run.records}
    return [_need(run, gate, pattern, suites) for pattern in gate.needs]


def _need(run: Run, gate: Gate, pattern: str, suites: set[str]) -> Check:
    wanted = sorted(name for name in {*run.manifest.suites, *suites} if fnmatchcase(name, pattern))
    empty = [name for name in wanted if name not in suites]
    why = "" if gate.only else _left_out(run.manifest.options)
    if not wanted:
        why = "the suite was not run"
    elif empty:
        why = f"no case of {', '.join(empty)} was played"
    return Check(f"needs {pattern}", not why, ", ".join(wanted) or "not run", "run wholly", why)


def _left_out(options: Mapping[str, Any]) -> str:
    """Why the run may not hold all cases of its suites."""
    choice = options.get(FILTERS, options)
    if not isinstance(choice, Mapping) or (
        FILTERS not in options and not any(name in choice for name in CHOICE)
    ):
        return f"the run does not tell whether cases were left out ({', '.join(CHOICE)} in its options)"
    chosen = {name: choice[name] for name in CHOICE if choice.get(name) not in (None, (), [], "")}
    return f"only some cases were chosen: {chosen}" if chosen else ""


def scores(run: Run, gate: Gate, counted: Sequence[Record]) -> list[Check]:
    """Each score is known and lies within its limits."""
    scorers = run.manifest.options.get(LOOKED, SCORERS)
    known: dict[str, dict[str, float]] = {}
    checks: list[Check] = []
    for name, limit in gate.scores.items():
        figure, at, part = name.partition("@")
        if part not in known:
            slices = part.split("@") if at else []
            chosen = [record for record in counted if all(in_slice(record, each) for each in slices)]
            known[part] = summary(chosen, run.timings, scorers).scores if chosen else {}
        checks.append(_score(name, limit, known[part].get(figure), _nearby(figure, known[part])))
    return checks


def _score(name: str, limit: Limit, value: float | None, nearby: str) -> Check:
    if value is None:
        why = f"the run has no such score: {nearby or 'no case is of this part'}"
        return Check(name, False, "unknown", str(limit), why)
    ok = limit.fits(value)
    return Check(name, ok, f"{value:.4g}", str(limit), "" if ok else "outside its limit")


def _nearby(figure: str, known: dict[str, float]) -> str:
    family = figure.split(".")[0]
    names = [name for name in known if name.split(".")[0] == family] or list(known)
    return f"there are {', '.join(sorted(names)[:12])}" if names else ""


def always(gate: Gate, counted: Sequence[Record]) -> list[Check]:
    """Every case that a pattern fits passes. Cases in other words are judged by `consistency`."""
    return [_always(pattern, [record for record in counted if not record.variant]) for pattern in gate.always]


def _always(pattern: str, plain: Sequence[Record]) -> Check:
    chosen = [record for record in plain if _fits(record, pattern)]
    failed = tuple(record.key for record in chosen if not record.passed)
    why = f"{len(failed)} cases fail" if failed else "" if chosen else "no case fits"
    found = f"{len(chosen) - len(failed)} of {len(chosen)}"
    return Check(f"always {pattern}", not why, found, "every one passes", why, failed)


def _fits(record: Record, pattern: str) -> bool:
    kind, _, wanted = pattern.partition(":")
    values = {
        "case": (record.key, name_of(record), f"{record.suite}/{record.case}"), "intent": record.intents,
        "kind": (record.kind,), "language": (record.language,), "suite": (record.suite,), "tag": record.tags,
    }[kind]  # fmt: skip
    return any(fnmatchcase(value, wanted) for value in values)


def against(
    run: Run, gate: GateFile, allowed: Signed, baseline: Baseline, counted: Sequence[Record]
) -> list[Check]:
    """The cases are those that were signed, and no more of them differ than are allowed to."""
    now = {record.key: entry_of(record) for record in counted}
    then = [(key, entry) for key, entry in sorted(baseline.entries.items()) if _counts(gate, entry)]
    return [
        _same_cases(run, baseline, then, now),
        _lost(then, now, allowed.lost),
        *(
            _limited(name, differing(then, now, digest), limit, what)
            for name, (digest, what) in _WAYS.items()
            if (limit := getattr(allowed, name)) is not None
        ),
        *(_version(name, baseline.versions.get(name), run.manifest.versions.get(name)) for name in gate.gate.versions),
    ]  # fmt: skip


def _counts(gate: GateFile, entry: Entry) -> bool:
    only = gate.gate.only
    return only is None or only.takes(entry.suite, entry.kind, entry.language, entry.tags)


def _same_cases(
    run: Run, baseline: Baseline, then: Sequence[tuple[str, Entry]], now: dict[str, Entry]
) -> Check:
    signed, everything = {key for key, _ in then}, {record.key for record in run.records}
    gone, new = sorted(signed - now.keys()), sorted(now.keys() - signed)
    why: list[str] = []
    if not signed & now.keys():
        why.append("the run and the baseline have no case in common")
    if gone:
        why.append(f"{len(gone)} signed cases were not played")
    if new:
        why.append(f"{len(new)} cases are not signed")
    # Of a part of what was signed there is no hash to go by.
    if everything == baseline.entries.keys() and baseline.cases != run.manifest.cases:
        why.append("cases of the same names are not as they were when signed")
    if baseline.seed != run.manifest.seed:
        why.append(f"the seed is {run.manifest.seed}, that of the signed run is {baseline.seed}")
    found = f"{len(signed & now.keys())} in common"
    return Check("same cases", not why, found, f"the {len(signed)} signed", "; ".join(why), (*gone, *new))


def _lost(then: Sequence[tuple[str, Entry]], now: dict[str, Entry], limit: int) -> Check:
    lost = tuple(key for key, entry in then if entry.passed and key in now and not now[key].passed)
    return _limited("lost", lost, limit, "passed in the signed run and fail now")


def _limited(name: str, keys: tuple[str, ...], limit: int, what: str) -> Check:
    ok = len(keys) <= limit
    return Check(
        name, ok, str(len(keys)), f"at most {limit}", "" if ok else f"{len(keys)} cases {what}", keys
    )


def _version(name: str, then: str | None, now: str | None) -> Check:
    if then and then == now:
        return Check(f"version {name}", True, now, "as signed")
    if not then or not now:
        why = f"the {'run' if then else 'baseline'} does not tell it"
    else:
        why = f"it was {then} when the gate was signed"
    return Check(f"version {name}", False, now or "unknown", "as signed", why)
