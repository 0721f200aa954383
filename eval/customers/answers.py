"""What a simulated customer answers to what Kefu asks for: only what they know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from eval.cases.schema import Wish
from eval.customers.goals import MOST_ASKED, WORDS, Goal
from eval.customers.speech import Speech, slipped_mail, slipped_number
from tools.domain import Customer

# Which question a thing that was told wrong answered.
SLOT_OF = {"order": "order_id", "identity": "identity", "new_item": "new_item"}
Slip = Literal["", "order", "identity", "new_item"]
# Ways to tell who one is, the best known first; later ones are tried when the earlier did not do.
_WAYS = (
    ("identity.email",),
    ("identity.email",),
    ("identity.name", "identity.name_postcode", "identity.email"),
    ("identity.name_postcode", "identity.email"),
    ("identity.phone", "identity.email"),
)


class Answers:
    """What one customer knows, in their words. `slip` is what was told wrong and has to be put right next."""

    def __init__(self, speech: Speech, customer: Customer | None) -> None:
        self._speech, self._customer = speech, customer
        self._ways = list(_WAYS[int(speech.one_of("01234"))])
        self._slipped: set[str] = set()
        self.slip: Slip = ""
        self._by_slot: dict[str, Callable[[Goal], str]] = {
            "identity": lambda _: self._identity(),
            "order_id": lambda goal: self._order(goal),
            "items": lambda goal: self._items(goal.wish),
            "reason": lambda goal: self._reason(goal.wish),
            "payment_method": lambda goal: self._detail("payment_method", goal),
            "address": lambda goal: self._detail("address", goal),
            "new_item": lambda goal: self._detail("new_item", goal),
        }

    def to(self, awaiting: str, goal: Goal) -> str:
        """The answer to a question for a slot."""
        return self._by_slot[awaiting](goal)

    def answers(self, awaiting: str | None) -> bool:
        return awaiting in self._by_slot

    def patience(self, awaiting: str) -> int:
        """How often they may be asked for the same thing; who has no account says so once."""
        return 1 if awaiting == "identity" and self._customer is None else MOST_ASKED

    def opening(self, goal: Goal) -> list[str]:
        """How a wish is put into words, with as much as the manner tells unasked."""
        wish, speech = goal.wish, self._speech
        if wish.do is None:
            return [str(wish.ask)]
        if goal.misses >= 2:
            # Whoever was not understood twice says it as fully as they can.
            return [speech.say(f"open.{wish.do}", self.known(goal), tell_all=True)]
        tells = speech.likely(speech.manner.tells)
        known = self.known(goal)
        said = [speech.say(f"open.{wish.do}", known, tells)]
        self._note_slip(known, said[0], wish)
        if tells and wish.reason:
            said.append(self._reason(wish))
        return said

    def introduction(self) -> list[str]:
        """Who they are, told unasked; nothing of a stranger, who is nobody that the shop knows."""
        return [self._identity()] if self._customer else []

    def correction(self, goal: Goal) -> str:
        """What was told wrong, put right."""
        slip, self.slip = self.slip, ""
        known = {"order": goal.wish.order or "", "new_item": goal.wish.details.get("new_item", "")}
        known["email"] = self._customer.email if self._customer else ""
        return self._speech.say(f"correct.{slip}", known)

    def known(self, goal: Goal) -> dict[str, str]:
        """What can be filled into a sentence about a wish. One who slips tells the first thing of a kind wrong."""
        wish = goal.wish
        found = {name: text for name, text in wish.details.items() if name != "new_item_at_first"}
        if wish.order:
            found["order"] = slipped_number(wish.order) if self._may_slip("order") else wish.order
        if wish.items:
            found["items"] = self._speech.listed(wish.items)
        first = wish.details.get("new_item_at_first")
        if first and self._at_first(goal):
            found["new_item"] = first
        return found

    def _at_first(self, goal: Goal) -> bool:
        return self._may_slip("new_item") or (self._speech.manner.wavers and not goal.wavered)

    def _may_slip(self, kind: str) -> bool:
        return self._speech.manner.slips and kind not in self._slipped

    def _note_slip(self, known: dict[str, str], said: str, wish: Wish) -> None:
        """Remember a wrong thing that was really said."""
        for kind, right in (("order", wish.order), ("new_item", wish.details.get("new_item"))):
            wrong = known.get(kind)
            if right and wrong and wrong != right and wrong in said and self._speech.manner.slips:
                self._slipped.add(kind)
                self.slip = "order" if kind == "order" else "new_item"

    def _identity(self) -> str:
        customer = self._customer
        if customer is None:
            return self._speech.say("identity.none")
        way = self._ways.pop(0) if len(self._ways) > 1 else self._ways[0]
        email = customer.email
        if way == "identity.email" and self._may_slip("identity"):
            self._slipped.add("identity")
            self.slip, email = "identity", slipped_mail(email)
        known = {
            "email": email, "name": customer.name, "phone": customer.phone, "postcode": customer.address.postcode,
        }  # fmt: skip
        return self._speech.say(way, known)

    def _order(self, goal: Goal) -> str:
        known = self.known(goal)
        if not goal.wish.order:
            return self._speech.say("order_id.unknown", known, tell_all=True)
        said = self._speech.say("order_id", known)
        self._note_slip(known, said, goal.wish)
        return said

    def _items(self, wish: Wish) -> str:
        if not wish.items:
            return self._speech.say("items.all")
        return self._speech.say("items", {"items": self._speech.listed(wish.items)})

    def _reason(self, wish: Wish) -> str:
        """In the customer's own words where the wish has them, else in those of the code."""
        if own := wish.details.get("reason"):
            return own
        words = WORDS.get(wish.do or "")
        if words:
            return self._speech.say(words, wish.details) if words in wish.details else self._unknown()
        return self._speech.say(f"reason.{wish.reason or 'none'}")

    def _detail(self, name: str, goal: Goal) -> str:
        known = self.known(goal)
        if name not in known:
            return self._unknown()
        said = self._speech.say(name, known)
        self._note_slip(known, said, goal.wish)
        return said

    def _unknown(self) -> str:
        return self._speech.say("unknown")
