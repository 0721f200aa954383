"""The model asked once: behind its queue, measured, and left alone when the time is over."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.language_model import CancelToken, Deadline, LanguageModel, ModelError, Prompt, Schema
from agent.model_queue import ModelQueue
from agent.plan import UNHURRIED, Budget, Pace

_POLL_S = 0.02


class OutOfTime(ModelError):
    """The deadline comes before the answer; what was said until then stands."""


@dataclass(frozen=True)
class Job:
    """What the model is asked. `wait_s` bounds the wait for it, `limit_s` the time it may then take, in seconds.

    `conversation` is who asks, for a queue that is fair between them.
    """

    prompt: Prompt
    max_tokens: int
    wait_s: float
    limit_s: float = math.inf
    schema: Schema | None = None
    conversation: str = ""


@dataclass(frozen=True)
class Generator:
    """One model with its queue, and what its answers of one kind took until now."""

    model: LanguageModel
    queue: ModelQueue
    pace: Pace = field(default_factory=Pace)

    def expected_s(self, prompt: Prompt) -> float | None:
        """How long an answer would take from now, in seconds; None where that was not measured lately."""
        return self.pace.expected_s(prompt, self.queue.depth, self.queue.parallel)

    def run(self, job: Job, cancel: CancelToken, budget: Budget = UNHURRIED) -> Iterator[str]:
        """Yield pieces of text until `cancel` is set. Raises `ModelError` (busy, cancelled, broken).

        A model that reads a long prompt may hear nothing until it is done. A deadline cannot wait for that: then
        the model is left behind, and keeps its place in the queue until it notices.
        """
        if not budget.bounded:
            return self._measured(job, cancel, job.wait_s)
        wait_s = min(job.wait_s, budget.left_s)
        return _beside(lambda: self._measured(job, cancel, wait_s), cancel)

    def _measured(self, job: Job, cancel: CancelToken, wait_s: float) -> Iterator[str]:
        with self.queue.turn(wait_s, cancel, job.conversation):
            until = Deadline(cancel, job.limit_s)
            began, first_s, pieces, finished = time.monotonic(), 0.0, 0, False
            try:
                for piece in self.model.stream(job.prompt, job.max_tokens, until, job.schema):
                    first_s = first_s or time.monotonic() - began
                    pieces += 1
                    yield piece
                finished = not until.cancelled
            finally:
                # A failure says nothing about how long an answer takes.
                if finished or until.cancelled:
                    whole_s = time.monotonic() - began
                    self.pace.measured(job.prompt, first_s or whole_s, whole_s, pieces, finished)


class _End:
    """The last thing that comes; `error` is what was raised, if anything."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def _beside(pieces: Callable[[], Iterator[str]], cancel: CancelToken) -> Iterator[str]:
    """The pieces as a thread of their own makes them; whoever waits leaves when `cancel` is set."""
    found: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
    left = threading.Event()

    def work() -> None:
        try:
            for piece in pieces():
                found.put(piece)
                if left.is_set():
                    break
            found.put(_End())
        except BaseException as error:
            found.put(_End(error))

    threading.Thread(target=work, name="model", daemon=True).start()
    try:
        yield from _taken(found, cancel)
    finally:
        left.set()


def _taken(found: queue.SimpleQueue[str | _End], cancel: CancelToken) -> Iterator[str]:
    while not cancel.cancelled:
        try:
            piece = found.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if isinstance(piece, _End):
            if piece.error is not None:
                raise piece.error
            return
        yield piece
