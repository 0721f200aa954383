"""From the turns of a conversation to its row in the facts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from insights.facts.dimensions import NOBODY, NOTHING, Buyer, Goods
from insights.facts.records import TurnRecord
from insights.satisfaction.resolution import TurnFact, resolve

# What says nothing about why somebody came.
_NO_REASON = frozenset({"smalltalk", "praise"})
STOPPING = ("refuse", "handover")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A conversation with everything that its row rests on. `turns` is never empty.

    `missed` are the turns that no document answered; `events_of` the orders that its events changed, oldest first.
    """

    conversation_id: str
    channel: str
    locale: str
    customer_id: str
    turns: Sequence[TurnRecord]
    missed: Collection[str] = ()
    events_of: Sequence[str] = ()
    csat: int | None = None
    thumbs: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ConversationRows:
    """What is written about one conversation."""

    conversation: dict[str, Any]
    reasons: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)


def order_of(spoken: Spoken, known: Collection[str]) -> str:
    """The order that was first spoken of: named by the customer, else changed; "" for none that the shop has."""
    named = (order for turn in spoken.turns for order in turn.order_ids)
    return next((order for order in (*named, *spoken.events_of) if order in known), "")


def rows_of(
    spoken: Spoken, goods: Mapping[str, Goods], buyers: Mapping[str, Buyer], zone: ZoneInfo, now: datetime
) -> ConversationRows:
    """The row of a conversation, one for each of its reasons, and one for each rule that stopped it.

    `goods` are by order, `buyers` by customer. `came_back` is left False: it depends on other conversations.
    """
    turns, order_id = spoken.turns, order_of(spoken, goods)
    reasons = _reasons(turns)
    key = {"conversation_id": spoken.conversation_id}
    day = {"day": turns[0].at.astimezone(zone).date()}
    order, buyer = goods.get(order_id, NOTHING), buyers.get(spoken.customer_id, NOBODY)
    conversation = {
        **key, **day, "started_at": turns[0].at, "last_at": turns[-1].at, "channel": spoken.channel,
        "language": _language(spoken), "customer_id": spoken.customer_id, "tier": buyer.tier,
        "region": buyer.region, "order_id": order_id, "product_id": order.product_id, "category": order.category,
        "carrier": order.carrier, "warehouse": order.warehouse, "reason": reasons[0] if reasons else "",
        "complaint": _complaint(turns), **_moods(turns), **_outcome(spoken, now), "came_back": False,
        "csat": spoken.csat, "thumbs_up": list(spoken.thumbs).count(1),
        "thumbs_down": list(spoken.thumbs).count(-1), "answer_ms": _answer_ms(turns),
    }  # fmt: skip
    stopped = Counter((turn.kind, turn.rule) for turn in turns if turn.kind in STOPPING)
    return ConversationRows(
        conversation,
        [{**key, "reason": reason, **day} for reason in reasons],
        [{**key, "kind": kind, "rule": rule, **day, "turns": n} for (kind, rule), n in stopped.items()],
    )


def _outcome(spoken: Spoken, now: datetime) -> dict[str, Any]:
    turns = spoken.turns
    said = [
        TurnFact(turn.at, turn.kind, turn.rule, turn.awaiting, mood=turn.mood)
        for turn in turns
        if turn.readable
    ]
    handed = (turn.rule for turn in turns if turn.kind == "handover")
    return {
        "turns": len(turns),
        "resolution": resolve(said, now),
        "handover_reason": next(handed, ""),
        "unanswered": sum(turn.turn_id in spoken.missed for turn in turns),
        "refused": sum(turn.kind == "refuse" for turn in turns),
        "done": sum(turn.done for turn in turns),
    }


def _reasons(turns: Sequence[TurnRecord]) -> list[str]:
    said = (intent for turn in turns for intent in turn.intents)
    return [intent for intent in dict.fromkeys(said) if intent not in _NO_REASON]


def _language(spoken: Spoken) -> str:
    """The language that most turns were in, the earlier one of two as frequent; else that of the conversation."""
    spoken_in = Counter(turn.language for turn in spoken.turns if turn.language)
    if spoken_in:
        return spoken_in.most_common(1)[0][0]
    return "en" if spoken.locale.lower().startswith("en") else "zh"


def _complaint(turns: Sequence[TurnRecord]) -> str:
    complaining = [turn for turn in turns if turn.complaint]
    return min(complaining, key=lambda turn: turn.mood).complaint if complaining else ""


def _moods(turns: Sequence[TurnRecord]) -> dict[str, float]:
    """Mean, lowest and last mood; the trend is the mean of the last half minus that of the first, 0 for one turn."""
    moods = [turn.mood for turn in turns if turn.readable] or [0.0]
    half = len(moods) // 2
    trend = fmean(moods[-half:]) - fmean(moods[:half]) if half else 0.0
    return {
        "sentiment": fmean(moods),
        "sentiment_low": min(moods),
        "sentiment_last": moods[-1],
        "sentiment_trend": trend,
    }


def _answer_ms(turns: Sequence[TurnRecord]) -> float:
    measured = [turn.answer_ms for turn in turns if turn.answer_ms is not None]
    return fmean(measured) if measured else 0.0
