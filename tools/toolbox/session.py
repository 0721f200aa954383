"""Who is asking, in which conversation, and what they have said yes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tools.domain import Language
from tools.errors import NotIdentified, NotYours


@dataclass(slots=True)
class ToolSession:
    """One conversation with one customer.

    `customer_id` is None until the customer is identified, and never changes after that. `source` is where
    the messages come from; failed attempts to identify are counted by it. `confirmed` maps the ids of
    proposals that this customer confirmed to the digests that were read back; only the code that heard the
    customer puts them there.
    """

    conversation_id: str
    customer_id: str | None
    clock: Callable[[], datetime]
    language: Language = "zh"
    source: str = ""
    confirmed: Mapping[str, str] = field(default_factory=dict)

    def identified(self) -> str:
        """Raise `NotIdentified` when nobody knows who is asking."""
        if self.customer_id is None:
            raise NotIdentified("the customer has not been identified yet")
        return self.customer_id

    def bind(self, customer_id: str) -> None:
        """Raise `NotYours` when the conversation is another customer's already."""
        if self.customer_id not in (None, customer_id):
            raise NotYours("this conversation belongs to another customer")
        self.customer_id = customer_id
