"""Checks an installation part by part; each finding says how to mend it."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from service.settings import Settings
from service.setup import enough_room

if TYPE_CHECKING:
    from agent.language_model import LanguageModel, Schema

Check = Callable[[Settings], str]
NEEDED_MODULES = ("llama_cpp", "faiss", "bm25s", "torch", "sentence_transformers", "litestar", "sqlalchemy")


class Sick(Exception):
    """A finding, with its remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def examine(settings: Settings, console: Console) -> bool:
    """Run all checks, print a table, return whether everything is well."""
    table = Table("part", "state", "detail", "what to do")
    healthy = True
    for name, check in CHECKS:
        try:
            table.add_row(name, "[green]ok[/]", check(settings), "")
        except Sick as sick:
            healthy = False
            table.add_row(name, "[red]wrong[/]", str(sick), sick.remedy)
        except Exception as error:
            healthy = False
            table.add_row(name, "[red]wrong[/]", f"{type(error).__name__}: {error}", "kefu setup")
    console.print(table)
    return healthy


def _machine(settings: Settings) -> str:
    if not enough_room(settings.data_dir, 500_000_000):
        raise Sick("less than 0.5 GB free", f"make room for {settings.data_dir}")
    free = shutil.disk_usage(
        settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    ).free
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {free / 1e9:.0f} GB free"


def _packages(settings: Settings) -> str:
    for name in NEEDED_MODULES:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise Sick(f"{name}: {error}", "make setup") from error
    return f"{len(NEEDED_MODULES)} found"


def _language_model(settings: Settings) -> str:
    from models.errors import ModelError
    from service.model_server import on_server
    from service.wiring import load_model

    if on_server(settings):
        return _model_server(settings)
    try:
        model = load_model(settings)
    except ModelError as error:
        raise Sick(str(error), f"kefu models pull {settings.model}") from error
    if not _words(model):
        raise Sick("the model writes nothing", f"kefu models verify {settings.model}")
    return model.name


def _model_server(settings: Settings) -> str:
    """Asked for a few words twice: as they come, and as JSON that has to follow a schema."""
    from agent.language_model import ModelError
    from service.model_server import connect

    try:
        with closing(connect(settings)) as model:
            words, choice = _words(model), _words(model, {"type": "boolean"})
    except ModelError as error:
        raise Sick(
            str(error), "start the server; see KEFU_MODEL, KEFU_MODEL_API_KEY and KEFU_MODEL_PLAIN_HTTP"
        ) from error
    if not words:
        raise Sick("the model writes nothing", "see the server's log")
    if choice.strip() not in ("true", "false"):
        raise Sick("the server does not hold the model to a JSON schema", "switch structured output on there")
    return model.fingerprint


def _words(model: LanguageModel, schema: Schema | None = None) -> str:
    from agent.language_model import CancelToken, Prompt

    return "".join(model.stream(Prompt("Answer briefly.", "1 + 1", "?"), 4, CancelToken(), schema))


def _embedding(settings: Settings) -> str:
    from models.errors import ModelError
    from service.embedding import load_embeddings

    try:
        embeddings = load_embeddings(settings)
    except ModelError as error:
        raise Sick(str(error), f"kefu models pull {settings.embedding}") from error
    return f"{settings.embedding}, {len(embeddings.embed_query('你好'))} dimensions"


def _database(settings: Settings) -> str:
    from service.orders import open_store
    from tools.errors import StoreUnavailable
    from tools.store.database import make_engine, migrate

    engine = make_engine(settings.database)
    try:
        migrate(engine)
        with open_store(settings, engine) as store:
            currency = store.meta("currency")
    except StoreUnavailable as error:
        raise Sick(str(error), _remedy(settings)) from error
    finally:
        engine.dispose()
    if currency is None:
        raise Sick("there is no shop in it", "kefu setup, or kefu shop import FILE")
    return f"{engine.url.render_as_string(hide_password=True)}"


def _remedy(settings: Settings) -> str:
    if settings.order_api_url:
        return "see KEFU_DATABASE_URL, KEFU_ORDER_API_URL and KEFU_ORDER_API_TOKEN"
    return "start the database, or set KEFU_DATABASE_URL"


def _policies(settings: Settings) -> str:
    from knowledge.formats import read_folder
    from service.texts import TextsUnusable, open_texts
    from tools.errors import CardError
    from tools.policy.cards import load_policy_book

    try:
        book = load_policy_book(settings.policies_dir)
        open_texts(book, settings.policies_dir)
    except (CardError, TextsUnusable) as error:
        raise Sick(str(error), "mend the file that is named") from error
    documents, problems = read_folder(settings.policies_dir)
    if problems:
        raise Sick(f"{len(problems)} problems, the first: {problems[0]}", "kefu docs check")
    return f"{len(documents)} documents, {len(book.cards)} cards"


def _index(settings: Settings) -> str:
    from retrieval.errors import RetrievalError
    from retrieval.snapshot import open_current
    from service.authoring import open_authoring
    from service.embedding import load_embeddings

    try:
        snapshot = open_current(settings.snapshots_dir, load_embeddings(settings))
        with open_authoring(settings) as authoring:
            current = authoring.store.current()
            if not authoring.publisher.in_step():
                raise Sick("it does not show what is published", "kefu docs publish")
    except RetrievalError as error:
        raise Sick(str(error), "kefu docs publish --again") from error
    published = f"publication {current.id}" if current else "nothing published by an author yet"
    return f"{snapshot.id}, {len(snapshot.passages)} passages, {published}"


def _outbox(settings: Settings) -> str:
    from service.outbox.routes import check_routes, reaches
    from service.outbox.running import open_outbox
    from service.settings import SettingsError
    from tools.errors import StoreUnavailable

    try:
        check_routes(settings)
        with open_outbox(settings) as outbox:
            found = outbox.standing()
    except SettingsError as error:
        raise Sick(str(error), "see docs/notifications.md") from error
    except StoreUnavailable as error:
        raise Sick(str(error), _remedy(settings)) from error
    waiting = [each for each in found if each.state == "waiting"]
    if given_up := sum(each.count for each in found if each.state == "failed"):
        raise Sick(
            f"{given_up} notices that nobody took", "kefu outbox list, then kefu outbox retry --failed"
        )
    if unreached := [each for each in waiting if not reaches(settings, each.department)]:
        raise Sick(
            f"{sum(each.count for each in unreached)} notices for departments that cannot be reached: "
            + ", ".join(each.department for each in unreached),
            "name them, or *, in KEFU_DEPARTMENTS",
        )
    return (
        f"{sum(each.count for each in waiting)} notices wait, {len(settings.departments)} departments named"
    )


def _understanding(settings: Settings) -> str:
    from agent.understand.heads import Heads, HeadsUnusable

    try:
        Heads.load(settings.heads_path)
    except HeadsUnusable as error:
        raise Sick(str(error), "kefu setup") from error
    return "trained"


CHECKS: tuple[tuple[str, Check], ...] = (
    ("machine", _machine),
    ("packages", _packages),
    ("embedding", _embedding),
    ("language model", _language_model),
    ("database", _database),
    ("policies", _policies),
    ("index", _index),
    ("understanding", _understanding),
    ("outbox", _outbox),
)
