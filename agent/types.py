"""What the stages of a turn hand to each other. Frozen, typed, free of I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from agent.approved import Approved
from agent.claims import Citation, Claim, ClaimPart, Draft, Reply, Support
from agent.notes import HandOverNote
from agent.state import Awaiting, Done, ProposalRef, Request, State, Unclear
from retrieval.search import Hit
from tools.domain import Complaint, Customer, Language, Order, Product

__all__ = [
    "Awaiting", "Citation", "Claim", "ClaimPart", "Clause", "Command", "Decision", "DecisionKind", "Done", "Draft",
    "Entity", "Evidence", "Part", "ProposalRef", "QuickReply", "Reply", "Request", "Score", "Search", "SecondLook",
    "State", "Suggest", "Support", "Unclear", "Understanding",
]  # fmt: skip

DecisionKind = Literal["answer", "ask", "propose", "done", "refuse", "handover"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of the message with a meaning. `start` and `end` count characters of the text."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Score:
    """A label and the probability (0..1) that the trained head gives it."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message that wants something of its own: its words and what they ask for."""

    text: str
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What the language model said about a message that the heads are unsure of.

    It may choose among `heads`, best first with what the heads give them, and "none"; it has to agree with one
    of `leading` to be believed. `said` is "" where there is no answer, and `problem` says why. `ms` is how long
    it took, waiting for the model included.
    """

    heads: tuple[Score, ...]
    leading: tuple[str, ...]
    said: str = ""
    ms: float = 0.0
    problem: str = ""

    @property
    def agreed(self) -> bool:
        """Whether the message is understood now; otherwise the customer has to be asked."""
        return self.said in self.leading


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `intents` is empty where nothing is asked; `alternatives` is for the trace.

    `clauses` are the parts of the message that ask for something, in order; one part for most messages.
    `second_look` is there where the heads were unsure. `meant` is an earlier message that this one only says
    the wish of, "" for all others. `mood` is −1 (furious) … 1 (delighted), see `agent.mood`.
    """

    text: str
    language: Language
    act: Score
    intents: tuple[Score, ...]
    sentiment: Score
    complaint: Score
    urgent: bool
    entities: tuple[Entity, ...]
    alternatives: tuple[Score, ...] = ()
    clauses: tuple[Clause, ...] = ()
    second_look: SecondLook | None = None
    meant: str = ""
    mood: float = 0.0

    def values(self, kind: str) -> tuple[str, ...]:
        """All values of one kind of entity, in the order of the text."""
        return tuple(entity.value for entity in self.entities if entity.kind == kind)

    def first(self, kind: str) -> str | None:
        return next(iter(self.values(kind)), None)

    @property
    def intent_names(self) -> tuple[str, ...]:
        return tuple(score.label for score in self.intents)


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for in the documents, and what was found, the best first.

    `whole` says that it was the message itself and not one of its questions. One that is `placed` was looked up beside
    the message's subject too, and is about what its hits say, be that another subject.
    """

    question: str
    hits: tuple[Hit, ...]
    whole: bool = True
    placed: bool = False

    @property
    def score(self) -> float:
        """How likely (0..1) the documents answer it."""
        return self.hits[0].score if self.hits else 0.0

    @property
    def topic(self) -> str:
        return self.hits[0].passage.topic if self.hits else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a reply may rest on, read once at the start of the turn.

    `identified` is the customer as known after this message; `identity_failed` says that
    this message tried to identify somebody and did not match, `identity_throttled` that no more tries are taken. `order` is the order that the active
    request is about, `order_unknown` a number that this customer does not have.
    `products` are those of the customer's orders, by id; `named_products` those of the shop that the message
    names. `complaints` are the customer's own, latest first. `approved` is what authors want to be answered to this
    very question. `searches` are that of the whole message, which `hits` are from, and those of its questions;
    one counts as answered from a score of `threshold` on.
    """

    snapshot_id: str
    hits: tuple[Hit, ...]
    answerable: bool
    now: datetime
    identified: Customer | None = None
    identity_failed: bool = False
    identity_throttled: bool = False
    orders: tuple[Order, ...] = ()
    order: Order | None = None
    order_unknown: str | None = None
    products: Mapping[str, Product] = field(default_factory=dict)
    named_products: tuple[Product, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    approved: Approved | None = None
    searches: tuple[Search, ...] = ()
    threshold: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a reply: a template with its values, or (`template` = "policy") a question to answer.

    `template` = "approved" is neither: it says letter for letter what authors wrote.
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """What `act` has to do. `note` is what the person is told at a hand-over."""

    kind: Literal["propose", "confirm", "withdraw", "hand_over"]
    request: Request | None = None
    proposal: ProposalRef | None = None
    reason: str = ""
    open_requests: tuple[Request, ...] = ()
    note: HandOverNote | None = None


@dataclass(frozen=True, slots=True)
class Suggest:
    """That goods may be recommended beside what is said: `personal` ones, or `alternatives` to `product_id`."""

    kind: Literal["personal", "alternatives"]
    product_id: str = ""


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button: what it says, and the message it sends."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens in this turn and why. `rule` names the branch or the policy rule that decided.

    `then` is proposed after `command` was carried out: the next wish of the queue. `tried` names the branches
    that were asked, in order; the last one fitted. `ask_rating` says that this is the moment to ask how satisfied
    the customer is, `suggest` that goods may be recommended.
    """

    kind: DecisionKind
    rule: str
    parts: tuple[Part, ...] = ()
    awaiting: Awaiting | None = None
    action: str | None = None
    command: Command | None = None
    then: Command | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    state: State = field(default_factory=State)
    tried: tuple[str, ...] = ()
    ask_rating: bool = False
    suggest: Suggest | None = None
