"""The tasks over the real endpoint: real sockets, and the same results as in process."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from agent.language_model import ScriptedModel
from agent.turn import Parts
from eval.tau.agents import EndpointError, MakeAgent, OverHttp, in_process, over_http
from eval.tau.folder import open_folder
from eval.tau.gold import CARDS
from eval.tau.play import Episode, Settings, play
from service.settings import Settings as Installation
from service.setup import publish_knowledge
from service.wiring import open_kefu
from tests.eval.makers import CANCEL, FORBIDDEN, RETURN, WRONG, tiny_folder

AgentParts = tuple[Parts, dict[str, str]]
# Receipts and returns get new numbers each time, and the shop is as old as its import.
_NEW = re.compile(r"\b[A-Z]{1,2}-?[0-9A-Z]{6,26}\b|\b\d\d:\d\d\b")


@pytest.fixture(scope="module")
def parts(shared: Installation) -> Iterator[AgentParts]:
    """The agent with the policies of the tasks and a model that says nothing."""
    settings = shared.model_copy(update={"policies_dir": CARDS})
    # Nothing is published yet: these are the documents of another shop.
    shutil.rmtree(settings.snapshots_dir)
    for database in settings.data_dir.glob("kefu.sqlite3*"):
        database.unlink()
    publish_knowledge(settings, Console(quiet=True))
    with open_kefu(settings, ScriptedModel()) as kefu:
        yield kefu.turns.parts, kefu.turns.versions


def played(folder: Path, lang: str, agents: MakeAgent) -> dict[str, Episode]:
    found = play(open_folder(folder), Settings(lang=lang), agents, lambda _episode, _total: None)
    return {episode.task_id: episode for episode in found}


def comparable(episode: Episode) -> Episode:
    log = [(said, _NEW.sub("…", reply), kind) for said, reply, kind in episode.log]
    return replace(episode, seconds=[], log=log)


@pytest.mark.model
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_over_http_comes_out_what_comes_out_in_process(tmp_path: Path, parts: AgentParts, lang: str) -> None:
    folder = tiny_folder(tmp_path, CANCEL, RETURN, FORBIDDEN, WRONG)
    here, there = (played(folder, lang, make(*parts, lang)) for make in (in_process, over_http))
    assert {name: episode.passed for name, episode in there.items()} == {
        "cancel": True, "return": True, "forbidden": True, "wrong": False,
    }, there  # fmt: skip
    assert {name: comparable(each) for name, each in there.items()} == {
        name: comparable(each) for name, each in here.items()
    }
    assert there["wrong"].why == ["not as the gold has it: #W0000001: {'status': 'cancelled'}"]


def at_work() -> set[str]:
    """The threads that serve; that of the log stays, as it does in every server."""
    return {thread.name for thread in threading.enumerate() if "_monitor" not in thread.name}


@pytest.mark.model
def test_a_server_ends_with_its_task_and_no_proxy_stands_before_it(
    tmp_path: Path, parts: AgentParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    before = at_work()
    agent, close = over_http(*parts, "en")(tmp_path / "shop.sqlite3")
    assert agent.say("hello")[2] == "answer"
    assert at_work() > before
    close()
    assert at_work() == before


@contextmanager
def answering(status: int, body: bytes) -> Iterator[httpx.Client]:
    """A client of a server that answers everything in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", trust_env=False) as client:
            yield client
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (503, b'{"status": 503, "detail": "the database is away"}', "answered 503: the database is away"),
        (502, b"<html>bad gateway</html>", "answered 502: <html>bad gateway</html>"),
        (401, b'["no"]', r'answered 401: \["no"\]'),
    ],
)
def test_what_goes_wrong_at_the_endpoint_is_told(status: int, body: bytes, told: str) -> None:
    with answering(status, body) as client, pytest.raises(EndpointError, match=told):
        OverHttp(client, "en")


def test_an_endpoint_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with (
        httpx.Client(base_url=url, trust_env=False) as client,
        pytest.raises(EndpointError, match="did not answer"),
    ):
        OverHttp(client, "en")
