"""The snapshot in use, taken anew as soon as another one is published; a turn keeps the one that it began with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from langchain_core.embeddings import Embeddings

from retrieval import storage
from retrieval.errors import RetrievalError
from retrieval.snapshot import Snapshot, open_current

log = structlog.get_logger("kefu.knowledge")
# How long a snapshot that could not be opened is left alone before it is looked at again.
RETRY_S = 5.0


class LiveKnowledge:
    """Call it for the snapshot in use. Safe between threads; costs one small read where nothing has changed."""

    def __init__(
        self, folder: Path, embeddings: Embeddings, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises what `open_current` raises."""
        self._folder = folder
        self._embeddings = embeddings
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._snapshot = open_current(folder, embeddings)
        self._not_before = 0.0

    def __call__(self) -> Snapshot:
        if not self._has_changed():
            return self._snapshot
        with self._lock:
            if self._has_changed():
                self._take()
            return self._snapshot

    def _has_changed(self) -> bool:
        try:
            return storage.current(self._folder).name != self._snapshot.id
        except RetrievalError:
            # Whoever mends it will tell; what is loaded goes on serving.
            return False

    def _take(self) -> None:
        if self._monotonic() < self._not_before:
            return
        try:
            self._snapshot = open_current(self._folder, self._embeddings)
            log.info("knowledge published", snapshot=self._snapshot.id)
        except RetrievalError as error:
            self._not_before = self._monotonic() + RETRY_S
            log.error(
                "the published snapshot cannot be opened; the one before stays in use", reason=str(error)
            )


class Follower:
    """Looks every `every_s` seconds for what other processes and machines published, and loads it beforehand.

    `follow` puts the newest publication in use (`Publisher.follow`), which may have to build it.
    """

    def __init__(
        self, follow: Callable[[], object], knowledge: Callable[[], Snapshot], every_s: float = 1.0
    ) -> None:
        self._follow = follow
        self._knowledge = knowledge
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        failing = ""
        while not self._stop.wait(self._every_s):
            try:
                self._follow()
                self._knowledge()
                failing = ""
            except Exception as error:
                if str(error) != failing:
                    log.error("cannot follow what is published", reason=str(error))
                failing = str(error)
