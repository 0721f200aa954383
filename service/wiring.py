"""The one place that puts the parts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from agent.language_model import LanguageModel, ModelError
from agent.model_queue import ModelQueue
from agent.openai_model import OpenAICompatibleModel
from agent.turn import Parts
from agent.understand.heads import Heads
from agent.understand.second_look import SecondReader
from agent.write import Writer
from insights.recommend.shop import ShopRecommender
from knowledge.gaps import UnansweredStore
from prompts.render import Texts
from retrieval.documents import load_documents
from retrieval.embeddings import SentenceEmbeddings
from retrieval.errors import RetrievalError
from retrieval.passages import split_documents
from retrieval.snapshot import Snapshot, build_snapshot, open_current
from service.authoring import make_authoring
from service.authors import Authors
from service.clock import Clock, utc_now
from service.conversations import ConversationStore
from service.embedding import load_embeddings
from service.knowledge import LiveKnowledge
from service.model_server import connect, on_server
from service.orders import open_store
from service.settings import Settings
from service.source import Sources, source_key
from service.texts import open_texts, texts_fingerprint
from service.tokens import ChannelTokens
from service.turns import TurnService
from tools.catalogue import Catalogue
from tools.policy.cards import PolicyBook, load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.memory import MemoryStore
from tools.store.protocol import OrderStore


@dataclass(frozen=True)
class Kefu:
    """A running installation."""

    settings: Settings
    turns: TurnService
    knowledge: LiveKnowledge
    authors: Authors

    @property
    def snapshot(self) -> Snapshot:
        """The one in use now."""
        return self.knowledge()


def code_version() -> str:
    return version("kefu")


def load_heads(path: Path) -> Heads:
    """The trained heads, once for as long as the file stays the same. Raises `HeadsUnusable`."""
    try:
        state = path.stat()
    except OSError:
        return Heads.load(path)
    return _heads(path.resolve(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _heads(path: Path, _changed: int, _size: int) -> Heads:
    return Heads.load(path)


def load_model(settings: Settings) -> LanguageModel:
    """The model on the server that is named, or the local one with the cache of its prompt states.

    Raises the `ModelError` of `agent` or of `models`.
    """
    if on_server(settings):
        return connect(settings)
    if settings.model_parallel > 1:
        raise ModelError("KEFU_MODEL_PARALLEL: a model file writes one answer at a time; leave it at 1")
    from agent.llama.model import LlamaModel
    from agent.llama.states import StateCache
    from models.fingerprint import fingerprint
    from models.resolve import resolve_language_model

    path = resolve_language_model(settings.model, settings.models_dir)
    cache = (
        StateCache(
            settings.states_dir, settings.state_cache_mb * 1_000_000, settings.state_memory_mb * 1_000_000
        )
        if settings.state_cache_mb
        else None
    )
    return LlamaModel(path, fingerprint(path), cache, settings.model_threads, settings.model_context)


@contextmanager
def open_kefu(
    settings: Settings, model: LanguageModel | None = None, clock: Clock = utc_now
) -> Iterator[Kefu]:
    """Open what `kefu setup` made. `model` takes the place of the local one, in tests.

    Raises the errors of the parts: a missing model, a damaged snapshot, a database that does not answer.
    """
    engine, given = make_engine(settings.database), model
    # Messages are many small products: threads would wait for each other, and for the model's.
    single = threadpool_limits(1, "blas")
    try:
        migrate(engine)
        # The two models take seconds each and do not need each other.
        with ThreadPoolExecutor(1) as loading:
            coming = loading.submit(load_model, settings) if model is None else None
            embeddings = load_embeddings(settings)
            embeddings.embed_query("预热")
            policies = load_policy_book(settings.policies_dir)
            texts = open_texts(policies, settings.policies_dir)
            authoring = make_authoring(settings, engine, policies, lambda: embeddings, clock)
            authoring.publisher.follow()
            knowledge = LiveKnowledge(settings.snapshots_dir, embeddings)
            model = coming.result() if coming is not None else model
        assert model is not None
        with open_store(settings, engine) as store:
            parts = _parts(settings, model, embeddings, knowledge, policies, texts, store)
            parts = replace(parts, recommender=ShopRecommender(engine))
            turns = TurnService(
                parts, ConversationStore(engine), versions(model, embeddings, policies, texts), clock,
                ChannelTokens(settings.channel_keys),
                Sources(source_key(settings.data_dir), settings.trusted_proxies, settings.channel_keys),
                settings.channel_deadlines,
            )  # fmt: skip
            authors = Authors(
                authoring, knowledge, parts, turns.conversations, UnansweredStore(engine),
                embeddings.embed_queries, settings.author_token.get_secret_value(),
            )  # fmt: skip
            yield Kefu(settings, turns, knowledge, authors)
    finally:
        single.restore_original_limits()
        engine.dispose()
        if given is None and isinstance(model, OpenAICompatibleModel):
            model.close()


def _parts(
    settings: Settings, model: LanguageModel, embeddings: SentenceEmbeddings, knowledge: Callable[[], Snapshot],
    policies: PolicyBook, texts: Texts, store: OrderStore,
) -> Parts:  # fmt: skip
    queue = ModelQueue(settings.model_queue, settings.model_parallel)
    writer = Writer(
        model, queue, texts, settings.model_wait_s, settings.reply_tokens, phrasing=settings.phrasing
    )

    def embed(text: str) -> NDArray[np.float32]:
        return np.asarray(embeddings.embed_query(text), dtype=np.float32)

    def read(text: str) -> NDArray[np.float32]:
        return np.asarray(embeddings.hidden_query(text), dtype=np.float32)

    return Parts(
        heads=load_heads(settings.heads_path), embed=embed, read=read,
        second_look=SecondReader(model, queue, texts).look, knowledge=knowledge,
        store=store, catalogue=Catalogue(store), policies=policies, texts=texts, writer=writer,
    )  # fmt: skip


@contextmanager
def open_evaluation(settings: Settings, policies_dir: Path) -> Iterator[tuple[Parts, dict[str, str]]]:
    """The agent's parts with other policies and documents, and no shop yet: each case brings its own.

    Their index is kept in the data folder and made again when the documents change.
    """
    embeddings, model = load_embeddings(settings), load_model(settings)
    policies = load_policy_book(policies_dir)
    texts = open_texts(policies, policies_dir)
    documents, problems = load_documents(policies_dir)
    if problems:
        raise RetrievalError(f"{policies_dir}: {problems[0]}")
    folder = settings.data_dir / "evaluation" / policies_dir.name
    try:
        snapshot = open_current(folder, embeddings)
        if list(snapshot.passages) != split_documents(documents):
            raise RetrievalError("the documents have changed")
    except RetrievalError:
        snapshot = build_snapshot(documents, embeddings, folder, None)
    yield (
        _parts(settings, model, embeddings, lambda: snapshot, policies, texts, MemoryStore()),
        versions(model, embeddings, policies, texts),
    )


def _identity(model: LanguageModel) -> str:
    """A file by the hash of its bytes, anything else by what it calls itself."""
    hashed = len(model.fingerprint) == 64 and set(model.fingerprint) <= set("0123456789abcdef")
    return f"{model.name} {'sha256:' if hashed else ''}{model.fingerprint}"


def versions(
    model: LanguageModel, embeddings: SentenceEmbeddings, policies: PolicyBook, texts: Texts
) -> dict[str, str]:
    """What has to be the same for a turn to come out the same."""
    return {
        "code": code_version(),
        "model": _identity(model),
        "embedding": embeddings.fingerprint,
        "prompts": texts_fingerprint(texts, policies),
        "policy_cards": policies.fingerprint,
    }
