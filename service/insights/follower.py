"""Keeps the facts up to date while the server runs."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from insights.facts.build import Refreshed

log = structlog.get_logger("kefu.insights")
EVERY_S = 60.0


class FactsFollower:
    """Calls `refresh` at once and then every `every_s` seconds; one that fails is told and tried again."""

    def __init__(self, refresh: Callable[[], Refreshed], every_s: float = EVERY_S) -> None:
        self._refresh = refresh
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="facts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for a long rebuild: killed anywhere, the next one goes on."""
        self._stop.set()
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        failing = ""
        while not self._stop.is_set():
            try:
                _tell(self._refresh())
                failing = ""
            except Exception as error:
                if str(error) != failing:
                    log.error("the facts cannot be brought up to date", reason=str(error))
                failing = str(error)
            self._stop.wait(self._every_s)


def _tell(done: Refreshed) -> None:
    if done.damaged:
        log.warning("records that cannot be read", count=done.damaged, first=done.named)
    if done.full:
        log.info("facts computed", **done.counts)
