"""The list: one row a customer, the most likely first, with what may be done about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from insights.outreach.about import Record, Records
from insights.outreach.chance import Chance, history, learn
from insights.outreach.read import read_consents, read_listed, read_world
from insights.outreach.signals import Kind, Signal, Window, signals
from insights.outreach.usual import usual
from insights.outreach.words import message, why
from insights.outreach.world import Bought, Defect, World
from prompts.render import Texts
from tools.domain import Language, ReturnReason, Text
from tools.policy.cards import PolicyBook
from tools.store.database import answering, reader

ONCE_IN = timedelta(days=7)
# Somebody is talking with them already.
TALKING = timedelta(days=1)
_RANKS = {kind: rank for rank, kind in enumerate(Kind)}

Held = Literal["", "no consent", "listed this week", "in conversation"]


@dataclass(frozen=True, slots=True)
class Row:
    """`held` says why the customer is not to be written to, "" if nothing speaks against it. `also` are the kinds of
    the customer's other signals, `language` is the one of `message`, `about` what `why` speaks of.
    """

    customer_id: str
    order_id: str
    kind: Kind
    subject_id: str
    since: datetime
    why: Text
    chance: Chance
    language: Language
    message: str
    held: Held
    also: tuple[Kind, ...] = ()
    about: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Likely:
    """A customer's most telling signal with its chance, and the kinds of the others."""

    signal: Signal
    chance: Chance
    also: tuple[Kind, ...]


def outreach(
    engine: Engine,
    now: datetime,
    policies: PolicyBook | None = None,
    texts: Texts | None = None,
    defects: Collection[Defect] = (),
) -> list[Row]:
    """Who will contact the shop within a week. Without `policies` return windows are not known, and days are UTC's."""
    zone = policies.timezone if policies else ZoneInfo("UTC")
    spoken = texts or Texts(zone)
    world = read_world(engine, now, zone)
    consented = read_consents(engine)
    with answering(), reader(engine).begin() as connection:
        listed = read_listed(connection, now - ONCE_IN)
    rows, records = [], Records(world)
    for each in likely(world, now, defects, _window(policies, now)):
        signal, language = each.signal, world.languages.get(each.signal.customer_id, "zh")
        last = world.last_contact(signal.customer_id, now)
        talking = last is not None and last > now - TALKING
        held = _held(signal.customer_id in consented, signal.customer_id in listed, talking)
        rows.append(
            Row(
                signal.customer_id, signal.order_id, signal.kind, signal.subject_id, signal.since,
                why(signal, now, zone), each.chance, language, message(signal, language, spoken), held, each.also, records.of(signal),
            )
        )  # fmt: skip
    return rows


def likely(
    world: World, now: datetime, defects: Collection[Defect] = (), window: Window | None = None
) -> list[Likely]:
    """One entry a customer, the most likely to write first."""

    def at(day: datetime) -> Sequence[Signal]:
        return signals(world, day, usual(world.parcels, world.returns, day), defects, window)

    chances = learn(world, history(world, now, at))
    by_customer: dict[str, list[tuple[Chance, Signal]]] = {}
    for signal in at(now):
        by_customer.setdefault(signal.customer_id, []).append((chances.of(world, signal, now), signal))
    return sorted(
        map(_most_telling, by_customer.values()),
        key=lambda each: (-each.chance.probability, _order(each.signal)),
    )


def _most_telling(found: list[tuple[Chance, Signal]]) -> Likely:
    (chance, signal), *others = sorted(found, key=lambda pair: (-pair[0].probability, _order(pair[1])))
    return Likely(signal, chance, tuple(dict.fromkeys(other.kind for _, other in others)))


def _order(signal: Signal) -> tuple[int, str, str]:
    return _RANKS[signal.kind], signal.customer_id, signal.subject_id


def _held(consented: bool, listed: bool, talking: bool) -> Held:
    if not consented:
        return "no consent"
    if listed:
        return "listed this week"
    return "in conversation" if talking else ""


def _window(policies: PolicyBook | None, now: datetime) -> Window | None:
    if policies is None:
        return None
    card = policies.at(now).returns

    def end(line: Bought, reason: ReturnReason) -> datetime | None:
        rule = card.rule_for(reason, line.country)
        if not rule.covers(line.category, line.final_sale):
            return None
        return rule.deadline(line.category, line.delivered_at.astimezone(UTC), card.timezone)

    return end
