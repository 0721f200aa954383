"""The language model on a real server, a process of llama.cpp's own, asked by whole turns."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from agent.language_model import CancelToken, Prompt
from agent.model_queue import ModelQueue
from agent.openai_model import OpenAICompatibleModel
from agent.types import Score
from agent.understand.heads import HeadScores
from agent.understand.second_look import SecondReader
from prompts.render import Texts
from service.model_server import connect
from service.settings import ROOT, Settings
from service.wiring import Kefu, open_kefu

FILE = ROOT / ".kefu" / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
CACHE = Path(os.environ.get("KEFU_CACHE_DIR") or Path.home() / ".cache" / "kefu")
SLOTS = 2
# Questions for which authors have approved no answer: those would need no model.
QUESTIONS = ("我买的东西坏了，寄回去的邮费算谁的", "if my parcel is lost what happens then")

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is not there: run `make setup`"),
]


def command(port: int) -> list[str]:
    """How a server with the model file is started here; skips where there is none."""
    named = os.environ.get("KEFU_TEST_LLAMA_SERVER")
    built = sorted(CACHE.glob("server/*/llama-server"), key=lambda path: path.stat().st_mtime)
    if binary := named or (str(built[-1]) if built else ""):
        limits = ["--ctx-size", "4096", "--parallel", str(SLOTS), "--threads", "2"]
        return [binary, "--model", str(FILE), "--host", "127.0.0.1", "--port", str(port), "--slots", *limits]
    if all(importlib.util.find_spec(name) for name in ("fastapi", "sse_starlette", "starlette_context")):
        return [sys.executable, "-m", "llama_cpp.server", "--model", str(FILE), "--port", str(port)]
    pytest.skip(
        "no llama-server: run `scripts/llama_server.sh .venv/bin/python`, or set KEFU_TEST_LLAMA_SERVER"
    )


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as output, subprocess.Popen(command(port), stdout=output, stderr=output) as process:
        try:
            _wait(port, process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/v1/models").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def on_server(shared: Settings, url: str) -> Settings:
    return shared.model_copy(
        update={"model": url, "model_parallel": SLOTS, "model_wait_s": 300, "phrasing": "write"}
    )


@pytest.fixture
def model(url: str) -> Iterator[OpenAICompatibleModel]:
    found = connect(Settings(model=url, model_wait_s=300))
    yield found
    found.close()


@pytest.fixture
def kefu(on_server: Settings) -> Iterator[Kefu]:
    with open_kefu(on_server) as found:
        yield found


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_policy_answer_is_written_verified_and_cited(kefu: Kefu, text: str) -> None:
    conversation = kefu.turns.open("test", None, None).conversation_id
    turn = kefu.turns.answer(conversation, text, None, lambda name, value: None, CancelToken())
    assert turn.decision.kind == "answer"
    assert turn.citations and f"[{turn.citations[0].n}]" in turn.reply
    passage = kefu.snapshot.passage(turn.citations[0].passage_id)
    assert passage is not None and turn.citations[0].quote in passage.text
    record = kefu.turns.explain(turn.turn_id)
    assert record is not None
    generation, versions = record["trace"]["generation"], record["trace"]["versions"]
    assert generation["output"] and not generation["problem"]
    assert versions["model"].endswith(kefu.turns.parts.writer.model.fingerprint)
    assert kefu.settings.model in versions["model"]


def test_the_grammar_of_the_second_look_holds(model: OpenAICompatibleModel) -> None:
    intents = tuple(Score(name, 0.3) for name in ("refund_status", "return_item", "order_status", "invoice"))
    torn = HeadScores((Score("question", 0.9),), intents, (Score("neutral", 0.9),), (), 0.1, 0.5)
    reader = SecondReader(model, ModelQueue(1), Texts(ZoneInfo("UTC")), wait_s=300, limit_s=300)
    for text, language in (("我的钱什么时候退回来？", "zh"), ("Still no money back on my card", "en")):
        look = reader.look(text, language, torn, CancelToken())  # type: ignore[arg-type]
        assert look.said in {*(score.label for score in intents), "none"}, look
        assert not look.problem


def test_cancel_frees_the_slot_of_the_server(model: OpenAICompatibleModel, url: str) -> None:
    cancel, begun = CancelToken(), threading.Event()

    def write() -> None:
        for _ in model.stream(Prompt("Count.", "", "Count from 1 to 5000 in words."), 4000, cancel):
            begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(120)
    assert busy(url) == 1
    cancel.cancel()
    thread.join(10)
    assert not thread.is_alive()
    until = time.monotonic() + 30
    while busy(url) and time.monotonic() < until:
        time.sleep(0.05)
    assert busy(url) == 0


def busy(url: str) -> int:
    slots = httpx.get(f"{url.removesuffix('/v1')}/slots", timeout=30)
    if slots.status_code != 200:
        pytest.skip("this server does not tell about its slots")
    return sum(bool(slot["is_processing"]) for slot in slots.json())
