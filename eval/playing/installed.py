"""The agent as it is installed here, on the stage, and runs of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from agent.language_model import LanguageModel
from agent.turn import Parts
from agent.understand.second_look import SecondReader
from eval.playing.knowing import Library
from eval.playing.programme import Programme
from eval.playing.run import played
from eval.playing.stage import Stage, open_stage
from eval.replies.sample import MOMENT
from eval.runs.record import Manifest
from eval.runs.store import sitting
from eval.runs.versions import code_fingerprint, file_fingerprint, machine
from service.settings import Settings
from service.wiring import Kefu, open_kefu

Watch = Callable[[int], None]
PATIENCE_S = 600.0


@dataclass(frozen=True)
class Wanted:
    """How a programme is to be played; `options` are for the manifest, by the names of the command line.

    What is not `repeatable` has none: no command of ours plays the same once more.
    """

    name: str
    resume: bool = False
    workers: int = 2
    options: dict[str, Any] | None = None
    repeatable: bool = True


@contextmanager
def stage_for(settings: Settings, model: LanguageModel | None = None) -> Iterator[tuple[Kefu, Stage]]:
    """The installed agent and a stage for it; `model` stands in for the installed one. Raises the errors of the parts."""
    with (
        open_kefu(settings, model, clock=lambda: MOMENT) as kefu,
        open_stage(
            patient(kefu.turns.parts), kefu.turns.versions, Library.of(kefu.snapshot.passages)
        ) as stage,
    ):
        yield kefu, stage


def patient(parts: Parts) -> Parts:
    """The same agent, which waits for the model as long as it takes: what is decided must not depend on how busy
    the machine is. A customer is not kept waiting so long."""
    writer = replace(parts.writer, wait_s=PATIENCE_S)
    reader = SecondReader(writer.model, writer.queue, parts.texts, PATIENCE_S, PATIENCE_S)
    return replace(parts, writer=writer, second_look=reader.look)


def play_programme(
    settings: Settings, programme: Programme, wanted: Wanted, watch: Watch, model: LanguageModel | None = None
) -> tuple[Manifest, bool]:
    """Play what has no record yet, and whether that is all now: Ctrl-C ends a run, not its records.

    `watch` hears how many conversations have a record. Raises `EvalError`.
    """
    with stage_for(settings, model) as (kefu, stage):
        started, whole = time.monotonic(), True
        with sitting(settings.runs_dir, _manifest(settings, kefu, programme, wanted), wanted.resume) as kept:
            left = [item for item in programme.items if item.key not in kept.done]
            watch(len(kept.done))
            records = played(left, stage, programme.seed, wanted.workers)
            try:
                for record, timing in records:
                    kept.add(record, timing)
                    watch(len(kept.done) + kept.added)
            except KeyboardInterrupt:
                whole = False
            finally:
                records.close()
                ended = kept.end(now(), time.monotonic() - started)
    return ended, whole


def _manifest(settings: Settings, kefu: Kefu, programme: Programme, wanted: Wanted) -> Manifest:
    versions = kefu.turns.versions | {
        "snapshot": kefu.snapshot.id,
        "heads": file_fingerprint(settings.heads_path),
        "code": f"{kefu.turns.versions['code']} {code_fingerprint()}",
        "phrasing": settings.phrasing,
    }
    return Manifest(
        wanted.name, dict(sorted(versions.items())), programme.suites, programme.digest, len(programme.items),
        programme.seed, programme.trials, _options(wanted), machine(), now(),
    )  # fmt: skip


def _options(wanted: Wanted) -> dict[str, Any]:
    return (wanted.options or {}) | {"workers": wanted.workers} if wanted.repeatable else {}


def now() -> str:
    """The present in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
