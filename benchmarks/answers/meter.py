"""Counts what llama.cpp evaluates in this process, whoever asks it to, and tells how much memory was held."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import llama_cpp as bindings

_STATUS = Path("/proc/self/status")


@dataclass
class Meter:
    """Tokens evaluated since `reset`: `read` in batches of several, `written` one at a time.

    That is how llama.cpp's own counters tell prompt from answer: a prompt of which only the last token is
    new counts as written, and a draft that is checked in one batch counts as read. `moments` are the times
    (monotonic, s) at which each single token was evaluated.
    """

    read: int = 0
    written: int = 0
    moments: list[float] = field(default_factory=list)

    def reset(self) -> None:
        self.read = self.written = 0
        self.moments.clear()

    def count(self, tokens: int) -> None:
        if tokens > 1:
            self.read += tokens
        else:
            self.written += 1
            self.moments.append(time.perf_counter())


def attach() -> Meter:
    """Count from now on. Every contestant goes through this one function of llama.cpp, so none is favoured."""
    meter, decode = Meter(), bindings.llama_decode
    counted = _counted(decode, meter)
    bindings.llama_decode = counted
    llama_cpp.llama_decode = counted
    return meter


def _counted(decode: Callable[..., int], meter: Meter) -> Callable[..., int]:
    def llama_decode(context: Any, batch: Any, /) -> int:
        status = decode(context, batch)
        meter.count(batch.n_tokens)
        return status

    return llama_decode


def peak_mb() -> float:
    """The most memory that this process has had resident so far, in MB (10^6 bytes).

    Linux counts it for this program alone; `getrusage`, elsewhere, may hold that of the one that started it.
    """
    if _STATUS.exists():
        return _status_mb("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def resident_mb() -> float:
    """What is resident now, in MB; the peak where the system does not tell."""
    return _status_mb("VmRSS") if _STATUS.exists() else peak_mb()


def _status_mb(name: str) -> float:
    line = next(each for each in _STATUS.read_text().splitlines() if each.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / 1e6
