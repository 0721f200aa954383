"""A whole installation for tests: real embedding, real index, real database; the language model scripted or real."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from rich.console import Console

from agent.language_model import LanguageModel, ScriptedModel
from service.app import create_app
from service.clock import utc_now
from service.settings import ROOT, Settings
from service.wiring import Kefu, open_kefu

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MADE = ROOT / ".kefu"


@dataclass(frozen=True)
class Running:
    """A server on a real socket."""

    url: str
    kefu: Kefu
    server: uvicorn.Server


Serve = Callable[..., AbstractContextManager[Running]]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Models and index as `make setup` made them, and the sample shop; nobody writes here, tests take copies."""
    from examples.shop.generate import generate
    from service.setup import publish_knowledge
    from tools.store.database import make_engine, migrate
    from tools.store.sql import SqlStore

    for needed in ("heads.bin", "snapshots/CURRENT", "models/multilingual-e5-small"):
        if not (MADE / needed).exists():
            pytest.skip(f"{needed} is not there yet: run `make setup`")
    folder = tmp_path_factory.mktemp("kefu")
    (folder / "models").symlink_to(MADE / "models")
    shutil.copytree(MADE / "snapshots", folder / "snapshots")
    for name in ("heads.bin", "heads.sha256"):
        shutil.copy(MADE / name, folder / name)
    if (MADE / "states").exists():
        (folder / "states").symlink_to(MADE / "states")
    settings = Settings(data_dir=folder, port=0)
    engine = make_engine(settings.database)
    migrate(engine)
    SqlStore(engine).import_shop(generate(7, utc_now()))
    engine.dispose()
    publish_knowledge(settings, Console(quiet=True))
    return settings


def copy_of(prepared: Settings, folder: Path) -> Settings:
    """The same installation with a database and an index of its own in `folder`."""
    for path in prepared.data_dir.iterdir():
        if path.name.startswith("kefu.sqlite3"):
            shutil.copy(path, folder / path.name)
        elif path.name == "snapshots":
            shutil.copytree(path, folder / path.name)
        else:
            (folder / path.name).symlink_to(path)
    return prepared.model_copy(update={"data_dir": folder})


@pytest.fixture
def fresh(prepared: Settings, tmp_path: Path) -> Settings:
    """An installation that no other test writes to."""
    return copy_of(prepared, tmp_path)


@pytest.fixture(scope="module")
def shared(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation for the tests of one module."""
    return copy_of(prepared, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Serve an installation on a free port of the loopback."""

    @contextmanager
    def run(
        settings: Settings, model: LanguageModel | None = None, staff_token: str = ""
    ) -> Iterator[Running]:
        with open_kefu(settings, model or ScriptedModel()) as kefu:
            app = create_app(
                kefu.turns, "test", settings.turns_at_once, kefu.authors,
                turns_waiting=settings.turns_waiting, staff_token=staff_token,
            )  # fmt: skip
            config = uvicorn.Config(app, log_level="error", access_log=False, ws="none", proxy_headers=False)
            server = uvicorn.Server(config)
            listening = socket.create_server(("127.0.0.1", 0))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            try:
                yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", kefu, server)
            finally:
                server.should_exit = True
                thread.join(timeout=30)
                listening.close()

    return run


@pytest.fixture(scope="session")
def live_server_url(
    prepared: Settings, serve: Serve, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """One server for all browser tests; its model says nothing, so policy answers quote the passage."""
    with serve(copy_of(prepared, tmp_path_factory.mktemp("browser"))) as running:
        yield running.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process: Playwright can be started once."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGS, chromium

    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install one, or name it in KEFU_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield browser
        browser.close()
