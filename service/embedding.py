"""The embedding model of an installation, without anything else of it."""

from __future__ import annotations

from functools import lru_cache

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
