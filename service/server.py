"""Opens the installation, prints where to click, and serves until stopped."""

from __future__ import annotations

import gc
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import structlog
import uvicorn
from rich.console import Console

from agent.llama.model import LlamaModel
from agent.turn import get_ready
from agent.understand.heads import HeadsUnusable
from insights.facts.build import Refreshed, refresh
from models.errors import MissingModel
from retrieval.errors import RetrievalError
from service.app import create_app
from service.clock import utc_now
from service.complaint_office import office_of
from service.insights.follower import FactsFollower
from service.knowledge import Follower
from service.outbox.running import outbox_at_work
from service.settings import Settings
from service.setup import SetupError, ensure_set_up, set_up
from service.staff import staff_token
from service.warming import Warmer
from service.wiring import Kefu, code_version, open_kefu

BACKLOG = 2048


def serve(settings: Settings) -> None:
    """Block until the server is told to stop. Raises `SetupError` when the port is taken."""
    console = Console()
    started = time.monotonic()
    _quiet_libraries(settings)
    token = staff_token(settings)
    listening = _listen(settings.host, settings.port)
    with listening, _opened(settings, console) as kefu, ExitStack() as stack:
        app = create_app(
            kefu.turns, code_version(), settings.turns_at_once, kefu.authors,
            turns_waiting=settings.turns_waiting, staff_token=token,
        )  # fmt: skip
        config = uvicorn.Config(
            app,
            log_level=settings.log_level,
            access_log=False,
            timeout_graceful_shutdown=30,
            server_header=False,
            # Who is believed about a client's address is for `Sources` to say; uvicorn would believe the loopback.
            proxy_headers=False,
        )
        host, port = listening.getsockname()[:2]
        get_ready(kefu.turns.parts)
        gc.freeze()
        gc.enable()
        # From here on connections wait in the socket's queue, so what is printed next is true.
        listening.listen(BACKLOG)
        shown = f"[{host}]" if ":" in host else host
        console.print(f"Ready in {time.monotonic() - started:.1f} s · snapshot {kefu.snapshot.id}")
        console.print(f"  Chat page   http://{shown}:{port}/", highlight=False)
        console.print(f"  API         http://{shown}:{port}/schema", highlight=False)
        console.print(
            _insights_link(settings, f"http://{shown}:{port}", token), highlight=False, soft_wrap=True
        )
        console.print("  Stop with Ctrl-C", highlight=False)
        follower = Follower(kefu.authors.authoring.publisher.follow, kefu.knowledge)
        follower.start()
        stack.callback(follower.stop)
        stack.enter_context(outbox_at_work(settings, utc_now, office_of(kefu.turns).watch))
        facts = FactsFollower(lambda: refresh_facts(kefu))
        facts.start()
        stack.callback(facts.stop)
        for warmer in warmers(kefu):
            warmer.start()
            stack.callback(warmer.stop)
        uvicorn.Server(config).run(sockets=[listening])


def _insights_link(settings: Settings, address: str, token: str) -> str:
    """Where staff look; a token that the shop has set itself is not printed."""
    named = bool(settings.staff_token.get_secret_value())
    return f"  For staff   {address}/insights" + (" (KEFU_STAFF_TOKEN)" if named else f"#token={token}")


def refresh_facts(kefu: Kefu) -> Refreshed:
    """What has happened since the last time becomes facts; left to whoever is at it already."""
    turns = kefu.turns
    return refresh(turns.conversations.engine, turns.parts.policies.timezone, turns.clock(), wait=False)


def warmers(kefu: Kefu) -> list[Warmer]:
    """One for a model in this process; a server sees to its own prompts."""
    model = kefu.turns.parts.writer.model
    return [Warmer(model, kefu.turns.parts, kefu.knowledge, utc_now)] if isinstance(model, LlamaModel) else []


@contextmanager
def _opened(settings: Settings, console: Console) -> Iterator[Kefu]:
    """The installation, set up first where something is missing, has changed or is damaged."""
    ensure_set_up(settings, console)
    with ExitStack() as stack:
        try:
            kefu = stack.enter_context(open_kefu(settings))
        except (MissingModel, HeadsUnusable, RetrievalError) as error:
            console.print(f"[yellow]{error}[/]; setting up again")
            set_up(settings, console)
            kefu = stack.enter_context(open_kefu(settings))
        yield kefu


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow happens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio sees to this only for sockets that it opens itself; without it each answer waits 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SetupError(
            f"cannot listen on {host}:{port}: {error.strerror}; set KEFU_HOST or KEFU_PORT"
        ) from error
    return listening


def _quiet_libraries(settings: Settings) -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    level = getattr(logging, settings.log_level.upper())
    logging.basicConfig(level=logging.WARNING)
    # Not structlog's usual tracebacks: they print local variables, and those hold what customers wrote.
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
    )
