"""How a conversation ended, by rules over its recorded turns, and whether its customer had to come back. Pure.

The rules of `resolve`, the first that fits:

1. a turn handed over to a person: `handed_over`, whatever was said afterwards;
2. something was done, or answered, or refused with its reason, nothing is awaited, and the customer's last word was
   not angry: `solved`. What closes a matter ("thanks", "hello again") is skipped over: the last turn that was about
   something decides. Anger counts only as a reaction, after something had been answered, and never where the last
   turn did what was asked;
3. the last turn is at most `IDLE` old: `open`;
4. everything else: `abandoned`. We waited for something, had no answer, or the customer left angry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Resolution = Literal["solved", "handed_over", "abandoned", "open"]

IDLE = timedelta(minutes=30)
CAME_BACK_WITHIN = timedelta(days=7)
# From here down a mood (−1 … 1) is anger; it is where the agent itself takes a message for upset.
ANGRY = -0.6

_SERVED = frozenset({"answer", "refuse", "done"})
# Neither answer nor question: the matter is what came before.
_TRANSPARENT = frozenset(
    {
        "identity.matched",
        "person.declined",
        "talk.affirm",
        "talk.deny",
        "talk.done",
        "talk.farewell",
        "talk.greeting",
        "talk.noted",
        "talk.thanks",
        "talk.wait",
    }
)
# Said in the form of an answer, and still not what the customer came for.
_UNSERVED = frozenset(
    {"identity.given_up", "knowledge.none", "proposal.declined", "request.given_up", "talk.out_of_scope"}
)
_NOTHING_AWAITED = frozenset({"", "anything_else"})


@dataclass(frozen=True, slots=True)
class TurnFact:
    """What the record of a turn says about how it went. `awaiting` and `action` are "" for nothing.

    `mood` is that of the customer's message, −1 (very angry) … 1 (delighted).
    """

    at: datetime
    decision_kind: str
    rule: str = ""
    awaiting: str = ""
    action: str = ""
    mood: float = 0.0


@dataclass(frozen=True, slots=True)
class Contact:
    """A conversation as one of a customer's. `reasons` are the intents that asked for something, without ""."""

    customer_id: str
    began_at: datetime
    last_at: datetime
    resolution: Resolution
    reasons: frozenset[str] = frozenset()
    order_id: str = ""


def resolve(turns: Sequence[TurnFact], now: datetime) -> Resolution:
    """How a conversation ended, from its turns in their order; see the rules above.

    Total: every conversation gets exactly one. One without turns was begun and never used: `abandoned`.
    """
    if not turns:
        return "abandoned"
    if any(turn.decision_kind == "handover" or turn.action == "hand_over" for turn in turns):
        return "handed_over"
    if _settled(turns) and not _left_angry(turns):
        return "solved"
    return "open" if now - turns[-1].at <= IDLE else "abandoned"


def came_back(earlier: Contact, later: Iterable[Contact]) -> bool:
    """Whether what counted as solved was not: the same customer began again, about the same, within 7 days.

    "The same" is a reason that both share, or the same order. Somebody unknown can not be told to come back.
    """
    return earlier.resolution == "solved" and any(_again(earlier, each) for each in later)


def _again(earlier: Contact, later: Contact) -> bool:
    if not earlier.customer_id or earlier.customer_id != later.customer_id:
        return False
    if not earlier.last_at < later.began_at <= earlier.last_at + CAME_BACK_WITHIN:
        return False
    same_order = bool(earlier.order_id) and earlier.order_id == later.order_id
    return same_order or not earlier.reasons.isdisjoint(later.reasons)


def _settled(turns: Sequence[TurnFact]) -> bool:
    """Whether nothing is awaited and the last turn that was about something served it."""
    if turns[-1].awaiting not in _NOTHING_AWAITED:
        return False
    weighty = next((turn for turn in reversed(turns) if not _transparent(turn)), None)
    return weighty is not None and _serves(weighty)


def _left_angry(turns: Sequence[TurnFact]) -> bool:
    """Whether the last word was an angry reaction. A bad mood that was there before our first answer is why they came."""
    last = turns[-1]
    reacted = any(_serves(turn) for turn in turns[:-1])
    return reacted and last.decision_kind != "done" and last.mood <= ANGRY


def _transparent(turn: TurnFact) -> bool:
    return turn.decision_kind == "answer" and turn.rule in _TRANSPARENT


def _serves(turn: TurnFact) -> bool:
    return turn.decision_kind in _SERVED and turn.rule not in _TRANSPARENT | _UNSERVED
