"""The drafts tried against recorded questions and suites, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.language_model import LanguageModel, ScriptedModel
from knowledge.impact import Effect
from retrieval.calibration import load_questions
from service.settings import Settings
from service.wiring import load_model, open_kefu


def impact_of(
    settings: Settings, documents: Sequence[str] | None, files: Sequence[Path], limit: int, write: bool,
    console: Console,
) -> tuple[list[Effect], int]:  # fmt: skip
    """What would change, and how many questions were tried. Recorded questions come first, then the suites.

    With `write` the language model writes both answers of those that change. Raises `QuestionFileError`.
    """
    suites = [question for path in files for question in load_questions(path)]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        open_kefu(settings, ScriptedModel()) as kefu,
        Progress(*columns, console=console, transient=True) as bar,
    ):
        job = bar.add_task("questions", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(job, completed=done, total=total)

        def writing() -> LanguageModel:
            bar.update(job, description="answers")
            return load_model(settings)

        return kefu.authors.impact(documents, limit, suites, writing if write else None, progress)
