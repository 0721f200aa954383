"""The authors' side of an installation, without a server or a language model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from langchain_core.embeddings import Embeddings
from sqlalchemy import Engine

from knowledge.authoring import Authoring
from knowledge.publisher import Publisher
from knowledge.store import KnowledgeStore
from retrieval.calibration import TuneQuestion, load_questions
from service.clock import Clock, utc_now
from service.embedding import load_embeddings
from service.settings import Settings
from tools.policy.cards import PolicyBook, load_policy_book
from tools.store.database import make_engine, migrate

TUNE_QUESTIONS = "retrieval.tune.jsonl"


def make_authoring(
    settings: Settings,
    engine: Engine,
    policies: PolicyBook,
    embeddings: Callable[[], Embeddings],
    clock: Clock = utc_now,
) -> Authoring:
    """The authors' side; `embeddings` is only asked for where something has to be embedded."""
    store = KnowledgeStore(engine)

    def tune_questions() -> Sequence[TuneQuestion]:
        path = settings.training_dir / TUNE_QUESTIONS
        return load_questions(path) if path.exists() else ()

    @lru_cache(maxsize=1)
    def customers_say() -> Collection[str]:
        from agent.understand.training import read_examples

        asked = (each.question for each in tune_questions())
        files = sorted(settings.training_dir.glob("*.train.jsonl"))
        return frozenset(asked) | {each.text for path in files for each in read_examples(path)}

    publisher = Publisher(store, settings.snapshots_dir, embeddings, tune_questions)
    return Authoring(store, publisher, policies, clock, customers_say)


@contextmanager
def open_authoring(settings: Settings, clock: Clock = utc_now) -> Iterator[Authoring]:
    """The authors' side alone, without a server or a language model."""
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        policies = load_policy_book(settings.policies_dir)
        yield make_authoring(settings, engine, policies, lambda: load_embeddings(settings), clock)
    finally:
        engine.dispose()
