"""What goes over the wire. Additions only: channel integrators build on these names."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from unicodedata import category

from msgspec import Meta, Struct

MOST_CHARACTERS = 4000
SHORTEST_DEADLINE_MS, LONGEST_DEADLINE_MS = 100, 600_000

Probability = Annotated[float, Meta(ge=0, le=1)]
Mood = Annotated[float, Meta(ge=-1, le=1)]


def storable(*texts: str) -> None:
    """PostgreSQL keeps no NUL, and nobody's name has one."""
    if any(category(char) == "Cc" and not char.isspace() for text in texts for char in text):
        raise ValueError("control characters are not text")


class CustomerHint(Struct, forbid_unknown_fields=True, frozen=True):
    """Who the customer is: a token that the channel signed, or facts as the identity card asks for them."""

    token: Annotated[str, Meta(min_length=1, max_length=4096)] | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None
    phone: Annotated[str, Meta(max_length=32)] | None = None
    name: Annotated[str, Meta(max_length=100)] | None = None
    postcode: Annotated[str, Meta(max_length=16)] | None = None

    def __post_init__(self) -> None:
        facts = [fact for fact in (self.email, self.phone, self.name, self.postcode) if fact is not None]
        if self.token is not None and facts:
            raise ValueError("a token stands alone: leave the facts out")
        storable(*facts)


class NewConversation(Struct, forbid_unknown_fields=True, frozen=True):
    channel: Annotated[str, Meta(min_length=1, max_length=64)] = "api"
    customer: CustomerHint | None = None
    locale: Annotated[str, Meta(pattern="^[A-Za-z]{2}([-_][A-Za-z]{2,4})?$")] | None = None

    def __post_init__(self) -> None:
        storable(self.channel)


class NewMessage(Struct, forbid_unknown_fields=True, frozen=True):
    """`message_id` makes a retry safe: the same id returns the same turn and does nothing twice.

    `deadline_ms` is how long the channel can wait for the whole reply, from when the message arrives.
    """

    text: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]
    message_id: Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,128}$")] | None = None
    attachments: list[Any] | None = None
    deadline_ms: Annotated[int, Meta(ge=SHORTEST_DEADLINE_MS, le=LONGEST_DEADLINE_MS)] | None = None


class ScoreView(Struct, frozen=True):
    label: str
    probability: Probability


class EntityView(Struct, frozen=True):
    kind: str
    value: str
    start: int
    end: int


class UnderstandingView(Struct, frozen=True):
    language: Literal["zh", "en"]
    act: ScoreView
    intents: list[ScoreView]
    sentiment: ScoreView
    complaint: ScoreView
    urgent: bool
    entities: list[EntityView]
    mood: Mood = 0.0


class PassageScore(Struct, frozen=True):
    id: str
    title: str
    heading: str
    score: Probability


class EvidenceView(Struct, frozen=True):
    snapshot_id: str
    answerable: bool
    passages: list[PassageScore]
    orders: list[str]


class DecisionView(Struct, frozen=True):
    kind: Literal["answer", "ask", "propose", "done", "refuse", "handover"]
    rule: str
    awaiting: str | None
    action: str | None


class CitationView(Struct, frozen=True):
    n: int
    passage_id: str
    document_id: str
    title: str
    heading: str
    revision: str
    quote: str


class ReceiptView(Struct, frozen=True):
    id: str
    kind: str
    order_id: str
    return_id: str
    subject_id: str
    refund: str
    due: str
    currency: str
    postage: str
    postage_payer: str
    method_id: str
    at: str


class ClaimView(Struct, frozen=True):
    sentence: str
    values: list[str]
    source: str
    supported: bool
    why: str


class QuickReplyView(Struct, frozen=True):
    title: str
    text: str


class Turn(Struct, frozen=True):
    """One message and its reply."""

    turn_id: str
    conversation_id: str
    message_id: str | None
    at: str
    text: str
    reply: str
    language: Literal["zh", "en"]
    decision: DecisionView
    citations: list[CitationView]
    receipts: list[ReceiptView]
    understanding: UnderstandingView
    claims: list[ClaimView]
    quick_replies: list[QuickReplyView]
    timings_ms: dict[str, float]
    snapshot_id: str
    ask_rating: bool = False


class ConversationCreated(Struct, frozen=True):
    conversation_id: str
    locale: str
    greeting: str
    identified: bool
    quick_replies: list[QuickReplyView]


class Conversation(Struct, frozen=True):
    conversation_id: str
    channel: str
    locale: str
    created_at: str
    greeting: str
    turns: list[Turn]


class PassageView(Struct, frozen=True):
    id: str
    title: str
    heading: str
    language: str
    revision: str
    text: str


class DemoCustomer(Struct, frozen=True):
    name: str
    email: str
    order_id: str
    hint: dict[str, str]


class Demo(Struct, frozen=True):
    """Who one can be in the sample shop; empty for a real one."""

    sample: bool
    shop: dict[str, str]
    customers: list[DemoCustomer]
