"""What a conversation remembers between turns. Frozen, typed, stored with every turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tools.desk.identify import Facts
from tools.domain import (
    Address,
    CancelReason,
    Language,
    ReturnItem,
    ReturnReason,
    SwapItem,
)

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
class Request:
    """Something the customer wants that is not finished; None means not known yet.

    `text` is how it was said; `read` tells that everything in it has been taken. `lines` are the lines that
    shall become other variants, `swaps` those of them whose new variant is known, `offered` the SKUs that
    were named as a choice. `asked` is the slot that was asked for last, `times` how often in a row. `complaint`
    is the class of a complaint, `words` what it says, `mood` the worst mood (−1 … 1) and `language` the
    last language that it was said in.
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
    mood: float = 0.0
    language: str = ""
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
    `moods` are those of the last messages since something was last done, the newest last. `answered` says that
    something was answered or done at all; `record_offered`, `recommended` and `rating_asked` that a complaint was
    proposed unasked, goods were recommended, and the customer was asked for a rating: each happens once.
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
    moods: tuple[float, ...] = ()
    answered: bool = False
    record_offered: bool = False
    recommended: bool = False
    rating_asked: bool = False
