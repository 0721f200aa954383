"""Analyses that take seconds: computed in the background for whoever asks, and kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from insights.errors import InsightsError

log = structlog.get_logger("kefu.insights")
FRESH = timedelta(minutes=15)
# So many different filters are remembered.
MOST_KEPT = 12


@dataclass(frozen=True, slots=True)
class Computed:
    """`as_of` is when the computing of `result` began, None where there is none yet; `error` says why."""

    as_of: datetime | None = None
    computing: bool = False
    error: str = ""
    result: Any = None


class Background:
    """One computation at a time, so that customers' turns keep a core; older results are told meanwhile.

    Nothing is computed that nobody asks for.
    """

    def __init__(self, clock: Callable[[], datetime], fresh: timedelta = FRESH) -> None:
        self._clock = clock
        self._fresh = fresh
        self._kept: OrderedDict[Hashable, Computed] = OrderedDict()
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Computed:
        """What is known; begins to compute where that is nothing, a failure, or too old."""
        with self._lock:
            known = self._kept.setdefault(key, Computed())
            self._kept.move_to_end(key)
            if known.computing or not self._stale(known):
                return known
            begun = self._kept[key] = replace(known, computing=True)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        # A daemon: a server that is told to stop does not wait for a forecast.
        threading.Thread(target=self._run, args=(key, compute), name="insights", daemon=True).start()
        return begun

    def _stale(self, known: Computed) -> bool:
        return known.as_of is None or self._clock() - known.as_of >= self._fresh

    def _run(self, key: Hashable, compute: Callable[[], Any]) -> None:
        with self._one_at_a_time:
            began = self._clock()
            done = _done(key, compute, began)
        with self._lock:
            if key in self._kept:
                self._kept[key] = done


def _done(key: Hashable, compute: Callable[[], Any], began: datetime) -> Computed:
    try:
        return Computed(began, result=compute())
    except InsightsError as error:
        return Computed(began, error=str(error))
    except Exception as error:
        log.error("an analysis failed", analysis=str(key), reason=f"{type(error).__name__}: {error}")
        return Computed(began, error="it cannot be computed; the log says why")
