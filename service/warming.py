"""Prompt states made beforehand: while nobody wants the model, it reads what it may have to answer from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import structlog

from agent.language_model import Cancelled, CancelToken, ModelError, Prompt
from agent.llama.model import LlamaModel
from agent.turn import Parts
from retrieval.snapshot import Snapshot

log = structlog.get_logger("kefu.warming")
# A customer who has just been answered may ask on.
QUIET_S = 2.0
LOOK_S = 5.0


def prompts_to_warm(parts: Parts, snapshot: Snapshot, now: datetime) -> Iterator[Prompt]:
    """The fixed pieces of every prompt that this knowledge may need: passages that are shown as they are need none."""
    writer = replace(parts.writer, texts=parts.texts.spoken_in(parts.policies.at(now).voice))
    for passage in snapshot.passages:
        if not writer.quotes(passage, passage.language):
            yield writer.prompt("", (passage,), passage.language)


class Warmer:
    """Warms in a thread of its own from `start` to `stop`, and again when other knowledge is published.

    It makes way for customers at once, and stops where the cache on disk is full: what is used stays.
    """

    def __init__(
        self,
        model: LlamaModel,
        parts: Parts,
        knowledge: Callable[[], Snapshot],
        clock: Callable[[], datetime],
    ) -> None:
        self._model, self._parts, self._knowledge, self._clock = model, parts, knowledge, clock
        self._over = CancelToken()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when the model is left alone for good."""
        self._over.cancel()
        self._thread.join()

    def _run(self) -> None:
        done = ""
        while not self._over.cancelled:
            snapshot = self._knowledge()
            if snapshot.id != done and self._warmed(snapshot):
                done = snapshot.id
            self._pause()

    def _pause(self) -> None:
        waited = threading.Event()
        with self._over.calling(waited.set):
            waited.wait(LOOK_S)

    def _warmed(self, snapshot: Snapshot) -> bool:
        """Whether there is nothing left to do for this snapshot."""
        read = 0
        for prompt in prompts_to_warm(self._parts, snapshot, self._clock()):
            if self._model.cache_full or self._knowledge().id != snapshot.id:
                break
            try:
                read += self._one(prompt)
            except Cancelled:
                return False
            except ModelError as error:
                log.warning("a prompt state could not be made", error=str(error))
        if read:
            log.info("prompt states made", passages=read, snapshot=snapshot.id)
        return True

    def _one(self, prompt: Prompt) -> bool:
        """Read one prompt, as often as it takes: customers come first."""
        if self._model.warmed(prompt):
            return False
        while True:
            queue = self._parts.writer.queue
            with queue.spare(self._over, QUIET_S) as token, self._over.calling(token.cancel):
                if self._model.warm(prompt.system, prompt.material, token) or not token.cancelled:
                    return True
            if self._over.cancelled:
                raise Cancelled("no background work is wanted any more")
