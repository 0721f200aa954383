"""A knowledge base on a real database, with an embedding that needs no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from knowledge.publisher import Publisher
from knowledge.revisions import Revision, parse
from knowledge.store import KnowledgeStore
from tests.retrieval.fakes import HashEmbeddings
from tests.tools.conftest import (  # noqa: F401
    database_url,
    migrated_postgres,
    postgres_schema,
    sqlite_template,
)
from tools.store.database import make_engine

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
Save = Callable[..., Revision]


def text(
    body: str, id: str = "returns", language: str = "en", title: str = "Returns", **fields: object
) -> str:
    more = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\nid: {id}\ntitle: {title}\nlanguage: {language}\n{more}---\n{body}\n"


def section(days: int | str, more: str = "") -> str:
    return (
        f"## Return window {{#window}}\nUnused goods go back within {days} days of delivery.\n\n"
        f"## Postage {{#postage}}\nPostage of a return costs 12 yuan.\n{more}"
    )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:  # noqa: F811
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> KnowledgeStore:
    return KnowledgeStore(engine)


@pytest.fixture
def embeddings() -> HashEmbeddings:
    return HashEmbeddings()


@pytest.fixture
def publisher(store: KnowledgeStore, embeddings: HashEmbeddings, tmp_path: Path) -> Publisher:
    return Publisher(store, tmp_path / "snapshots", lambda: embeddings, lambda: ())


@pytest.fixture
def save(store: KnowledgeStore) -> Save:
    """A draft of a text; `save(text, author="me")`."""

    def _save(text: str, author: str = "ann", comment: str = "", **more: object) -> Revision:
        document = parse(text, "draft")
        return store.add(document.key, text, document.revision, author, comment, NOW, **more)  # type: ignore[arg-type]

    return _save
