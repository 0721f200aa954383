"""What a simulated customer wants, how far each wish has got, and which one a reply is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from agent.slots import NEEDS
from agent.tasks import TASKS
from eval.cases.schema import Simulation, Wish
from eval.customers.bank import PhraseBank
from eval.customers.protocol import HeardTurn
from eval.customers.situations import OPENINGS, REASONS

End = Literal["", "done", "answered", "declined", "refused", "given_up"]
GOOD_ENDS: tuple[End, ...] = ("done", "answered", "declined")
# Whose words are asked for as a "reason".
WORDS = {"complaint": "complaint", "repair": "fault"}
DETAILS = ("address", "new_item", "new_item_at_first", "payment_method", "fault", "complaint", "reason")
MOST_ASKED, MOST_MISSES = 4, 3


@dataclass
class Goal:
    """A wish, and how far it has got. `asked` counts what Kefu asked for, `misses` replies that led nowhere."""

    wish: Wish
    said: bool = False
    ended: End = ""
    asked: Counter[str] = field(default_factory=Counter)
    misses: int = 0
    wavered: bool = False
    back: bool = False
    pushed: bool = False
    refused: bool = False
    doubted: bool = False
    objection: str = ""

    @property
    def open(self) -> bool:
        return not self.ended

    @property
    def task(self) -> bool:
        """Whether something is to be changed, so that a proposal is due."""
        return self.wish.do in TASKS

    @property
    def informs(self) -> bool:
        """Whether an answer is all that is wanted."""
        return not self.task and self.wish.do != "talk_to_human"

    def fits(self, awaiting: str | None) -> bool:
        """Whether Kefu can be asking for this on behalf of the wish."""
        if awaiting == "confirmation":
            return self.task
        if awaiting == "identity" or self.wish.ask:
            return awaiting in ("identity", "order_id", "items")
        return awaiting in NEEDS.get(self.wish.do or "", ())

    def named_in(self, reply: str) -> bool:
        """Whether a reply speaks of what the wish is about."""
        said = (self.wish.order or "", *self.wish.items, self.wish.details.get("new_item", ""))
        return any(each and each.casefold() in reply.casefold() for each in said)

    def doubt(self, proposal: str) -> str:
        """What a proposal has wrong, as the situation of putting it right: another order, or none of the goods."""
        wish, said = self.wish, proposal.casefold()
        if wish.order and wish.do != "complaint" and wish.order.casefold() not in said:
            return "correct.order"
        names_goods = "items" in NEEDS.get(wish.do or "", ())
        if wish.items and names_goods and not any(each.casefold() in said for each in wish.items):
            return "correct.items"
        return ""

    @property
    def other_at_first(self) -> bool:
        """Whether they want another variant first than in the end."""
        return {"new_item", "new_item_at_first"} <= self.wish.details.keys()

    def missed(self) -> None:
        self.misses += 1
        if self.misses >= MOST_MISSES:
            self.ended = "given_up"

    def asked_for(self, awaiting: str, most: int) -> None:
        """Asked for the same thing more than `most` times, the customer lets go of the wish."""
        self.asked[awaiting] += 1
        if self.asked[awaiting] > most:
            self.ended = "given_up"


def focus(goals: list[Goal], current: Goal, turn: HeardTurn) -> Goal:
    """The wish that a turn is about: of those that were told, the one that fits what is asked and is named."""
    told = [each for each in goals if each.said and each.open]
    if turn.awaiting in (None, "choice", "anything_else"):
        return current
    fitting = [each for each in told if each.fits(turn.awaiting)]
    named = [each for each in fitting if each.named_in(turn.reply)]
    for choice in (named, fitting):
        if choice:
            return current if current in choice else choice[0]
    return current


def problems_of(simulation: Simulation, bank: PhraseBank) -> Iterator[tuple[str, str]]:
    """What of a simulation cannot be played: the field within it, and why."""
    if simulation.manner not in bank.manners:
        yield "manner", f"{simulation.manner!r} is not one of {', '.join(bank.manners)}"
    for number, wish in enumerate(simulation.wants):
        where = f"wants.{number}"
        if wish.do is not None and wish.do not in OPENINGS:
            yield (
                f"{where}.do",
                f"{wish.do!r} is not one of {', '.join(OPENINGS)}; put other questions as `ask`",
            )
        if wish.reason is not None and wish.reason not in REASONS:
            yield f"{where}.reason", f"{wish.reason!r} is not one of {', '.join(REASONS)}"
        for name in wish.details:
            if name not in DETAILS:
                yield f"{where}.details.{name}", f"is not one of {', '.join(DETAILS)}"
