"""The sample shop of one fixed moment, for all contestants alike: orders, documents, index, clock."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from langchain_core.tools import BaseTool
from rich.console import Console

from eval.replies.cases import Case
from eval.replies.sample import MOMENT, sample_shop
from retrieval.documents import load_documents
from retrieval.errors import RetrievalError
from retrieval.passages import Passage, split_documents
from retrieval.snapshot import Snapshot, open_current
from service.embedding import load_embeddings
from service.settings import Settings
from service.setup import publish_knowledge
from tools.domain import Customer, Language
from tools.policy.cards import PolicyBook, load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore
from tools.toolbox import ToolSession, order_tools

PROMPTS = Path(__file__).parent / "prompts"


def at_that_time() -> datetime:
    return MOMENT


@contextmanager
def sample_installation(settings: Settings) -> Iterator[Settings]:
    """A copy of the installation with the shop of `MOMENT`; nothing of the original is changed.

    Prompt states are linked, so that Kefu begins with those that its set-up made.
    """
    with tempfile.TemporaryDirectory(prefix="bench-", dir=settings.data_dir) as place:
        folder = Path(place)
        (folder / "models").symlink_to(settings.models_dir.resolve())
        shutil.copy(settings.heads_path, folder / settings.heads_path.name)
        shutil.copytree(settings.snapshots_dir, folder / settings.snapshots_dir.name)
        if settings.states_dir.exists():
            shutil.copytree(settings.states_dir, folder / settings.states_dir.name, copy_function=_link)
        mine = sample_settings(settings, folder)
        engine = make_engine(mine.database)
        try:
            migrate(engine)
            SqlStore(engine).import_shop(sample_shop())
        finally:
            engine.dispose()
        if not _indexed(mine):
            publish_knowledge(mine, Console(quiet=True))
        yield mine


def sample_settings(settings: Settings, folder: Path) -> Settings:
    """The same models and limits over the sample shop in `folder`."""
    defaults = type(settings).model_fields
    return settings.model_copy(
        update={
            "data_dir": folder,
            "database_url": "",
            "order_api_url": "",
            "policies_dir": defaults["policies_dir"].default,
        }
    )


def _indexed(settings: Settings) -> bool:
    """Whether the snapshot that was copied is of the sample shop's documents."""
    documents, _ = load_documents(settings.policies_dir)
    try:
        snapshot = open_current(settings.snapshots_dir, load_embeddings(settings))
    except RetrievalError:
        return False
    return list(snapshot.passages) == split_documents(documents)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


@dataclass(frozen=True)
class Shop:
    """What the two others are given: the same store, cards and index as Kefu, and prompts of their own."""

    store: SqlStore
    policies: PolicyBook
    snapshot: Snapshot

    def customer(self, case: Case) -> Customer | None:
        """Who is signed in."""
        return self.store.find_customer(email=case.customer) if case.customer else None

    def tools(self, case: Case) -> list[BaseTool]:
        """The order tools for this case's customer."""
        customer = self.customer(case)
        session = ToolSession(case.id, customer.id if customer else None, at_that_time, case.language)
        return order_tools(self.store, self.policies.at(MOMENT), session)

    def search(self, query: str, language: Language, k: int) -> list[Passage]:
        return [hit.passage for hit in self.snapshot.search(query, language, k, now=MOMENT)]

    def prompt(self, language: Language, name: str, **values: Any) -> str:
        """A prompt of `prompts/`, with the shop's name and the day."""
        shop = self.store.meta(f"name.{language}") or ""
        template = self._prompts.get_template(f"{language}/{name}.j2")
        return template.render(shop=shop, today=f"{MOMENT:%Y-%m-%d}", **values).strip()

    @cached_property
    def _prompts(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(PROMPTS), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )


@contextmanager
def open_shop(settings: Settings) -> Iterator[Shop]:
    engine = make_engine(settings.database)
    try:
        embeddings = load_embeddings(settings)
        snapshot = open_current(settings.snapshots_dir, embeddings)
        yield Shop(SqlStore(engine), load_policy_book(settings.policies_dir), snapshot)
    finally:
        engine.dispose()
