"""One turn, top to bottom: message ─ understand ─ retrieve ─ decide ─ act ─ compose ─ verify ─ reply."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from agent.act import Outcome, act, settle
from agent.compose import Voice, compose
from agent.decide import decide
from agent.language_model import CancelToken
from agent.plan import UNHURRIED, Budget
from agent.recommending import NoRecommendations, Recommender, recommended
from agent.retrieve import Knowledge, Visitor, retrieve
from agent.types import Decision, Evidence, Reply, SecondLook, State, Understanding
from agent.understand.heads import Heads, HeadScores
from agent.understand.reading import as_meant
from agent.understand.spelling import speller
from agent.understand.understand import understand
from agent.verify import verify
from agent.write import Writer, Writing
from prompts.render import Texts
from tools.catalogue import Catalogue
from tools.domain import Language
from tools.policy.cards import PolicyBook
from tools.store.protocol import OrderStore

Embed = Callable[[str], NDArray[np.float32]]
Emit = Callable[[str, object], None]


@dataclass(frozen=True)
class Parts:
    """What a turn is made of, wired once. `knowledge` gives the snapshot in use; a turn asks for it once.
    `embed` gives the vector that a text is searched by, `read` the one that the heads judge it by;
    `second_look` asks the language model where they are unsure; `recommender` knows what a customer may like."""

    heads: Heads
    embed: Embed
    read: Embed
    second_look: Callable[[str, Language, HeadScores, CancelToken, Budget, str], SecondLook]
    knowledge: Callable[[], Knowledge]
    store: OrderStore
    catalogue: Catalogue
    policies: PolicyBook
    texts: Texts
    writer: Writer
    recommender: Recommender = field(default_factory=NoRecommendations)


@dataclass(frozen=True)
class TurnResult:
    """A finished turn: everything that the reply, the trace and the next turn need. Times in ms."""

    understanding: Understanding
    evidence: Evidence
    decision: Decision
    outcome: Outcome
    reply: Reply
    writing: Writing
    timings_ms: dict[str, float] = field(default_factory=dict)


def get_ready(parts: Parts) -> None:
    """Load what the first message would wait for: the embedding, the heads' words and sounds, the dictionaries."""
    for text in ("where is my ordr", "我的订单到那里了"):
        meant = as_meant(text, State(), speller(parts.heads, parts.catalogue.words()))
        parts.heads.score(meant, parts.read(meant))


def run_turn(
    text: str,
    conversation_id: str,
    source: str,
    state: State,
    parts: Parts,
    now: datetime,
    emit: Emit,
    cancel: CancelToken,
    channel: str | None = None,
    budget: Budget = UNHURRIED,
) -> TurnResult:
    """Answer one message. `source` is where it comes from, "" for unknown; `emit` hears each stage's result as
    it is known; `cancel` stops the model, not the turn; `budget` is the time that there is for all of it."""
    timings: dict[str, float] = {}
    knowledge, cards = parts.knowledge(), parts.policies.at(now)
    with _timed(timings, "understand"):
        today = now.astimezone(cards.timezone).date()
        understanding = understand(
            as_meant(text, state, speller(parts.heads, parts.catalogue.words())),
            state,
            parts.heads,
            parts.read,
            lambda message, language, scores: parts.second_look(
                message, language, scores, cancel, budget, conversation_id
            ),
            today,
        )
    emit("understanding", understanding)
    with _timed(timings, "retrieve"):
        evidence = retrieve(
            understanding,
            state,
            knowledge,
            parts.store,
            parts.catalogue,
            parts.embed,
            Visitor(conversation_id, source, cards.identity, channel),
            now.astimezone(cards.timezone),
        )
    emit("evidence", evidence)
    with _timed(timings, "decide"):
        decision = decide(understanding, evidence, state, cards)
    with _timed(timings, "act"):
        customer_id = decision.state.customer_id
        texts = parts.texts.spoken_in(cards.voice)
        outcome = act(decision, parts.store, cards, conversation_id, customer_id, now, texts)
        decision = recommended(settle(decision, outcome), evidence, parts.recommender, parts.store)
    emit("decision", decision)
    with _timed(timings, "compose_verify"):
        writing = Writing()
        voice = Voice(
            texts,
            replace(parts.writer, texts=texts),
            knowledge,
            parts.store,
            cards.returns,
            budget,
            conversation_id,
        )
        drafts = compose(decision, outcome, understanding, evidence, voice, cancel, writing)
        reply = verify(
            drafts, understanding.language, lambda piece: emit("delta", piece), today, cards.timezone,
            lambda one, other: float(parts.embed(one) @ parts.embed(other)),
        )  # fmt: skip
    timings["total"] = round(sum(timings.values()), 1)
    return TurnResult(understanding, evidence, decision, outcome, reply, writing, timings)


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - started) * 1000, 1)
