"""Who has the language model next: one bounded queue, fair between conversations."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.language_model import Cancelled, CancelToken, ModelBusy

_POLL_S = 0.02
_REMEMBERED = 4096


@dataclass(eq=False)
class _Ticket:
    start: float
    key: str
    number: int
    since: float = 0.0
    token: CancelToken = field(default_factory=CancelToken)


class ModelQueue:
    """Start-time fair queueing (Goyal, Vin and Cheng, 1996) over conversations, one unit a second of the model.

    Who has had less of the model goes first; among equals, who came first. Nobody starves: a newcomer begins
    where those who are served now stand. `capacity` bounds how many wait, `parallel` is how many the model
    serves at once: one where it is in this process, more where it is a server.
    """

    def __init__(self, capacity: int, parallel: int = 1) -> None:
        if capacity < 1 or parallel < 1:
            raise ValueError("capacity and parallel must be at least 1")
        self.parallel = parallel
        self._capacity = capacity
        self._condition = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._serving: list[_Ticket] = []
        self._spare: CancelToken | None = None
        self._finished: OrderedDict[str, float] = OrderedDict()
        self._clock = 0.0
        self._count = 0

    @property
    def depth(self) -> int:
        """How many wait or are served now; background work does not count."""
        with self._condition:
            return len(self._waiting) + len(self._serving)

    @contextmanager
    def turn(self, wait_s: float, cancel: CancelToken, key: str = "") -> Iterator[None]:
        """Hold the model for the conversation `key`; whoever names none is one of their own.

        Raises `ModelBusy` after `wait_s` seconds or when full, `Cancelled` on cancel.
        """
        with self._condition:
            if len(self._waiting) >= self._capacity:
                raise ModelBusy(f"{self._capacity} conversations already wait for the model")
            ticket = self._ticket(key)
            self._waiting.append(ticket)
            if self._spare:
                self._spare.cancel()
            try:
                self._wait(ticket, wait_s, cancel)
                self._clock = max(self._clock, ticket.start)
                ticket.since = time.monotonic()
                self._serving.append(ticket)
            finally:
                self._waiting.remove(ticket)
                self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._serving.remove(ticket)
                self._finish(ticket)
                self._condition.notify_all()

    @contextmanager
    def spare(self, cancel: CancelToken, idle_s: float = 0.0) -> Iterator[CancelToken]:
        """Hold the model for background work once nobody has wanted it for `idle_s` seconds.

        The token that is yielded is cancelled as soon as anybody waits: leave at once then. Raises `Cancelled`.
        """
        token = CancelToken()
        with self._condition:
            self._wait_for_quiet(cancel, idle_s)
            self._spare = token
        try:
            yield token
        finally:
            with self._condition:
                self._spare = None
                self._condition.notify_all()

    def _ticket(self, key: str) -> _Ticket:
        self._count += 1
        key = key or f"#{self._count}"
        return _Ticket(max(self._clock, self._finished.get(key, 0.0)), key, self._count)

    def _finish(self, ticket: _Ticket) -> None:
        self._finished[ticket.key] = ticket.start + time.monotonic() - ticket.since
        self._finished.move_to_end(ticket.key)
        while len(self._finished) > _REMEMBERED:
            self._finished.popitem(last=False)

    def _next(self) -> _Ticket:
        return min(self._waiting, key=lambda each: (each.start, each.number))

    def _wait(self, ticket: _Ticket, wait_s: float, cancel: CancelToken) -> None:
        until = time.monotonic() + wait_s
        while self._spare or len(self._serving) >= self.parallel or self._next() is not ticket:
            if cancel.cancelled:
                raise Cancelled("the customer went away while waiting for the model")
            if time.monotonic() >= until:
                raise ModelBusy(f"the model was not free within {wait_s:g} s")
            self._condition.wait(_POLL_S)

    def _wait_for_quiet(self, cancel: CancelToken, idle_s: float) -> None:
        quiet_since = time.monotonic()
        while True:
            if cancel.cancelled:
                raise Cancelled("no background work is wanted any more")
            if self._waiting or self._serving or self._spare:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= idle_s:
                return
            self._condition.wait(max(_POLL_S, idle_s / 10))
