"""Processes that deliver from an outbox, until nothing waits or until they are killed at a step of their own.

Run as a program, this reads rounds from its input, each one JSON line: a list of `Job`s. It forks a process a job
and answers, when all have ended, with one JSON line: whether each was killed. It connects to nothing itself, so that
forking is safe and a process costs no start of an interpreter.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr
from sqlalchemy import Engine

from service.clock import utc_now
from service.outbox.departments import SmtpServer
from service.outbox.mail import Mail
from service.outbox.routes import Routes
from service.outbox.transport import Transport
from service.outbox.webhook import Webhook, open_poster
from service.outbox.worker import Pace, Worker
from tools.desk.notices import Notice
from tools.store.database import make_engine
from tools.store.outbox import Outbox

ROOT = Path(__file__).parents[3]
SECRET = "0123456789abcdef0123456789abcdef"
PACE = Pace(lease=timedelta(seconds=2), send_s=1.0, failures=1000)
PATIENCE_S = 120


@dataclass(frozen=True)
class Job:
    """Deliver to a `webhook` ("logistics") and a mail server at `smtp_port` ("quality") until nothing waits.

    `die_at` kills the process with SIGKILL at a step, the `nth` time that it comes to it: "commit" and "committed"
    are just before and after a commit, "send" and "sent" just before and after a sending.
    """

    url: str
    webhook: str
    smtp_port: int
    die_at: str = ""
    nth: int = 1
    send_s: float = 0.5


class Postmen:
    """The program below, seen from a test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def together(self, jobs: Sequence[Job]) -> list[bool]:
        """Whether each was killed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([asdict(job) for job in jobs]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the postmen have gone home"
        killed: list[bool] = json.loads(answer)
        return killed


@contextmanager
def postmen_at_work() -> Iterator[Postmen]:
    command = [sys.executable, "-m", "tests.service.outbox.postmen"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Postmen(process)
        assert process.stdin
        process.stdin.close()


class Steps:
    """Counts what a process does and kills it where it is told."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._seen: Counter[str] = Counter()

    def here(self, step: str) -> None:
        self._seen[step] += 1
        if step == self._job.die_at and self._seen[step] >= self._job.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine) -> None:
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.here("commit")
            commit(connection)
            self.here("committed")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]


@dataclass(frozen=True)
class Deadly:
    """A transport that dies before or after it has done its work."""

    inner: Transport
    steps: Steps

    @property
    def name(self) -> str:
        return self.inner.name

    def send(self, notice: Notice) -> str:
        self.steps.here("send")
        reference = self.inner.send(notice)
        self.steps.here("sent")
        return reference


def work(job: Job) -> None:
    """In the forked process: go on until nothing waits."""
    engine, steps = make_engine(job.url), Steps(job)
    outbox = Outbox(engine)
    outbox.standing()
    steps.watch(engine)
    smtp = SmtpServer(
        "127.0.0.1", job.smtp_port, "none", "", SecretStr(""), "kefu@shop.example", job.send_s, job.send_s
    )
    with open_poster(job.send_s, job.send_s) as poster:
        ways: dict[str, Transport] = {
            "logistics": Webhook(job.webhook, poster, utc_now, SECRET),
            "quality": Mail("quality@shop.example", "zh", smtp, utc_now),
        }
        routes = Routes({name: Deadly(way, steps) for name, way in ways.items()})
        worker = Worker(
            outbox, routes, utc_now, PACE, lambda _: timedelta(milliseconds=random.randint(1, 50))
        )
        while worker.run_once() or any(each.state == "waiting" for each in outbox.standing()):
            time.sleep(0.02)


def begin(job: Job) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work(job)
            code = 0
        finally:
            os._exit(code)
    return pid


def killed(pid: int) -> bool:
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "a postman has failed"
    return False


def main() -> None:
    # What is said on the output is read by the test.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    for row in sys.stdin:
        team = [begin(Job(**each)) for each in json.loads(row)]
        print(json.dumps([killed(pid) for pid in team]), flush=True)


if __name__ == "__main__":
    main()
