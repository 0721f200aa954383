"""The process in which files are parsed: bounded, without the server's secrets, and easy to replace.

Asks come in on standard input, answers go out on what was standard output; see `frames`. It leaves
with code 0 when it is not needed any more, and the kernel ends it when a file takes too much.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import select
import sys
from typing import Any, BinaryIO

from knowledge.errors import Unreadable
from knowledge.formats.frames import receive, send
from knowledge.formats.model import Limits, limits_from
from knowledge.formats.read import read

IDLE_SECONDS = 120.0
MAX_FILES = 200
_RECURSION = 3_000


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    # Parsers may print; that must not end up among the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.nice(5)
    sys.setrecursionlimit(_RECURSION)
    asks = os.fdopen(os.dup(0), "rb", buffering=0)
    for left in reversed(range(MAX_FILES)):
        if not select.select([asks], [], [], IDLE_SECONDS)[0] or not _serve(asks, answers, last=not left):
            return


def _serve(asks: BinaryIO, answers: BinaryIO, last: bool) -> bool:
    """Whether this process goes on; the answer says so too."""
    frame = receive(asks)
    if frame is None:
        return False
    head, data = frame
    answer = _answer(data, head["name"], limits_from(head["limits"]))
    spent = last or bool(answer.get("spent"))
    send(answers, answer | {"spent": spent})
    return not spent


def _answer(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    try:
        _bound(limits)
        return dataclasses.asdict(read(data, name, limits))
    except Unreadable as error:
        return {"refused": str(error)}
    except MemoryError:
        return {
            "refused": f"needs more than {limits.memory_bytes // 1024**2:,} MB of memory to be read",
            "spent": True,
        }
    except RecursionError:
        return {"refused": "is nested too deeply"}
    except Exception as error:
        # Parsers of other people raise anything over a file that was made to break them.
        return {"refused": f"is damaged: it cannot be read ({type(error).__name__})", "spent": True}


def _bound(limits: Limits) -> None:
    """Processor seconds count from now; nothing is written to any file."""
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(usage.ru_utime + usage.ru_stime + limits.seconds)
    bounds = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for name, soft in bounds.items():
        # Some systems know a limit but do not let it be set.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (soft, resource.getrlimit(name)[1]))


if __name__ == "__main__":
    main()
