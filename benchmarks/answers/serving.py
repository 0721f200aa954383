"""Kefu behind its HTTP endpoint, over the sample shop, until the standard input ends."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable

import uvicorn

from benchmarks.answers.shop import at_that_time
from service.app import create_app
from service.server import BACKLOG
from service.settings import Settings
from service.wiring import code_version, open_kefu


def serve_until_told(settings: Settings, tell: Callable[[str], None]) -> None:
    """`tell` is called with the URL once connections are taken."""
    with open_kefu(settings, clock=at_that_time) as kefu, socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.listen(BACKLOG)
        app = create_app(kefu.turns, code_version(), settings.turns_at_once, kefu.authors)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", access_log=False, server_header=False, proxy_headers=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        tell(f"http://127.0.0.1:{listening.getsockname()[1]}")
        sys.stdin.read()
        server.should_exit = True
        thread.join(30)
