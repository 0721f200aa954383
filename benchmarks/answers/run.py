"""One run: every contestant with every question, then the other parts; the report is written as it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers.decoding import with_llama_bench
from benchmarks.answers.judge import Judge
from benchmarks.answers.load import measure_level, talks
from benchmarks.answers.processes import TaskFailed, task
from benchmarks.answers.records import Measurement, Report
from benchmarks.answers.summary import summarize
from benchmarks.answers.targets import targets
from eval.replies.cases import Case
from models.resolve import resolve_language_model
from service.settings import Settings

CONTESTANTS = ("kefu", "rag", "agent")
PARTS = ("questions", "decoding", "growth", "load")

Watch = Callable[[str, int, int], None]
"""Called with what runs, how much of it is done, and of how much."""


@dataclass(frozen=True)
class Plan:
    """What is measured. `limit_s` is how long one question may take, `llama_bench` a program or None."""

    cases: Path
    questions: Sequence[Case]
    contestants: Sequence[str] = CONTESTANTS
    parts: Sequence[str] = PARTS
    limit_s: float = 180.0
    sizes: Sequence[int] = ()
    levels: Sequence[int] = ()
    llama_bench: str | None = None


def run(plan: Plan, settings: Settings, judge: Judge, report: Report, watch: Watch) -> None:
    """Fill the report, which is written after each answer; what fails is told there and the rest goes on."""
    steps: dict[str, Callable[[], Iterator[None]]] = {
        "questions": lambda: _questions(plan, settings, judge, report, watch),
        "decoding": lambda: _decoding(plan, settings, report, watch),
        "load": lambda: _load(plan, settings, report, watch),
        "growth": lambda: _growth(plan, settings, report, watch),
    }
    for name, step in steps.items():
        if name not in plan.parts:
            continue
        try:
            for _ in step():
                conclude(report)
        except (TaskFailed, OSError, ValueError) as error:
            report.failures.append(f"{name}: {error}")
            conclude(report)


def conclude(report: Report) -> None:
    """Summarise what there is and write it."""
    report.summary = {
        "contestants": summarize(report.measurements),
        "targets": targets(report.measurements, report.parts),
    }
    report.write()


def _questions(plan: Plan, settings: Settings, judge: Judge, report: Report, watch: Watch) -> Iterator[None]:
    by_id = {case.id: case for case in plan.questions}
    for name in plan.contestants:
        job = {
            "task": "play", "contestant": name, "data_dir": str(settings.data_dir), "cases": str(plan.cases),
            "ids": list(by_id), "limit_s": plan.limit_s,
        }  # fmt: skip
        watch(name, 0, len(by_id))
        try:
            with task(job) as lines:
                report.parts.setdefault("loading", {})[name] = next(lines)
                for done, line in enumerate(lines, start=1):
                    measured = Measurement(**line)
                    report.measurements.append(judge.judge(by_id[measured.case], measured))
                    watch(name, done, len(by_id))
                    yield
        except TaskFailed as error:
            # One contestant's trouble does not cost the measurements of the others.
            report.failures.append(str(error))
            yield


def _decoding(plan: Plan, settings: Settings, report: Report, watch: Watch) -> Iterator[None]:
    watch("decoding", 0, 1)
    with task({"task": "decoding", "data_dir": str(settings.data_dir)}) as lines:
        found = list(lines)[-1]
    path = resolve_language_model(settings.model, settings.models_dir)
    report.parts["decoding"] = with_llama_bench(found, plan.llama_bench, path, settings.model_threads)
    watch("decoding", 1, 1)
    yield


def _growth(plan: Plan, settings: Settings, report: Report, watch: Watch) -> Iterator[None]:
    rows = report.parts.setdefault("growth", [])
    watch("growth", 0, len(plan.sizes))
    job = {"task": "growth", "data_dir": str(settings.data_dir), "sizes": sorted(plan.sizes)}
    with task(job) as lines:
        for row in lines:
            rows.append(row)
            watch("growth", len(rows), len(plan.sizes))
            yield


def _load(plan: Plan, settings: Settings, report: Report, watch: Watch) -> Iterator[None]:
    rows = report.parts.setdefault("load", [])
    mixed = talks(plan.questions)
    watch("load", 0, len(plan.levels))
    with task({"task": "serve", "data_dir": str(settings.data_dir)}) as lines:
        url = next(lines)["url"]
        for level in plan.levels:
            rows.append(measure_level(url, mixed, level))
            watch("load", len(rows), len(plan.levels))
            yield
