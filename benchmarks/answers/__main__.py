"""`python -m benchmarks.answers`: runs the benchmark; the last line is the path of its JSON file."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from benchmarks.answers import growth, load
from benchmarks.answers.judge import open_judge
from benchmarks.answers.names import NAMES
from benchmarks.answers.plots import plot_contestants, plot_growth
from benchmarks.answers.questions import CASES, load_questions
from benchmarks.answers.records import Report, about_run
from benchmarks.answers.run import CONTESTANTS, PARTS, Plan, conclude, run
from benchmarks.answers.shop import sample_installation
from benchmarks.answers.tables import print_report
from eval.replies.errors import RepliesError
from models.errors import ModelError
from models.fingerprint import fingerprint
from models.resolve import resolve_language_model
from service.settings import Settings, SettingsError, read_settings

LLAMA_BENCH = "KEFU_LLAMA_BENCH"
# A table with ten columns has to fit where nobody looks at a terminal.
_WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # Not one of the service's settings, which refuses those that it does not know.
    named = os.environ.pop(LLAMA_BENCH, "")
    llama_bench = options.llama_bench or named or shutil.which("llama-bench")
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    try:
        settings = read_settings()
        plan = Plan(
            options.cases, load_questions(options.cases, options.limit), options.contestants, options.parts,
            options.limit_s, options.sizes, options.levels, llama_bench,
        )  # fmt: skip
        report = _report(options, plan, settings)
        stopped = _run(plan, settings, report, console)
    except (SettingsError, RepliesError, ModelError, FileNotFoundError) as error:
        console.print(f"[red]{error}[/]", highlight=False)
        return 1
    _finish(report, console)
    print(report.path, flush=True)
    return 130 if stopped else 1 if report.failures else 0


def _run(plan: Plan, settings: Settings, report: Report, console: Console) -> bool:
    """Whether the run was stopped by Ctrl-C; what was measured until then stays."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        bars: dict[str, TaskID] = {}

        def watch(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = bar.add_task(NAMES.get(name, name), total=total)
            bar.update(bars[name], completed=done)

        try:
            with sample_installation(settings) as sample:
                run(plan, sample, open_judge(sample), report, watch)
        except KeyboardInterrupt:
            report.failures.append("stopped")
            return True
    return False


def _report(options: argparse.Namespace, plan: Plan, settings: Settings) -> Report:
    now = datetime.now().astimezone()
    path = options.out or settings.data_dir / "bench" / f"{now:%Y-%m-%d-%H%M%S}.json"
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    model = resolve_language_model(settings.model, settings.models_dir)
    about = {"name": model.name, "sha256": fingerprint(model), "bytes": model.stat().st_size}
    chosen: dict[str, Any] = {
        "threads": settings.model_threads,
        "questions": [case.id for case in plan.questions],
        "contestants": list(plan.contestants),
        "parts": list(plan.parts),
        "limit_s": plan.limit_s,
    }
    return Report(path, about_run(now, about, chosen))


def _finish(report: Report, console: Console) -> None:
    about = (
        f"{report.about['model']['name']} · {report.about['machine']['processor']}, "
        f"{report.about['run']['threads']} threads · {report.about['date'][:10]}"
    )
    if report.measurements:
        picture = report.path.with_name(f"{report.path.stem}-answers.png")
        plot_contestants(report.measurements, report.summary["contestants"], about, picture)
        report.plots.append(str(picture))
    if report.parts.get("growth") or report.parts.get("load"):
        picture = report.path.with_name(f"{report.path.stem}-growth.png")
        plot_growth(report.parts.get("growth", []), report.parts.get("load", []), about, picture)
        report.plots.append(str(picture))
    conclude(report)
    print_report(report.summary, report.parts, console)
    for failure in report.failures:
        console.print(f"[red]not measured to the end:[/] {failure}", highlight=False, soft_wrap=True)
    for plot in report.plots:
        console.print(plot, highlight=False, soft_wrap=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument(
        "--out", type=Path, help="the JSON file (default: bench/DATE.json in the data folder)"
    )
    parser.add_argument(
        "--cases", type=Path, default=CASES, help="a file of reply cases (default: %(default)s)"
    )
    parser.add_argument("--limit", type=_positive, help="only so many questions, of all languages and kinds")
    parser.add_argument(
        "--contestants", type=_names(CONTESTANTS), default=CONTESTANTS, help=_listed(CONTESTANTS)
    )
    parser.add_argument("--parts", type=_names(PARTS), default=PARTS, help=_listed(PARTS))
    parser.add_argument(
        "--limit-s", type=float, default=180.0, help="seconds a question may take (default: 180)"
    )
    parser.add_argument(
        "--sizes", type=_numbers, default=growth.SIZES, help="cached passages, as in 10,100,1000"
    )
    parser.add_argument(
        "--levels", type=_numbers, default=load.LEVELS, help="conversations at once, as in 1,4,16"
    )
    parser.add_argument("--llama-bench", help=f"llama.cpp's own benchmark (or {LLAMA_BENCH}, or on PATH)")
    return parser


def _listed(allowed: Sequence[str]) -> str:
    return f"some of {','.join(allowed)} (default: all)"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("has to be at least 1")
    return number


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(_positive, text.split(",")))


def _names(allowed: Sequence[str]) -> Any:
    def names(text: str) -> tuple[str, ...]:
        found = tuple(text.split(","))
        if wrong := [each for each in found if each not in allowed]:
            raise argparse.ArgumentTypeError(f"{wrong[0]!r} is not one of {', '.join(allowed)}")
        return found

    return names


if __name__ == "__main__":
    # Whoever stops a run of hours gets what it has measured, and no process or folder stays behind.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, signal.default_int_handler)
    sys.exit(main())
