"""Delivers what lies in the outbox: takes a few notices, sends them at once, keeps what came of each.

Any number of workers may run, in any number of processes. A receiver that does not answer is left alone for a
while, so that it does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from time import monotonic
from uuid import uuid4

import structlog

from service.metrics import NOTICES
from service.outbox.routes import Routes
from service.outbox.transport import NotTaken, OutboxError, pause_after
from tools.store.outbox import Ending, Outbox, again, delivered, failed, released
from tools.store.outbox_rows import OutboxRow
from tools.store.rest.breaker import Breaker, CircuitOpen

log = structlog.get_logger("kefu.outbox")


@dataclass(frozen=True, slots=True)
class Pace:
    """`batch` notices are taken together, `at_once` of them sent at the same time.

    Nothing is sent that might take longer than the `lease`; `send_s` is the longest that one sending takes, in
    seconds. After `failures` in a row a department is left alone for `rest_s` seconds.
    """

    batch: int = 64
    at_once: int = 8
    lease: timedelta = timedelta(seconds=180)
    send_s: float = 30.0
    failures: int = 6
    rest_s: float = 15.0
    give_up_after: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Sending:
    """What came of one: taken under `reference`, a `problem`, or not tried at all, for the next `rest_s` seconds."""

    reference: str = ""
    problem: OutboxError | None = None
    unsent: bool = False
    rest_s: float = 0.0


def by_chance(attempts: int) -> timedelta:
    return pause_after(attempts, random())


class Worker:
    """Not for several threads at once."""

    def __init__(
        self,
        outbox: Outbox,
        routes: Routes,
        clock: Callable[[], datetime],
        pace: Pace = Pace(),
        pause: Callable[[int], timedelta] = by_chance,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._outbox, self._routes, self._clock = outbox, routes, clock
        self._pace, self._pause, self._stopping = pace, pause, stopping
        self._breakers: dict[str, Breaker] = {}
        self._resting: dict[str, float] = {}

    def run_once(self) -> int:
        """Take what is due and try it; returns how many notices that were. Raises `StoreUnavailable`."""
        begun, pace = monotonic(), self._pace
        self._resting = {name: until for name, until in self._resting.items() if until > begun}
        claim = self._outbox.claim(
            uuid4().hex, self._clock(), pace.lease, pace.batch, self._routes.departments, self._resting
        )
        if not claim.rows:
            return 0
        last = begun + pace.lease.total_seconds() - pace.send_s
        with ThreadPoolExecutor(pace.at_once, "outbox") as pool:
            under_way = {pool.submit(self._send, row, last): row for row in claim.rows}
            while under_way:
                # What came in meanwhile is kept together: a commit takes longer than a sending.
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                ended = [self._ending(under_way.pop(future), future.result()) for future in done]
                self._outbox.keep(claim, ended)
        return len(claim.rows)

    def _send(self, row: OutboxRow, last: float) -> Sending:
        """Not after `last`: by the end of the lease somebody else may be at it."""
        if self._stopping() or monotonic() > last:
            return Sending(unsent=True)
        department = row.notice.department
        try:
            with self._breaker(department).calling():
                return Sending(self._routes.to(department).send(row.notice))
        except CircuitOpen as error:
            return Sending(unsent=True, rest_s=error.rest_s)
        except OutboxError as error:
            return Sending(problem=error, rest_s=error.pause_s if isinstance(error, NotTaken) else 0.0)
        except Exception as error:
            # One notice that nobody foresaw must not hold up the others.
            log.error("notice not sent", notice=row.notice.id, error=type(error).__name__)
            return Sending(problem=NotTaken(f"{type(error).__name__} on our side"))

    def _breaker(self, department: str) -> Breaker:
        return self._breakers.setdefault(
            department, Breaker(self._pace.failures, self._pace.rest_s, NotTaken)
        )

    def _ending(self, row: OutboxRow, sent: Sending) -> Ending:
        department = row.notice.department
        if sent.rest_s:
            self._resting[department] = monotonic() + sent.rest_s
        if sent.unsent:
            return released(row)
        transport = self._routes.to(department).name
        if sent.problem is not None:
            return self._try_later(row, transport, sent.problem)
        NOTICES.labels("delivered", transport).inc()
        return delivered(row, transport, sent.reference, self._clock())

    def _try_later(self, row: OutboxRow, transport: str, problem: OutboxError) -> Ending:
        """Unless that makes no sense any more."""
        now, first, said = self._clock(), row.first_at, str(problem)
        if isinstance(problem, NotTaken):
            if first is None or now - first < self._pace.give_up_after:
                NOTICES.labels("again", transport).inc()
                pause = max(self._pause(row.attempts), timedelta(seconds=problem.pause_s))
                return again(row, transport, said, now + pause)
            said = f"given up after {row.attempts} attempts: {said}"
        log.warning("notice given up", notice=row.notice.id, reason=said)
        NOTICES.labels("failed", transport).inc()
        return failed(row, transport, said)
