"""What `kefu eval list` shows: suites, cases, runs, perturbations, scorers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.settings import Settings

Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def listing(
    settings: Settings, names: Sequence[str], cases: bool, runs: bool, perturbations: bool, scorers: bool
) -> Table:
    """Title, columns and rows. Raises `EvalError`."""
    if runs:
        return _runs(settings)
    if perturbations:
        return _perturbations()
    if scorers:
        return _scorers()
    return _cases(names) if cases else _suites(names)


def _suites(names: Sequence[str]) -> Table:
    from eval.cases.bundled import load

    rows: list[tuple[Any, ...]] = []
    for each in load(names):
        suite, languages = each.suite, [case.language for case in each.suite.cases]
        rows.append(
            (
                suite.suite,
                suite.kind,
                len(languages),
                languages.count("zh"),
                languages.count("en"),
                suite.about,
            )
        )
    return "Suites", ("suite", "kind", "cases", "zh", "en", "about"), rows


def _cases(names: Sequence[str]) -> Table:
    from eval.cases.bundled import load

    rows = [
        (each.name, case.id, case.language, len(case.turns) or "simulated", ", ".join(case.intents),
         ", ".join((*each.suite.tags, *case.tags)), case.about)
        for each in load(names) for case in each.suite.cases
    ]  # fmt: skip
    return "Cases", ("suite", "case", "language", "turns", "intents", "tags", "about"), list(rows)


def _runs(settings: Settings) -> Table:
    from eval.runs.store import listed

    rows = [
        (
            each.id,
            each.started_at,
            ", ".join(each.suites),
            f"{count} of {each.of}",
            each.seconds,
            each.versions.get("model", ""),
        )
        for each, count in listed(settings.runs_dir)
    ]
    return "Runs", ("run", "begun", "suites", "played", "seconds", "model"), list(rows)


def _perturbations() -> Table:
    from eval.perturb.kinds import KINDS

    rows = [(name, ", ".join(each.languages), each.about) for name, each in KINDS.items()]
    return "Perturbations", ("kind", "languages", "about"), list(rows)


def _scorers() -> Table:
    from eval.scorers.registry import ALWAYS, EXPECTED, added

    rows = [
        (name, origin, (scorer.__doc__ or "").strip().split("\n")[0])
        for origin, group in (
            ("expectations", EXPECTED),
            ("every case", ALWAYS),
            ("installed package", added()),
        )
        for name, scorer in group.items()
    ]
    return "Scorers", ("scorer", "judges", "about"), list(rows)
