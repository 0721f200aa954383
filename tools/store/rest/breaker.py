"""A circuit breaker: who does not answer is left alone for a while, then asked by one call.

Own code, because the libraries there are hold a lock during the call or count without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic


class CircuitOpen(Exception):
    """Nobody was asked. `rest_s` is how many seconds are left until somebody will be."""

    def __init__(self, rest_s: float) -> None:
        super().__init__(f"not asked again for {rest_s:.0f} s")
        self.rest_s = rest_s


class Breaker:
    """Shared by all threads of a process; its lock is never held during a call.

    Opens after `failures` in a row, for `rest_s` seconds. Then one call at a time goes through, until one
    is answered.
    """

    def __init__(
        self,
        failures: int,
        rest_s: float,
        counted: type[Exception],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._limit = failures
        self._rest_s = rest_s
        self._counted = counted
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around one call. Raises `CircuitOpen` instead of letting it happen.

        A `counted` error is a failure. Any other means that there was an answer, but for what ends the
        thread: that says nothing.
        """
        probe = self._enter()
        answered: bool | None = None
        try:
            yield
            answered = True
        except Exception as error:
            answered = not isinstance(error, self._counted)
            raise
        finally:
            self._leave(probe, answered)

    def _enter(self) -> bool:
        with self._lock:
            if self._opened_at is None:
                return False
            left = self._opened_at + self._rest_s - self._clock()
            if left > 0 or self._probing:
                raise CircuitOpen(max(left, 0.0))
            self._probing = True
            return True

    def _leave(self, probe: bool, answered: bool | None) -> None:
        with self._lock:
            if probe:
                self._probing = False
            if answered:
                self._failures = 0
                self._opened_at = None
            elif answered is False:
                self._failures += 1
                # A call from before the opening does not make the rest longer.
                if probe or (self._opened_at is None and self._failures >= self._limit):
                    self._opened_at = self._clock()
