"""The drafts tried against recorded questions and suites, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.language_model import ScriptedModel
from knowledge.impact import Asked, Effect, by_turns, effects
from retrieval.calibration import load_questions
from service.recorded import recorded_questions
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
        drafts = kefu.authors.authoring.store.drafts(documents)
        if not drafts:
            return [], 0
        job = bar.add_task("questions", total=None)
        candidate = kefu.authors.authoring.publisher.candidate(drafts, kefu.authors.authoring.today())
        suites = suites or list(kefu.authors.authoring.publisher.questions())
        asked = [
            *recorded_questions(kefu.turns.conversations, limit),
            *(Asked(each.question, each.lang, "suite") for each in suites),
        ][:limit]
        now = kefu.authors.authoring.clock()

        def progress(done: int, total: int) -> None:
            bar.update(job, completed=done, total=total)

        before = kefu.knowledge()
        found = effects(asked, by_turns(kefu.turns.parts, now), before, candidate, progress)
        if write and found:
            bar.update(job, description="answers", completed=0, total=len(found))
            answer = by_turns(kefu.turns.parts, now, load_model(settings))
            changed = [each.asked for each in found]
            found = effects(changed, answer, before, candidate, progress)
    return found, len(asked)
