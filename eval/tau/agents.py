"""The agent under test: in this process, or behind its HTTP endpoint; each on a database of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from agent.language_model import CancelToken
from agent.turn import Parts
from eval.tau.play import Agent
from service.app import create_app
from service.conversations import ConversationStore
from service.turns import TurnService
from tools.catalogue import Catalogue
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

CHANNEL = "eval"
# One customer speaks at a time; the second thread is for a turn whose client has just hung up.
TURNS_AT_ONCE = 2
# A turn that has to wait for a model on a busy machine is slow, not lost.
PATIENCE_S = 300.0
LEAVING_S = 30.0
MakeAgent = Callable[[Path], tuple[Agent, Callable[[], None]]]


class EndpointError(OSError):
    """The agent's endpoint did not answer as its description promises; the message says what came."""


class InProcess:
    """The whole turn, without the network."""

    def __init__(self, turns: TurnService, lang: str) -> None:
        self._turns = turns
        self._conversation = turns.open(CHANNEL, lang, None).conversation_id

    def say(self, text: str) -> tuple[str, str | None, str]:
        turn = self._turns.answer(self._conversation, text, None, _nobody_listens, CancelToken())
        return turn.reply, turn.decision.awaiting, turn.decision.kind


class OverHttp:
    """The agent as a channel sees it: nothing but the public fields of its endpoint."""

    def __init__(self, client: httpx.Client, lang: str) -> None:
        """Begin a conversation. Raises `EndpointError`."""
        self._client = client
        begun = _post(client, "/v1/conversations", {"channel": CHANNEL, "locale": lang})
        self._messages = f"/v1/conversations/{begun['conversation_id']}/messages"

    def say(self, text: str) -> tuple[str, str | None, str]:
        """As `Agent`; raises `EndpointError`."""
        turn = _post(self._client, self._messages, {"text": text})
        return turn["reply"], turn["decision"]["awaiting"], turn["decision"]["kind"]


def in_process(parts: Parts, versions: dict[str, str], lang: str) -> MakeAgent:
    """Agents that share models and knowledge, each on the shop in its own database file."""

    def make(path: Path) -> tuple[Agent, Callable[[], None]]:
        with ExitStack() as stack:
            agent = InProcess(_turns(parts, versions, path, stack), lang)
            return agent, stack.pop_all().close

    return make


def over_http(parts: Parts, versions: dict[str, str], lang: str) -> MakeAgent:
    """The same behind a server of its own each, spoken to over a socket of the loopback."""

    def make(path: Path) -> tuple[Agent, Callable[[], None]]:
        with ExitStack() as stack:
            url = stack.enter_context(served(_turns(parts, versions, path, stack), versions["code"]))
            # The machine's proxy has no business between us and the loopback.
            client = httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False)
            agent = OverHttp(stack.enter_context(client), lang)
            return agent, stack.pop_all().close

    return make


@contextmanager
def served(turns: TurnService, version: str) -> Iterator[str]:
    """Serve the application on a free port of the loopback, as `kefu serve` does; gives its URL.

    Raises `EndpointError` when it does not start.
    """
    app = create_app(turns, version, TURNS_AT_ONCE)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", access_log=False, server_header=False, proxy_headers=False)
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise EndpointError("the server did not start; `kefu serve` says why")
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(LEAVING_S)


def _turns(parts: Parts, versions: dict[str, str], path: Path, stack: ExitStack) -> TurnService:
    """The agent on the shop in the database file `path`."""
    engine = make_engine(f"sqlite:///{path}")
    stack.callback(engine.dispose)
    migrate(engine)
    store = SqlStore(engine)
    mine = replace(parts, store=store, catalogue=Catalogue(store))
    return TurnService(mine, ConversationStore(engine), versions)


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = client.post(path, json=body)
    except httpx.HTTPError as error:
        raise EndpointError(
            f"the agent's endpoint did not answer: {error or type(error).__name__}"
        ) from error
    if not answer.is_success:
        raise EndpointError(f"the agent's endpoint answered {answer.status_code}: {_reason(answer)}")
    found: dict[str, Any] = answer.json()
    return found


def _reason(answer: httpx.Response) -> str:
    """The detail of the problem (RFC 9457), or what else was sent."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]


def _nobody_listens(_name: str, _value: Any) -> None:
    return
