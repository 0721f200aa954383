"""What the stages of a turn hand to each other. Frozen, typed, free of I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from agent.approved import Approved
from agent.notes import HandOverNote
from retrieval.passages import Passage
from retrieval.search import Hit
from tools.desk.identify import Facts
from tools.domain import (
    Address,
    CancelReason,
    Complaint,
    Customer,
    Language,
    Order,
    Product,
    ReturnItem,
    ReturnReason,
    SwapItem,
)

DecisionKind = Literal["answer", "ask", "propose", "done", "refuse", "handover"]
Awaiting = Literal[
    "identity",
    "order_id",
    "items",
    "reason",
    "payment_method",
    "address",
    "new_item",
    "confirmation",
    "choice",
    "anything_else",
]


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
    the wish of, "" for all others.
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

    def values(self, kind: str) -> tuple[str, ...]:
        """All values of one kind of entity, in the order of the text."""
        return tuple(entity.value for entity in self.entities if entity.kind == kind)

    def first(self, kind: str) -> str | None:
        return next(iter(self.values(kind)), None)

    @property
    def intent_names(self) -> tuple[str, ...]:
        return tuple(score.label for score in self.intents)


@dataclass(frozen=True, slots=True)
class Request:
    """Something the customer wants that is not finished; None means not known yet.

    `text` is how it was said; `read` tells that everything in it has been taken. `lines` are the lines that
    shall become other variants, `swaps` those of them whose new variant is known, `offered` the SKUs that
    were named as a choice. `asked` is the slot that was asked for last, `times` how often in a row. `complaint`
    is the class of a complaint and `words` what it says.
    """

    intent: str
    text: str
    order_id: str | None = None
    items: tuple[ReturnItem, ...] | None = None
    reason: ReturnReason | None = None
    lines: tuple[int, ...] | None = None
    swaps: tuple[SwapItem, ...] = ()
    offered: tuple[str, ...] = ()
    cancel_reason: CancelReason | None = None
    method_id: str | None = None
    address: Address | None = None
    fault: str = ""
    words: str = ""
    complaint: str = ""
    urgent: bool = False
    read: bool = False
    asked: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class ProposalRef:
    """The proposal that was last read back. A yes is a yes to this digest only."""

    id: str
    digest: str
    order_id: str
    kind: str = "start_return"


@dataclass(frozen=True, slots=True)
class Done:
    """What a conversation has brought about. Amounts are text with two decimals in `currency`."""

    kind: str
    order_id: str
    refund: str
    due: str
    currency: str
    subject_id: str = ""
    receipt_id: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A message that could mean several things, and the intents that were offered, in the order of the question."""

    text: str
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers between turns. The first of `requests` is the active one.

    `unclear` holds only while a `choice` is awaited. `grievance` is the complaint that the customer's angry words
    would make, should they want one recorded. `stuck` counts the turns in a row that got nowhere, `filled` names
    the slots that have been filled since something was last answered or done ("return_item:items"). `apologised`
    says that the customer heard so since something was last done, `greeted` that they were called by their name.
    `told` is what somebody not known yet has said of themselves so far; it is dropped when they are known.
    `refused` is the wish that was refused last, as long as nothing else was served since.
    `last_question` is what the documents last answered, which "and for gold members?" lives on.
    """

    language: Language = "zh"
    customer_id: str | None = None
    requests: tuple[Request, ...] = ()
    awaiting: Awaiting | None = None
    proposal: ProposalRef | None = None
    last_order_id: str | None = None
    last_intent: str | None = None
    identity_failures: int = 0
    confused: int = 0
    offered_person: bool = False
    handed_over: bool = False
    done: tuple[Done, ...] = ()
    unclear: Unclear | None = None
    grievance: Request | None = None
    stuck: int = 0
    filled: tuple[str, ...] = ()
    apologised: bool = False
    greeted: bool = False
    told: Facts = field(default_factory=Facts)
    refused: Request | None = None
    last_question: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for in the documents, and what was found, the best first.

    `whole` says that it was the message itself and not one of its questions.
    """

    question: str
    hits: tuple[Hit, ...]
    whole: bool = True

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
class QuickReply:
    """A button: what it says, and the message it sends."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens in this turn and why. `rule` names the branch or the policy rule that decided.

    `then` is proposed after `command` was carried out: the next wish of the queue. `tried` names the branches
    that were asked, in order; the last one fitted.
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


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence comes from. `n` is the number in square brackets in the reply."""

    n: int
    passage_id: str
    document_id: str
    title: str
    heading: str
    revision: str
    quote: str


@dataclass(frozen=True, slots=True)
class Support:
    """What a claim rests on: `source` is "passage:ID", "title:ID", "field:PATH" or "template:NAME".

    `quote` are the letters from `start` to `end` of that text.
    """

    source: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """One thing that a sentence says: `said` are its letters from `start` to `end`, `value` what they mean.

    `kind` is money, duration, date, clock, weekday, share, measure, number, id, contact, link, name, rule or
    promise. `support` is None where nothing supports it.
    """

    kind: str
    said: str
    start: int
    end: int
    value: str
    support: Support | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One checked statement: the sentence, what had to be supported, by what, and the verdict.

    `values` are the figures, numbers and links among its `parts`, each once.
    """

    sentence: str
    values: tuple[str, ...]
    source: str
    supported: bool
    why: str = ""
    parts: tuple[ClaimPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece of a reply before it is checked.

    Fixed pieces have `text`, made by our own templates from typed facts. Answers from knowledge have
    `sentences`, written by the model as it is asked for the next one, and `hits` that they may rest on.
    `cites` are passages that a fixed piece stands on, `facts` the values that its template was filled with.
    """

    part: str
    text: str = ""
    sentences: Iterator[str] | None = None
    hits: tuple[Hit, ...] = ()
    cites: tuple[Passage, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
