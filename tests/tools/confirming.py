"""Processes that confirm proposals, at the same moment or until they are killed on the way.

Run as a program, this reads rounds from its input, each one JSON line: a list of `Job`s. It forks a process a
job, lets all of them go at once, and answers with one JSON line: what became of each. It never connects to
any database itself, so that forking is safe and a process costs no start of an interpreter.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.tools.builders import NOW, POLICIES
from tools.desk.complaint_watch import watch_deadlines
from tools.desk.hand_over import hand_over
from tools.desk.identify import Facts, identify
from tools.desk.proposals import confirm
from tools.desk.records import Proposal, Receipt
from tools.errors import ToolError
from tools.policy.cards import PolicyCards, load_policy_book
from tools.store.complaint_store import ComplaintStore
from tools.store.database import make_engine
from tools.store.sql import SqlStore

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(minutes=5)
PATIENCE_S = 90


@dataclass(frozen=True)
class Job:
    """Say yes to a proposal, `times` times.

    `die_at` kills the process with SIGKILL before that statement of the transaction (the first is 0), or
    "commit" or "committed": just before and just after the commit. `kill_after_s` kills it from outside.
    `email` is somebody who proves who they are instead, and `hand_over` asks for a person instead. `watch_at` is
    when the deadlines of all complaints are looked at instead, as ISO 8601.
    """

    url: str
    proposal_id: str = ""
    digest: str = ""
    conversation_id: str = "K-1"
    customer_id: str = "C-1"
    times: int = 1
    die_at: int | str = ""
    kill_after_s: float | None = None
    email: str = ""
    hand_over: bool = False
    watch_at: str = ""

    @classmethod
    def of(cls, url: str, proposal: Proposal, **more: Any) -> Job:
        plain = cls(url, proposal.id, proposal.digest, proposal.conversation_id, proposal.customer_id)
        return replace(plain, **more)


@dataclass(frozen=True)
class Ended:
    """`said` is what each call came to: ["receipt", id], ["denied", reason] or ["error", code]."""

    killed: bool
    said: list[list[str]]
    statements: int = 0
    seconds: float = 0.0


class Clerks:
    """The program below, seen from a test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def together(self, jobs: Sequence[Job]) -> list[Ended]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([asdict(job) for job in jobs]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the clerks have gone home"
        return [Ended(**each) for each in json.loads(answer)]

    def alone(self, job: Job) -> Ended:
        (ended,) = self.together([job])
        return ended


@contextmanager
def clerks_at_work() -> Iterator[Clerks]:
    command = [sys.executable, "-m", "tests.tools.confirming"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Clerks(process)
        assert process.stdin
        process.stdin.close()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Steps:
    """Counts the statements of a process and kills it where it is told."""

    def __init__(self, engine: Engine, die_at: int | str, report: int) -> None:
        self.count = 0
        self._die_at = die_at
        self._report = report
        event.listen(engine, "before_cursor_execute", self._statement)
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self._here("commit")
            commit(connection)
            self._here("committed")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]

    def _statement(self, *_: object) -> None:
        self._here(self.count)
        self.count += 1

    def _here(self, place: int | str) -> None:
        if place == self._die_at:
            os.write(self._report, json.dumps({"said": [], "statements": self.count}).encode())
            die()


def work(job: Job, cards: PolicyCards, gate: int, report: int) -> None:
    """In the forked process: be ready, wait for the gate, do the job, report."""
    engine = make_engine(job.url)
    store = SqlStore(engine)
    store.meta("currency")
    steps = Steps(engine, job.die_at, report)
    os.write(report, b"\n")
    os.read(gate, 1)
    said = [
        watched(job, engine, cards) if job.watch_at else outcome(job, store, cards) for _ in range(job.times)
    ]
    os.write(report, json.dumps({"said": said, "statements": steps.count}).encode())


def watched(job: Job, engine: Engine, cards: PolicyCards) -> list[str]:
    now = datetime.fromisoformat(job.watch_at)
    return ["watched", str(watch_deadlines(ComplaintStore(engine), cards, now))]


def outcome(job: Job, store: SqlStore, cards: PolicyCards) -> list[str]:
    try:
        if job.hand_over:
            return ["receipt", hand_over(store, job.conversation_id, "C-1", "why", "what", LATER).id]
        if job.email:
            facts = Facts(email=job.email)
            found = identify(store, cards.identity, facts, job.conversation_id, "", LATER)
            return ["identified", getattr(found, "id", "") or getattr(found, "why", "")]
        result = confirm(
            store, cards, job.proposal_id, job.digest, job.conversation_id, job.customer_id, LATER
        )
    except ToolError as error:
        return ["error", error.code]
    return ["receipt", result.id] if isinstance(result, Receipt) else ["denied", result.reason]


@dataclass
class Running:
    job: Job
    pid: int
    report: int


def begin(job: Job, cards: PolicyCards, gate: tuple[int, int]) -> Running:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(gate[1])
            work(job, cards, gate[0], writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return Running(job, pid, reading)


def finish(running: Running, started: float) -> Ended:
    if running.job.kill_after_s is not None:
        select.select(
            [running.report], [], [], max(0.0, started + running.job.kill_after_s - time.monotonic())
        )
        os.kill(running.pid, signal.SIGKILL)
    parts = b""
    deadline = started + PATIENCE_S
    while select.select([running.report], [], [], max(0.0, deadline - time.monotonic()))[0]:
        part = os.read(running.report, 65536)
        parts += part
        if not part:
            break
    else:
        os.kill(running.pid, signal.SIGKILL)
    seconds = time.monotonic() - started
    os.close(running.report)
    _, status = os.waitpid(running.pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    told: dict[str, Any] = json.loads(parts) if parts.strip() else {"said": [], "statements": 0}
    if not killed and os.waitstatus_to_exitcode(status) != 0:
        told["said"] = [["crashed", str(status)]]
    return Ended(killed, told["said"], told["statements"], seconds)


def main() -> None:
    cards = load_policy_book(POLICIES).at(NOW)
    for row in sys.stdin:
        gate = os.pipe()
        team = [begin(Job(**each), cards, gate) for each in json.loads(row)]
        for each in team:
            os.read(each.report, 1)
        started = time.monotonic()
        os.close(gate[0])
        os.close(gate[1])
        print(json.dumps([asdict(finish(each, started)) for each in team]), flush=True)


if __name__ == "__main__":
    main()
