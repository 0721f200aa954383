"""The embedding model of an installation, without anything else of it, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from retrieval.embeddings import SentenceEmbeddings
from service.settings import Settings


def load_embeddings(settings: Settings) -> SentenceEmbeddings:
    """The embedding model, loaded at its first text; one a process, however many installations use it."""
    from models.resolve import resolve_embedding

    folder = resolve_embedding(settings.embedding, settings.models_dir)
    # The name stays as it is: it tells which family the model is of.
    return _embeddings(str(folder.parent.resolve() / folder.name))


@lru_cache(maxsize=2)
def _embeddings(model: str) -> SentenceEmbeddings:
    return SentenceEmbeddings(model)


@contextmanager
def embedding_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A progress bar that is called with (done, total)."""
    columns = (
        SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("texts embedded"),
    )  # fmt: skip
    console.print()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
