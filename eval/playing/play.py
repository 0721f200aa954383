"""Plays one case from the first message to the last."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.language_model import CancelToken
from eval.cases.schema import Case, ShopState
from eval.playing.deadlines import deadlines
from eval.playing.differences import differences
from eval.playing.names import DrawnNames
from eval.playing.speakers import Message, Speaker
from eval.playing.stage import Opened, Stage
from eval.playing.turns import turn_record
from eval.replies.known import figures_of
from eval.runs.record import Timing, TurnRecord
from eval.scorers.subject import Played, PlayedTurn
from service.schema import Turn
from tools.domain import Order
from tools.store.database import make_engine
from tools.store.sql import SqlStore


@dataclass(frozen=True)
class Performance:
    """A case as it was played, and how long it took. Times in seconds."""

    played: Played
    first_s: tuple[float, ...]
    turn_s: tuple[float, ...]

    @property
    def records(self) -> tuple[TurnRecord, ...]:
        return tuple(each.record for each in self.played.turns)

    def timing(self, key: str) -> Timing:
        return Timing(key, self.first_s, self.turn_s)


@dataclass(frozen=True)
class Scene:
    """A case to be played: as whom, in which shop, and who speaks. `beside` is the suite's file.

    `moments` are those of the messages, where they are not the shop's own.
    """

    case: Case
    state: ShopState | None
    beside: Path
    email: str
    speaker: Callable[[], Speaker]
    moments: Sequence[datetime] = ()


def play(scene: Scene, stage: Stage) -> Performance:
    """Send message after message; raises `BadSuite`, and whatever error the agent fails with."""
    names = DrawnNames()
    with stage.opened(scene.case, scene.state, scene.beside, scene.email, scene.moments) as opened:
        turns, first_s, turn_s = [], [], []
        speaker = scene.speaker()
        for turn, first, took in _spoken(scene, stage, opened, speaker, names):
            turns.append(turn)
            first_s.append(round(first, 4))
            turn_s.append(round(took, 4))
        changes = names.plain(_changes(opened))
        return Performance(
            Played(tuple(turns), changes, opened.private, speaker.outcome),
            tuple(first_s),
            tuple(turn_s),
        )


def _spoken(
    scene: Scene, stage: Stage, opened: Opened, speaker: Speaker, names: DrawnNames
) -> Iterator[tuple[PlayedTurn, float, float]]:
    message: Message | None = speaker.first()
    said: list[str] = []
    while message is not None:
        text, step = message
        said.append(text)
        orders = _before(scene, opened)
        heard: list[float] = []
        started = time.perf_counter()
        turn = opened.turns.answer(opened.conversation_id, text, None, _listener(heard), CancelToken())
        took = time.perf_counter() - started
        trace = _trace(opened, turn)
        customer_id = str(trace["retrieval"]["customer_id"] or "")
        # Somebody who has just told who they are may be told their own records.
        customer = opened.facts.customer(customer_id)
        gold = stage.library.gold(step.expect.cites if step and step.expect else ())
        mine, cards = orders(customer_id), stage.parts.policies.at(opened.clock.now)
        known = opened.facts.known(customer, mine, "\n".join(said), gold, opened.clock.now)
        filed = opened.store.complaints_of(customer_id) if customer_id else ()
        facts = deadlines(mine, cards, cards.timezone) | frozenset(figures_of(filed, cards.timezone))
        known = replace(known, facts=known.facts | facts)
        known = opened.facts.with_turn(known, turn, trace, stage.library)
        record = turn_record(text, turn, trace, names)
        yield PlayedTurn(record, known, step, customer_id), (heard[0] - started if heard else took), took
        opened.clock.tick()
        message = speaker.next(turn)


def _before(scene: Scene, opened: Opened) -> Callable[[str], Sequence[Order]]:
    """The orders as they are before the turn, for whomever it takes the customer for."""
    expected = opened.facts.by_mail(scene.email) if scene.email else None
    orders = opened.store.orders_of(expected.id) if expected else ()

    def of(customer_id: str) -> Sequence[Order]:
        if not customer_id:
            return ()
        return orders if expected and customer_id == expected.id else opened.store.orders_of(customer_id)

    return of


def _trace(opened: Opened, turn: Turn) -> dict[str, Any]:
    record = opened.turns.explain(turn.turn_id)
    assert record is not None
    trace: dict[str, Any] = record["trace"]
    return trace


def _changes(opened: Opened) -> dict[str, Any]:
    old = make_engine(f"sqlite:///{opened.before}")
    try:
        return differences(opened.before, opened.engine, SqlStore(old), opened.store)
    finally:
        old.dispose()


def _listener(heard: list[float]) -> Callable[[str, Any], None]:
    def listen(name: str, _value: Mapping[str, Any]) -> None:
        if name == "delta":
            heard.append(time.perf_counter())

    return listen
