"""The main job with the real default model, and with every connection but the loopback refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.settings import ROOT, Settings

pytestmark = [pytest.mark.model, pytest.mark.slow]

MODEL = ROOT / ".kefu" / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
# Run inside the server's process before anything else: whatever is not the loopback is refused and recorded.
GUARD = """
import os, socket, sys
inside = ("127.", "::1", "localhost")
def refuse(where):
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(repr(where) + chr(10))
    raise OSError(101, "the network is cut in this test", str(where))
def guard(name):
    real = getattr(socket.socket, name)
    def call(self, address):
        local = self.family == socket.AF_UNIX or str(address[0]).startswith(inside)
        return real(self, address) if local else refuse(address)
    setattr(socket.socket, name, call)
guard("connect"); guard("connect_ex")
real_lookup = socket.getaddrinfo
socket.getaddrinfo = lambda host, *a, **k: real_lookup(host, *a, **k) if host is None or str(host).startswith(inside) else refuse(host)
from service.cli import main
sys.argv = ["kefu", *sys.argv[1:]]
main()
"""


class Server:
    """`kefu serve` in a process of its own, with the network cut."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.log = log
        self.settings = settings
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start and return the seconds until it said that it is ready."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}
        environment |= {"KEFU_DATA_DIR": str(self.settings.data_dir), "GUARD_LOG": str(self.log)}
        # What is told here holds with the model in the way; by default it leaves short passages as they are.
        environment |= {"KEFU_PHRASING": "write"}
        started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-c", GUARD, "serve", "--port", "0"], cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "Chat page" in line:
                self.url = line.split()[-1].rstrip("/")
                return time.monotonic() - started
        raise AssertionError(f"the server ended with {self._process.wait()}")

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._end(40)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._end(40)

    def _end(self, seconds: float) -> None:
        assert self._process is not None and self._process.stdout is not None
        self._process.wait(timeout=seconds)
        self._process.stdout.close()


@pytest.fixture
def server(fresh: Settings, tmp_path: Path) -> Iterator[Server]:
    if not MODEL.exists():
        pytest.skip(f"{MODEL.name} is not there: run `make setup`")
    server = Server(fresh, tmp_path / "refused.log")
    yield server
    server.stop()


def begin(url: str) -> str:
    return str(httpx.post(f"{url}/v1/conversations", json={"channel": "test"}).json()["conversation_id"])


def say(url: str, conversation: str, text: str, message_id: str | None = None) -> dict[str, Any]:
    body = {"text": text, "message_id": message_id}
    turn: dict[str, Any] = httpx.post(
        f"{url}/v1/conversations/{conversation}/messages", json=body, timeout=300
    ).json()
    return turn


def test_from_question_to_receipt_without_a_network(server: Server) -> None:
    server.start()
    steps = say(server.url, begin(server.url), "我想退换货，但不知道怎么操作。")
    assert steps["decision"]["kind"] == "answer"
    assert steps["citations"][0]["passage_id"].startswith("returns-how-to.zh#")
    assert all(claim["supported"] for claim in steps["claims"] if claim["sentence"] in steps["reply"])
    trace = httpx.get(f"{server.url}/v1/turns/{steps['turn_id']}/trace").json()["trace"]
    assert trace["generation"]["output"], "the local model wrote nothing"

    broken = say(server.url, begin(server.url), "Do I pay shipping if it arrived broken?")
    assert broken["language"] == "en" and broken["citations"]
    assert "Greenleaf Select pays" in broken["reply"] or "we pay" in broken["reply"]

    conversation = begin(server.url)
    assert say(server.url, conversation, "Send this back please")["decision"]["awaiting"] == "identity"
    say(server.url, conversation, "emma.clark@example.com")
    say(server.url, conversation, "W1000011")
    proposed = say(server.url, conversation, "the sneakers, they are too small")
    assert proposed["decision"]["kind"] == "propose"
    assert say(server.url, conversation, "yes please")["receipts"][0]["order_id"] == "W1000011"
    assert not server.log.exists(), server.log.read_text()


def test_killed_in_the_middle_of_a_turn_and_started_again(server: Server) -> None:
    server.start()
    conversation = begin(server.url)
    say(server.url, conversation, "我收到的商品有质量问题，要求退货。")
    say(server.url, conversation, "liwen@example.com")
    assert say(server.url, conversation, "W1000001 台灯")["decision"]["kind"] == "propose"
    with (
        pytest.raises(httpx.HTTPError),
        httpx.stream(
            "POST",
            f"{server.url}/v1/conversations/{conversation}/messages",
            json={"text": "七天无理由退货的条件是什么？", "message_id": "cut"},
            headers={"accept": "text/event-stream"},
            timeout=60,
        ) as answer,
    ):
        for line in answer.iter_lines():
            if "decision" in line:
                server.kill()
    server.start()
    read = httpx.get(f"{server.url}/v1/conversations/{conversation}").json()
    assert len(read["turns"]) == 3
    again = say(server.url, conversation, "七天无理由退货的条件是什么？", "cut")
    assert again["decision"]["awaiting"] == "confirmation"
    done = say(server.url, conversation, "好的", "yes")
    assert len(done["receipts"]) == 1
    assert say(server.url, conversation, "好的", "yes")["receipts"] == done["receipts"]
    assert again["language"] == "zh"
