"""The one place that puts the parts together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.language_model import LanguageModel, ModelQueue
from agent.turn import Parts
from agent.understand.heads import Heads
from agent.understand.second_look import SecondReader
from agent.write import Writer
from prompts.render import FOLDER as PROMPTS
from prompts.render import Texts
from retrieval.documents import load_documents
from retrieval.embeddings import SentenceEmbeddings
from retrieval.errors import RetrievalError
from retrieval.passages import split_documents
from retrieval.snapshot import Snapshot, build_snapshot, open_current
from service.conversations import ConversationStore
from service.orders import open_store
from service.settings import Settings
from service.source import Sources, source_key
from service.tokens import ChannelTokens
from service.turns import Clock, TurnService, utc_now
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
    snapshot: Snapshot


def code_version() -> str:
    return version("kefu")


def load_embeddings(settings: Settings) -> SentenceEmbeddings:
    from models.resolve import resolve_embedding

    return SentenceEmbeddings(resolve_embedding(settings.embedding, settings.models_dir))


def load_model(settings: Settings) -> LanguageModel:
    """The local model, with the cache of its prompt states."""
    from agent.llama import LlamaModel, StateCache
    from models.fingerprint import fingerprint
    from models.resolve import resolve_language_model

    path = resolve_language_model(settings.model, settings.models_dir)
    cache = (
        StateCache(settings.states_dir, settings.state_cache_mb * 1_000_000)
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
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        # The two models take seconds each and do not need each other.
        with ThreadPoolExecutor(1) as loading:
            coming = loading.submit(load_model, settings) if model is None else None
            embeddings = load_embeddings(settings)
            embeddings.embed_query("预热")
            snapshot = open_current(settings.snapshots_dir, embeddings)
            model = coming.result() if coming is not None else model
        assert model is not None
        policies = load_policy_book(settings.policies_dir)
        with open_store(settings, engine) as store:
            parts = _parts(settings, model, embeddings, snapshot, policies, store)
            turns = TurnService(
                parts, ConversationStore(engine), versions(model, embeddings, policies), clock,
                ChannelTokens(settings.channel_keys),
                Sources(source_key(settings.data_dir), settings.trusted_proxies, settings.channel_keys),
            )  # fmt: skip
            yield Kefu(settings, turns, snapshot)
    finally:
        engine.dispose()


def _parts(
    settings: Settings, model: LanguageModel, embeddings: SentenceEmbeddings, snapshot: Snapshot,
    policies: PolicyBook, store: OrderStore,
) -> Parts:  # fmt: skip
    texts = Texts(policies.timezone)
    queue = ModelQueue(settings.model_queue)
    writer = Writer(model, queue, texts, settings.model_wait_s, settings.reply_tokens)

    def embed(text: str) -> NDArray[np.float32]:
        return np.asarray(embeddings.embed_query(text), dtype=np.float32)

    def read(text: str) -> NDArray[np.float32]:
        return np.asarray(embeddings.hidden_query(text), dtype=np.float32)

    return Parts(
        heads=Heads.load(settings.heads_path), embed=embed, read=read,
        second_look=SecondReader(model, queue, texts).look, knowledge=lambda: snapshot,
        store=store, catalogue=Catalogue(store), policies=policies, texts=texts, writer=writer,
    )  # fmt: skip


@contextmanager
def open_evaluation(settings: Settings, policies_dir: Path) -> Iterator[tuple[Parts, dict[str, str]]]:
    """The agent's parts with other policies and documents, and no shop yet: each case brings its own.

    Their index is kept in the data folder and made again when the documents change.
    """
    embeddings, model = load_embeddings(settings), load_model(settings)
    policies = load_policy_book(policies_dir)
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
        _parts(settings, model, embeddings, snapshot, policies, MemoryStore()),
        versions(model, embeddings, policies),
    )


def versions(model: LanguageModel, embeddings: SentenceEmbeddings, policies: PolicyBook) -> dict[str, str]:
    """What has to be the same for a turn to come out the same."""
    return {
        "code": code_version(),
        "model": f"{model.name} sha256:{model.fingerprint}",
        "embedding": embeddings.fingerprint,
        "prompts": _prompts_digest(),
        "policy_cards": policies.fingerprint,
    }


def _prompts_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(PROMPTS.glob("*/*.j2")):
        digest.update(path.relative_to(PROMPTS).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
