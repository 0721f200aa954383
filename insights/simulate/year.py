"""A simulated year, day by day: orders, the conversations of the day, and what rests is handed on to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from random import Random

from insights.simulate import wording
from insights.simulate.chance import later, stream
from insights.simulate.complaining import kind_of
from insights.simulate.contacts import of_day
from insights.simulate.deeds import deed_of
from insights.simulate.misuse import Misuse
from insights.simulate.ordering import order_day
from insights.simulate.outcomes import Outcome, comes_again, outcome_of, stars
from insights.simulate.plan import HISTORY_DAYS
from insights.simulate.scripts import run
from insights.simulate.talk import Talk
from insights.simulate.world import Ahead, World
from tools.domain import ComplaintKind
from tools.store.rows import Rows, add_order
from tools.store.service_tables import feedback, ratings
from tools.store.tables import events

# From this day on there is talk, though before day 0 nothing is kept of it but what it led to.
TALK_BEGINS = -28
RATES, GIVES_REASON, THUMBS = 0.3, 0.4, 0.06
STRANGER = "s-anon-{:06d}"


def days_of(world: World) -> Iterator[Rows]:
    """The rows of each day, from the first order to the end of the plan; nothing of a later day is in them."""
    misuse = Misuse(world)
    for day in range(-HISTORY_DAYS, world.plan.days):
        order_day(world, day)
        if day >= 0:
            misuse.of_day(day)
        if day >= TALK_BEGINS:
            _talk(world, day)
        yield _written(world, day)
    for made in world.window.rest():
        add_order(world.rows, made.order(world.plan.end))
    yield _taken(world)


def _talk(world: World, day: int) -> None:
    rng = stream(world.plan.seed, "talk", day)
    own = of_day(world, rng, day)
    for at, ahead in sorted(chain(own, world.ahead.take(day)), key=lambda each: each[0]):
        _converse(world, rng, ahead, at)


def _written(world: World, day: int) -> Rows:
    for made in world.window.resting(day):
        add_order(world.rows, made.order(world.plan.end))
    world.returning.resting(day)
    world.rows.setdefault(events, []).extend(row for _, row in world.log.diary.take(day))
    return _taken(world)


def _taken(world: World) -> Rows:
    rows, world.rows = world.rows, {}
    return rows


def _converse(world: World, rng: Random, ahead: Ahead, at: datetime) -> None:
    """One conversation from the first message to what comes of it."""
    talk = Talk(world, rng, ahead, at)
    reason, outcome = ahead.reason, _outcome(world, rng, ahead)
    talk.complaint = _complaint(rng, ahead)
    talk.first = _first(talk, reason)
    run(talk, reason, talk.first, outcome, deed_of(talk, reason) if outcome == "solved" else None)
    talk.keep(_source(rng, ahead))
    _judge(talk, outcome)
    if ahead.person and not ahead.manner and not ahead.outcome and comes_again(rng, outcome):
        world.ahead.add(later(talk.at, rng.uniform(14, 130)), replace(ahead, manner="again"))


def _outcome(world: World, rng: Random, ahead: Ahead) -> Outcome:
    drawn = outcome_of(world.plan, rng, ahead.reason)
    return ahead.outcome or drawn


def _complaint(rng: Random, ahead: Ahead) -> str:
    """The kind of complaint that it is in truth."""
    if ahead.manner == "defect":
        return ComplaintKind.QUALITY.value
    return kind_of(rng).value if ahead.reason == "complaint" else ""


def _first(talk: Talk, reason: str) -> str:
    rng, language, order, product = talk.rng, talk.language, talk.order_id, talk.product
    if talk.ahead.manner in ("defect", "abuse"):
        return wording.defect_words(rng, language, order, product)
    if reason == "complaint":
        return wording.complaint_words(rng, language, talk.complaint, order, product)
    return wording.first_words(rng, language, reason, order, product)


def _source(rng: Random, ahead: Ahead) -> str:
    if ahead.manner == "takeover" or ahead.person is None:
        return STRANGER.format(rng.randrange(1_000_000))
    return ahead.person.source


def _judge(talk: Talk, outcome: Outcome) -> None:
    """Stars for the conversation, thumbs for a reply; somebody who left gives neither."""
    rng, world = talk.rng, talk.world
    if outcome == "abandoned" or rng.random() >= RATES:
        return
    score = stars(world.plan, rng, outcome, talk.channel)
    why = (
        wording.words(rng, talk.language, "low" if score < 4 else "high")
        if rng.random() < GIVES_REASON
        else ""
    )
    thumbs = rng.random() < THUMBS / RATES
    if talk.silent or talk.over:
        return
    rated = {"conversation_id": talk.id, "score": score, "reason": why, "at": talk.at, "first_at": talk.at}
    world.add(ratings, rated)
    if thumbs:
        thumb = {"turn_id": talk.turn_ids[-1], "conversation_id": talk.id, "thumb": 1 if score >= 4 else -1}
        world.add(feedback, thumb | {"reason": why if score < 4 else "", "at": talk.at})
