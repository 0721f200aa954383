"""One page that has everything in it: nothing is loaded from anywhere, and no text of a run is ever markup."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.report import assets
from eval.report.command import command
from eval.report.figures import chance, gaps, outcomes, tiles, times
from eval.report.files import write
from eval.report.payload import data, embedded
from eval.runs.compare import WAYS, Comparison, compare
from eval.runs.run import Run
from eval.runs.summary import summary
from insights.report.assets import library as chart_library

WAY_TITLES = {
    "worse": "Worse",
    "better": "Better",
    "failed_otherwise": "Fails otherwise",
    "changed": "Passes otherwise",
    "flaky": "Flaky",
    "only_before": "Only before",
    "only_after": "Only now",
}
MOST_TESTS = 12
_ROOM = 26


def write_html(path: Path, run: Run, other: Run | None = None) -> None:
    """Write the page; with `other`, an earlier run, also what got better and worse since."""
    write(path, page(run, other).encode("utf-8", "replace"))


def page(run: Run, other: Run | None = None) -> str:
    """The whole page as text."""
    found = summary(run.records, run.timings)
    compared = compare(other, run) if other else None
    script, library = assets.script(), chart_library()
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            manifest=run.manifest,
            command=command(run.manifest),
            started=_moment(run.manifest.started_at),
            took=_duration(run.manifest.seconds),
            played=len(run.records),
            tiles=tiles(found),
            gaps=gaps(found),
            times=times(found),
            outcomes=outcomes(run.records),
            flaky=len(found.flaky),
            without_base=len(found.without_base),
            apart=found.parity.not_alike,
            compared=compared,
            ways=_ways(compared) if compared else [],
            tests=_tests(compared) if compared else [],
            data=embedded(data(run, found, compared)),
            policy=_policy(script, library),
            mark=assets.mark(),
            styles=assets.styles(),
            script=script,
            library=library,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(assets.PAGES / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chance"] = chance
    environment.filters["short"] = _short
    return environment


def _policy(*scripts: str) -> str:
    """Nothing may be loaded, and only these scripts run; the charts set styles of their own."""
    allowed = " ".join(assets.source_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:;"
        " base-uri 'none'; form-action 'none'"
    )


def _ways(compared: Comparison) -> list[dict[str, Any]]:
    return [{"name": way, "title": WAY_TITLES[way], "count": len(compared.of(way))} for way in WAYS]


def _tests(compared: Comparison) -> list[Any]:
    """All cases, then the tests in which something differs, the surest first."""
    differing = sorted(compared.tests[1:], key=lambda test: (test.p, test.name))
    return [*compared.tests[:1], *(test for test in differing if test.better or test.worse)][:MOST_TESTS]


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%d %B %Y, %H:%M %Z").strip()
    except ValueError:
        return text


def _short(version: str) -> str:
    """Enough of a hash to tell it from others; of names what has room."""
    if len(version) >= 12 and set(version) <= set("0123456789abcdef"):
        return version[:8]
    return version if len(version) <= _ROOM else f"{version[: _ROOM - 1]}…"


def _duration(seconds: float) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
