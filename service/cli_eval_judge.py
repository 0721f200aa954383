"""`kefu eval compare`, `report` and `gate`: what runs came to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from service.cli_eval_run import console_for, errors, settings_of
from service.settings import ROOT

if TYPE_CHECKING:
    from eval.runs.run import Run

GATE = ROOT / "eval" / "gate.yaml"
FAILED = 1
_RUN = "A run by name, its folder, or latest."


def compare(
    context: typer.Context,
    before: Annotated[str, typer.Argument(help=_RUN)],
    after: Annotated[str, typer.Argument(help=_RUN)] = "latest",
    most: Annotated[int, typer.Option(help="Show so many cases of each kind.", min=0)] = 10,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what got better, and what only reads otherwise.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Also write a page with every turn side by side (HTML).")
    ] = None,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Show what got better, worse or is flaky between two runs, turn beside turn, and whether that may be chance.

    Cases are held against each other by name. The test is McNemar's, exact, for all cases and for each suite.
    """
    from eval.runs.compare import WAYS
    from eval.runs.compare import compare as compared
    from eval.runs.compare_render import render

    console = console_for(json_only)
    with errors():
        one, other = _open(context, before), _open(context, after)
        found = compared(one, other)
        render(found, console, most, WAYS if everything else ("worse", "flaky"))
        if out is not None:
            from eval.report.html import write_html

            write_html(out, other, one)
            console.print(f"written: {escape(str(out))}", highlight=False, soft_wrap=True)
    print(json.dumps(found.json(turns=False), ensure_ascii=False))


def report(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help=_RUN)] = "latest",
    against: Annotated[str | None, typer.Option(help="An earlier run, to show what changed since.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The page; report.html in the run's folder if absent.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Also JUnit XML, for CI servers.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Also a row for each case, for spreadsheets.")] = None,
    records: Annotated[Path | None, typer.Option(help="Also everything, as JSON.")] = None,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Write a run as one page that needs nothing else: scores, charts, and every turn with what it rests on."""
    from eval.report.html import write_html
    from eval.report.junit import write_junit
    from eval.report.plain import write_json
    from eval.report.spreadsheet import write_csv
    from eval.runs.summary import summary

    console, settings = console_for(json_only), settings_of(context)
    written: list[Path] = []
    with errors():
        found = _open(context, run)
        page = out or settings.runs_dir / found.manifest.id / "report.html"
        write_html(page, found, _open(context, against) if against else None)
        written.append(page)
        for path, write in ((junit, write_junit), (csv, write_csv), (records, write_json)):
            if path is not None:
                write(path, found)
                written.append(path)
    for path in written:
        console.print(f"written: {escape(str(path))}", highlight=False, soft_wrap=True)
    scores = summary(found.records, found.timings).json()["scores"]
    print(
        json.dumps({"run": found.manifest.id, "written": [str(path) for path in written], "scores": scores})
    )


def gate(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help=_RUN)] = "latest",
    thresholds: Annotated[Path, typer.Option("--gate", help="The gate, a YAML file.")] = GATE,
    sign: Annotated[
        bool, typer.Option("--sign", help="Make this run the baseline that later ones are held against.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who signs.")] = "",
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Say whether a version may ship: exit code 0 if every check of the gate is met, 1 if not.

    What cannot be told counts as not met: a run that is not whole, a suite that was not run, a score that does not
    exist, a baseline that is not there.
    """
    from eval.runs.gate import judge
    from eval.runs.gate_baseline import sign as signed
    from eval.runs.gate_baseline import write_baseline
    from eval.runs.gate_file import read_gate
    from eval.runs.gate_render import render

    console = console_for(json_only)
    with errors():
        found, file = _open(context, run), read_gate(thresholds)
        if sign:
            baseline = signed(found, file, datetime.now(UTC).isoformat(timespec="seconds"), by)
            assert file.baseline_path is not None
            write_baseline(baseline, file.baseline_path)
            console.print(f"signed: {escape(str(file.baseline_path))}", highlight=False, soft_wrap=True)
        judgement = judge(found, file)
    render(judgement, console)
    print(json.dumps(judgement.json(), ensure_ascii=False))
    if not judgement.ok:
        raise typer.Exit(FAILED)


def _open(context: typer.Context, name: str) -> Run:
    from eval.runs.store import open_run

    return open_run(settings_of(context).runs_dir, name)
