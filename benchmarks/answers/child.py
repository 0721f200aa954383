"""One task in a process of its own: reads a job from the standard input, prints JSON lines.

A job has `task` (play, decoding, growth or serve), `data_dir` of the sample installation, and what the task
needs besides.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TextIO

from benchmarks.answers.contestant import Contestant
from eval.replies.cases import Case, Expectation, load_cases
from service.settings import Settings, read_settings

# Said before the first question of a language, and not measured.
_GREETING = {"zh": "你好", "en": "Hello"}
Job = dict[str, Any]


def open_contestant(name: str, settings: Settings, limit_s: float) -> AbstractContextManager[Contestant]:
    """Raises `ValueError` for a name that is no contestant's."""
    # Each brings in only what it needs: imports count as memory too.
    if name == "kefu":
        from benchmarks.answers.kefu import open_kefu_contestant

        return open_kefu_contestant(settings, limit_s)
    if name == "agent":
        from benchmarks.answers.agent import open_agent

        return open_agent(settings, limit_s)
    if name == "rag":
        from benchmarks.answers.rag import open_rag

        return open_rag(settings, limit_s)
    raise ValueError(f"{name!r} is no contestant")


def play(job: Job, settings: Settings, out: TextIO) -> None:
    """A line when the contestant is loaded, then a line a question."""
    from benchmarks.answers.meter import attach, peak_mb

    by_id = {case.id: case for case in load_cases(Path(job["cases"]))}
    meter, language = attach(), ""
    started = time.perf_counter()
    with open_contestant(job["contestant"], settings, job["limit_s"]) as contestant:
        _tell(out, {"ready_s": round(time.perf_counter() - started, 2), "loaded_mb": round(peak_mb(), 1)})
        for case in (by_id[each] for each in job["ids"]):
            if case.language != language:
                language = case.language
                warm = Case("warm", case.language, "policy", _GREETING[language], Expectation())
                contestant.say(warm, contestant.prepare(warm))
            begun = contestant.prepare(case)
            meter.reset()
            said = contestant.say(case, begun)
            _tell(out, {
                "contestant": job["contestant"], "case": case.id, "language": case.language, "kind": case.kind,
                "question": case.text, "reply": said.reply, "first_s": _rounded(said.first_s),
                "whole_s": _rounded(said.whole_s), "read": meter.read, "written": meter.written,
                "peak_mb": round(peak_mb(), 1), "ended": said.ended, "steps": said.steps, "seen": said.seen,
                "receipts": said.receipts, "handed_over": said.handed_over,
            })  # fmt: skip


def decoding(_job: Job, settings: Settings, out: TextIO) -> None:
    from benchmarks.answers.decoding import measure_decoding
    from benchmarks.answers.meter import attach

    _tell(out, measure_decoding(settings, attach()))


def growth(job: Job, settings: Settings, out: TextIO) -> None:
    from benchmarks.answers.growth import measure_growth

    for row in measure_growth(settings, job["sizes"]):
        _tell(out, row)


def serve(_job: Job, settings: Settings, out: TextIO) -> None:
    from benchmarks.answers.serving import serve_until_told

    serve_until_told(settings, lambda url: _tell(out, {"url": url}))


TASKS = {"play": play, "decoding": decoding, "growth": growth, "serve": serve}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)


def _tell(out: TextIO, line: dict[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()


def main() -> None:
    job: Job = json.loads(sys.stdin.readline())
    # Libraries print where they like; only our lines go to whoever started us.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    from benchmarks.answers.shop import sample_settings

    TASKS[job["task"]](job, sample_settings(read_settings(), Path(job["data_dir"])), out)


if __name__ == "__main__":
    main()
