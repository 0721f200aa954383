"""A scripted agent for simulated customers: asks for what is missing, proposes, and does what is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eval.cases.schema import Simulation, Wish
from eval.customers.customer import SimulatedCustomer
from eval.customers.protocol import CustomerModel, HeardTurn
from tools.domain import Address, Customer, Language, Tier

EMAIL, NAME, PHONE, POSTCODE = "mia@example.com", "Mia Wong", "13800000999", "518000"
MIA = Customer(
    "C9", NAME, EMAIL, PHONE, "en", Tier.STANDARD,
    Address(NAME, PHONE, "1 Harbour Street", "Shenzhen", "Guangdong", POSTCODE),
)  # fmt: skip
COAT = Wish(do="return_item", order="W1000001", items=("coat",), reason="no_longer_wanted")
GREETING = HeardTurn("What can I do for you?", "ask", "anything_else")


def simulation(*wants: Wish, manner: str = "plain", **more: object) -> Simulation:
    return Simulation.model_validate({"wants": wants or (COAT,), "manner": manner} | more)


def customer(
    played: Simulation, language: Language = "en", who: Customer | None = MIA, signed_in: bool = True,
    seed: int = 0,
) -> SimulatedCustomer:  # fmt: skip
    return SimulatedCustomer(played, language, who, signed_in, seed)


def asks(awaiting: str, reply: str = "Please tell me.") -> HeardTurn:
    return HeardTurn(reply, "ask", awaiting)  # type: ignore[arg-type]


def proposes(reply: str = "Return the coat of order W1000001?") -> HeardTurn:
    return HeardTurn(reply, "propose", "confirmation", ("Yes, confirm", "No, cancel"))


DONE = HeardTurn("It is done.", "done", "anything_else")
REFUSED = HeardTurn("That cannot be done.", "refuse", None)
ANSWERED = HeardTurn("Here is the answer.", "answer", None)
PERSON = HeardTurn("A person takes over.", "handover", None)


def converse(model: CustomerModel, turns: Sequence[HeardTurn]) -> list[str]:
    """What the customer says while the agent says all this, whatever it hears; until they leave."""
    said = [model.first()]
    for turn in turns:
        text = model.next(turn)
        if text is None:
            break
        said.append(text)
    return said


@dataclass
class Clerk:
    """Works through one wish of each kind it is given: asks for every slot, proposes, takes a yes."""

    slots: Sequence[str]
    proposal: str
    yes: Callable[[str], bool]
    told: list[str] = field(default_factory=list)

    def serve(self, model: CustomerModel, most: int = 40) -> list[str]:
        """The whole conversation from the customer's side."""
        said = [model.first()]
        waiting = list(self.slots)
        turn = self._ask(waiting)
        while (text := model.next(turn)) is not None:
            assert len(said) < most, "the customer goes on for ever"
            said.append(text)
            turn = self._after(turn, text, waiting)
        return said

    def _ask(self, waiting: list[str]) -> HeardTurn:
        return asks(waiting.pop(0)) if waiting else proposes(self.proposal)

    def _after(self, turn: HeardTurn, text: str, waiting: list[str]) -> HeardTurn:
        if turn.decision in ("ask", "propose") and turn.awaiting == "confirmation":
            return DONE if self.yes(text) else HeardTurn("All right, I leave it.", "answer", "anything_else")
        return self._ask(waiting) if turn.decision != "done" else GREETING
