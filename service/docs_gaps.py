"""The gaps of this installation, for the command line."""

from __future__ import annotations

from datetime import timedelta

from knowledge.gaps import Gap, UnansweredStore, gaps
from retrieval.snapshot import open_current
from service.clock import utc_now
from service.embedding import load_embeddings
from service.settings import Settings
from tools.store.database import make_engine, migrate


def gaps_of(settings: Settings, days: int) -> list[Gap]:
    """What the last `days` days' customers asked in vain."""
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        embeddings, now = load_embeddings(settings), utc_now()
        snapshot = open_current(settings.snapshots_dir, embeddings)
        since = now - timedelta(days=days)
        return gaps(UnansweredStore(engine), snapshot, embeddings.embed_queries, since, now)
    finally:
        engine.dispose()
