"""Starts a task in a process of its own and listens to it; whatever happens, none is left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from service.settings import ROOT

_LEAVING_S = 30.0
_LAST_LINES = 8


class TaskFailed(RuntimeError):
    """A task ended with an error; the message has the last lines that it printed."""


@contextmanager
def task(job: dict[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    """The lines of a task as they come. Raises `TaskFailed` where it does not end well by itself."""
    name = f"{job['task']} {job.get('contestant', '')}".strip()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.answers.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=printed, text=True, encoding="utf-8", env=_environment(),
        )  # fmt: skip
        assert child.stdin is not None and child.stdout is not None
        try:
            # One that has died at once says why in what it printed.
            with suppress(BrokenPipeError):
                child.stdin.write(json.dumps(job) + "\n")
                child.stdin.flush()
            yield _lines(child, name, printed)
        finally:
            _end(child)


def _lines(child: subprocess.Popen[str], name: str, printed: IO[str]) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    for line in child.stdout:
        yield json.loads(line)
    if status := child.wait():
        printed.seek(0)
        last = " | ".join(printed.read().strip().splitlines()[-_LAST_LINES:])
        raise TaskFailed(f"{name}: ended with status {status}: {last}")


def _end(child: subprocess.Popen[str]) -> None:
    """A server ends when its input does; anything else is stopped."""
    assert child.stdin is not None and child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.close()
    try:
        child.wait(0 if child.poll() is not None else 2)
    except subprocess.TimeoutExpired:
        child.terminate()
        try:
            child.wait(_LEAVING_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    child.stdout.close()


def _environment() -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TOKENIZERS_PARALLELISM": "false"}
