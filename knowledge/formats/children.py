"""Reads files in child processes, so that none of them can hang or exhaust the server.

A child is started when the first file comes, reads one file after the other, is replaced when it dies,
and leaves by itself when nothing comes for two minutes or the server is gone.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from knowledge.errors import Unreadable
from knowledge.formats.frames import receive, send
from knowledge.formats.model import DEFAULT, MEGABYTE, SUPPORTED, Converted, Limits

MAX_RUNNING = 2
_START_SECONDS = 20.0
_BYTES_A_CHARACTER = 12
_BROKEN = "cannot be read: it broke the process that reads files"
_TOOK_TOO_LONG = -int(getattr(signal, "SIGXCPU", 0)) or None
_DATES = ("effective_from", "effective_to")


def convert(data: bytes, name: str, limits: Limits = DEFAULT) -> Converted:
    """The canonical form of a file. Its kind is told by the suffix of `name`.

    Raises `Unreadable` with a reason for its author. Takes at most `limits.seconds` and some for the start
    of a process; of more than two calls at a time the others wait.
    """
    check_name(name)
    if len(data) > limits.file_bytes:
        raise too_large(limits)
    if not data.strip():
        raise Unreadable("is empty")
    answer = _CHILDREN.ask(data, PurePath(name).name, limits)
    if "refused" in answer:
        raise Unreadable(str(answer["refused"]))
    metadata = {
        key: date.fromisoformat(value) if key in _DATES else value
        for key, value in answer["metadata"].items()
    }
    return Converted(answer["title"], answer["markdown"], metadata, tuple(answer["notes"]))


def check_name(name: str) -> None:
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUPPORTED:
        raise Unreadable(
            f"is of a kind that is not read ({suffix or 'no suffix'}): {', '.join(sorted(SUPPORTED))} are"
        )


def too_large(limits: Limits) -> Unreadable:
    return Unreadable(f"is larger than {limits.file_bytes / MEGABYTE:g} MB")


class _Child:
    """One process and its pipes."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-m", "knowledge.formats.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Nothing of the server's environment: it may hold keys.
            env={"PYTHONPATH": root, "PYTHONUTF8": "1", "PATH": os.defpath},
        )

    def ask(self, data: bytes, name: str, limits: Limits) -> dict[str, Any] | None:
        """None where it ended without an answer."""
        assert self.process.stdin and self.process.stdout
        with contextlib.suppress(OSError, ValueError):
            send(self.process.stdin, {"name": name, "limits": dataclasses.asdict(limits)}, data)
            frame = receive(self.process.stdout, _BYTES_A_CHARACTER * limits.characters + MEGABYTE)
            return frame[0] if frame else None
        return None

    def close(self) -> int:
        """End it. Its exit code, negative for a signal."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # One that is ending shall say by which signal; any other has no reason to live on.
            self.process.wait(0.5)
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        return self.process.wait()


class _Children:
    """Idle processes, ready for the next file."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._started = False

    def ask(self, data: bytes, name: str, limits: Limits) -> dict[str, Any]:
        with self._places:
            child = self._idle_one()
            # One that had been idle may have been leaving; a new one ends for no other reason than the file.
            answer = self._try(child, data, name, limits) if child else None
            return answer or self._try(_Child(), data, name, limits) or {"refused": _BROKEN}

    def _idle_one(self) -> _Child | None:
        with self._lock:
            if not self._started:
                self._started = True
                atexit.register(self.close)
            return self._idle.pop() if self._idle else None

    def _try(self, child: _Child, data: bytes, name: str, limits: Limits) -> dict[str, Any] | None:
        """None where the process ended without an answer, and not because it took too long."""
        late = threading.Event()

        def end() -> None:
            late.set()
            child.process.kill()

        timer = threading.Timer(limits.seconds + _START_SECONDS, end)
        timer.daemon = True
        timer.start()
        try:
            answer = child.ask(data, name, limits)
        except BaseException:
            child.close()
            raise
        finally:
            timer.cancel()
        if answer is not None and not answer.get("spent") and not late.is_set():
            with self._lock:
                self._idle.append(child)
            return answer
        slow = child.close() == _TOOK_TOO_LONG or late.is_set()
        return (
            {"refused": f"takes longer than {limits.seconds:g} seconds to read"}
            if slow and not answer
            else answer
        )

    def close(self) -> None:
        while self._idle:
            child = self._idle.pop()
            if child.process.stdin:
                child.process.stdin.close()
            child.close()


_CHILDREN = _Children(MAX_RUNNING)
