"""The outbox at work: beside the server, or in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from service.metrics import NOTICES_AGE, NOTICES_KEPT
from service.outbox.routes import open_routes
from service.outbox.worker import Pace, Worker
from service.settings import Settings
from tools.store.database import make_engine, migrate
from tools.store.outbox import Outbox

log = structlog.get_logger("kefu.outbox")
Clock = Callable[[], datetime]
Watch = Callable[[datetime], object]
WATCH_EVERY = timedelta(minutes=1)


class Rounds:
    """One round: look at the deadlines where it is time, deliver what is due, and count what is left.

    `watch` writes notices for deadlines that have passed (it is given the time); it is called once a minute.
    """

    def __init__(self, outbox: Outbox, worker: Worker, clock: Clock, watch: Watch | None = None) -> None:
        self._outbox, self._worker, self._clock, self._watch = outbox, worker, clock, watch
        self._watched: datetime | None = None
        self._failing: dict[str, str] = {}

    def go(self) -> int:
        """How many notices were tried; whatever goes wrong is logged once, and tried again with the next round."""
        self._guarded("watch", self._look)
        tried = self._guarded("deliver", self._worker.run_once)
        if not tried:
            self._guarded("count", self._count)
        return tried

    def _look(self) -> int:
        now, last = self._clock(), self._watched
        # A clock that was turned back must not switch the watch off.
        if self._watch is not None and (last is None or not last <= now < last + WATCH_EVERY):
            self._watch(now)
            self._watched = now
        return 0

    def _count(self) -> int:
        now, found = self._clock(), self._outbox.standing()
        for state in ("waiting", "failed"):
            NOTICES_KEPT.labels(state).set(sum(each.count for each in found if each.state == state))
        oldest = min((each.oldest for each in found if each.state == "waiting"), default=now)
        NOTICES_AGE.set((now - oldest).total_seconds())
        return 0

    def _guarded(self, step: str, what: Callable[[], int]) -> int:
        try:
            done = what()
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            if self._failing.get(step) != reason:
                log.error(f"the outbox cannot {step}", reason=reason)
            self._failing[step] = reason
            return 0
        self._failing.pop(step, None)
        return done


class Postman:
    """A thread that goes its rounds until it is stopped; where nothing is due, one every `every_s` seconds."""

    def __init__(self, rounds: Rounds, stop: threading.Event, every_s: float = 1.0) -> None:
        self._rounds, self._stop, self._every_s = rounds, stop, every_s
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is being sent is sent to its end; the rest is left to others."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        tried = 0
        while not self._stop.wait(0 if tried else self._every_s):
            tried = self._rounds.go()


@contextmanager
def open_rounds(
    settings: Settings, clock: Clock, watch: Watch | None = None, stop: threading.Event | None = None
) -> Iterator[Rounds]:
    """Over the installation's own database. Raises `SettingsError` and `StoreUnavailable`."""
    stopping = stop or threading.Event()
    with open_outbox(settings) as outbox, open_routes(settings, clock) as routes:
        worker = Worker(outbox, routes, clock, pace_of(settings), stopping=stopping.is_set)
        yield Rounds(outbox, worker, clock, watch)


@contextmanager
def outbox_at_work(settings: Settings, clock: Clock, watch: Watch | None = None) -> Iterator[None]:
    """A thread that delivers, for as long as the block lasts."""
    stop = threading.Event()
    with open_rounds(settings, clock, watch, stop) as rounds:
        postman = Postman(rounds, stop)
        postman.start()
        try:
            yield
        finally:
            postman.stop()


@contextmanager
def open_outbox(settings: Settings) -> Iterator[Outbox]:
    """Raises `StoreUnavailable`."""
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        yield Outbox(engine)
    finally:
        engine.dispose()


def pace_of(settings: Settings) -> Pace:
    """A mail takes at most twice as long as a webhook (`smtp_server`)."""
    send_s = 3 * settings.outbox_timeout_s
    return Pace(
        lease=timedelta(seconds=6 * send_s),
        send_s=send_s,
        give_up_after=timedelta(days=settings.outbox_give_up_days),
    )
