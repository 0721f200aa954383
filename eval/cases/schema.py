"""The form of a suite. Every field says what it is for: these texts are the reference that `kefu eval schema` prints.

A suite is a YAML file. Fields that are left out ask for nothing, but some things are checked of every case unless
it says otherwise: see `Check`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from agent.types import Awaiting, DecisionKind
from eval.cases.basics import MOST_CHARACTERS, Form, Name, OneOf, Text, Texts, as_tuple, listed
from eval.cases.shop_forms import After, Filed, FiledBefore, Handled, Poison, ShopState
from tools.domain import Language

__all__ = [
    "CHECKS", "KINDS", "MOST_CHARACTERS", "MOST_TURNS", "After", "Bounds", "Case", "Check", "Expect", "Filed",
    "FiledBefore", "Form", "Handled", "Kind", "Name", "Perturb", "Poison", "ShopState", "Simulation", "Step", "Suite",
    "Text", "Texts", "Wish",
]  # fmt: skip

MOST_TURNS = 40

Kind = Literal["task", "knowledge", "safety", "perturbation", "parity"]
KINDS: tuple[Kind, ...] = ("task", "knowledge", "safety", "perturbation", "parity")
Check = Literal["shop", "privacy", "support", "promises", "language", "tact"]
CHECKS: tuple[Check, ...] = ("shop", "privacy", "support", "promises", "language", "tact")
Latency = Literal["fixed", "documents", "model"]


Decisions = Annotated[tuple[DecisionKind, ...], BeforeValidator(as_tuple), BeforeValidator(listed)]
Awaited = Annotated[
    tuple[Awaiting | Literal["nothing"], ...], BeforeValidator(as_tuple), BeforeValidator(listed)
]
Sayings = Annotated[
    tuple[Annotated[tuple[Text, ...], BeforeValidator(as_tuple), BeforeValidator(listed)], ...],
    BeforeValidator(as_tuple),
]  # fmt: skip


class Bounds(Form):
    """A number of −1 … 1 between two others; one of them is enough."""

    at_least: Annotated[float, Field(ge=-1, le=1)] = -1
    at_most: Annotated[float, Field(ge=-1, le=1)] = 1

    @model_validator(mode="after")
    def _bounds_something(self) -> Bounds:
        if not self.model_fields_set:
            raise ValueError("give `at_least`, `at_most` or both")
        if self.at_least > self.at_most:
            raise ValueError("`at_least` is above `at_most`")
        return self

    def __str__(self) -> str:
        given = [name for name in ("at_least", "at_most") if name in self.model_fields_set]
        return " and ".join(f"{name.replace('_', ' ')} {getattr(self, name)}" for name in given)


class Expect(Form):
    """What the turn has to come to. Where several values are given for one field, any of them will do."""

    decision: Decisions = ()
    """answer, ask, propose, done, refuse or handover."""
    rule: OneOf = ()
    """The branch or policy rule that decided; `return.*` fits every rule that begins so."""
    awaiting: Awaited = ()
    """What Kefu waits for now: identity, order_id, items, reason, confirmation …, or `nothing`."""
    action: OneOf = ()
    """What it is about: return, exchange_item, cancel_order, change_address, complaint, hand_over …"""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Fields of what was proposed or done, such as `order_id`; those that are not named are free."""
    slots: dict[str, Any] = Field(default_factory=dict)
    """What is known of the request that Kefu is busy with, such as `reason`."""
    receipt: OneOf = ()
    """The kind of the receipt: return_started, order_cancelled …"""
    intents: Texts = ()
    """What has to be among the understood intents."""
    act: OneOf = ()
    """The dialogue act: request, question, affirm, deny …"""
    sentiment: OneOf = ()
    """positive, neutral or negative."""
    mood: Bounds | None = None
    """How the message sounds, −1 (furious) … 1 (delighted): `{at_most: -0.6}` is angry, `{at_least: 0.3}` content."""
    ask_rating: bool | None = None
    """Whether the customer is asked for a rating with this reply."""
    recommends: bool | None = None
    """Whether goods are recommended that nobody asked for."""
    language: Language | None = None
    """The language of the reply, where it is not the case's."""
    cites: Texts = ()
    """Sections that have to be cited, such as `returns#postage`."""
    must_say: Sayings = ()
    """Values that have to be in the reply, in any usual writing: `¥899.00`, `7 days`, a name. A list: any of them."""
    must_not_say: Texts = ()
    """Values or words that must not be in the reply."""
    admits: bool | None = None
    """true: a right reply says that it does not know, refuses or offers a person; false: it must not only do so."""
    latency: Latency | None = None
    """The slowest class that is allowed: fixed (no documents, no model), documents (no model), model."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Expect:
        if not self.model_fields_set:
            raise ValueError("asks for nothing; leave it out or name what is expected")
        return self


class Step(Form):
    """One message of the customer, and what the turn has to come to."""

    say: Text
    """The message, as a customer would write it."""
    expect: Expect | None = None


class Wish(Form):
    """Something that a simulated customer wants done, or asks."""

    do: Name | None = None
    """An intent: return_item, cancel_order, exchange_item …"""
    ask: Text | None = None
    """A question that is asked in passing, word for word."""
    order: Text | None = None
    items: Texts = ()
    """The goods, as the customer calls them."""
    reason: Name | None = None
    """A code of the shop: no_longer_wanted, changed_mind …"""
    details: dict[str, Text] = Field(default_factory=dict)
    """What is told when it is asked for, by what is awaited: `address`, `new_item`, `payment_method` …"""

    @model_validator(mode="after")
    def _one_of_both(self) -> Wish:
        if (self.do is None) == (self.ask is None):
            raise ValueError("give either `do` or `ask`")
        return self


class Simulation(Form):
    """A customer who speaks by goals, patience and a phrase bank, instead of by a list of messages."""

    wants: Annotated[tuple[Wish, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    manner: Name = "plain"
    """How they write: a manner of `eval/customers/phrases.LANGUAGE.yaml`, such as plain, terse, chatty, typing."""
    patience: Annotated[int, Field(ge=2, le=MOST_TURNS)] = 10
    """After so many messages they leave."""
    gives_up_at: OneOf = ()
    """Decisions at which they leave satisfied or not, such as `handover`."""
    confirms: bool = True
    """Whether they say yes to what is proposed."""


class Case(Form):
    """One conversation, from the first message to the last, and what has to come of it."""

    id: Name
    """A name of its own within the suite."""
    about: str = ""
    """For people: why the case is there."""
    language: Language
    customer: Text | None = None
    """The mail address of a customer of the shop; none for a stranger."""
    signed_in: bool = True
    """Whether the channel vouches for the customer; otherwise they have to tell who they are."""
    for_customers: Texts = ()
    """Mail addresses: the same conversation once for each of these customers, to see that all are served alike."""
    turns: Annotated[tuple[Step, ...], BeforeValidator(as_tuple), Field(max_length=MOST_TURNS)] = ()
    simulate: Simulation | None = None
    shop: ShopState | None = None
    after: After | None = None
    """How the shop differs at the end: not at all, where this is left out."""
    model_says: Texts = ()
    """What the language model writes, in order, instead of what it would: to see what is let through."""
    intents: Texts = ()
    """What it is about, for the report: intents of the customer."""
    tags: Texts = ()
    """For choosing and for the report: `ci`, `money`, `privacy`, `multi_turn` …"""
    pair: Name | None = None
    """The same name for the Chinese and the English form of one case."""
    unchecked: Annotated[tuple[Check, ...], BeforeValidator(as_tuple)] = ()
    """Checks of every case that do not hold for this one, with the reason in `about`. Without `shop`, nothing of the
    shop is recorded either."""

    @model_validator(mode="after")
    def _plays(self) -> Case:
        if bool(self.turns) == (self.simulate is not None):
            raise ValueError("needs either `turns` or `simulate`")
        if self.for_customers and self.customer:
            raise ValueError("give `customer` or `for_customers`, not both")
        if self.turns and not any(step.expect for step in self.turns) and self.after is None:
            raise ValueError("expects nothing: give a turn `expect`, or the case `after`")
        return self

    @property
    def says(self) -> tuple[str, ...]:
        """The messages, as they stand in the file."""
        return tuple(step.say for step in self.turns)


class Perturb(Form):
    """Which cases are to be told in other words, and how."""

    suites: Texts
    """The suites whose cases are taken."""
    kinds: Texts = ()
    """The ways of `kefu eval list --perturbations`; all where this is left out."""
    cases: Annotated[int, Field(ge=1)] = 60
    """How many cases, spread over the suites."""


class Suite(Form):
    """A file of cases of one kind, or of one set of perturbations."""

    suite: Name
    """The suite's name, by which it is run and reported."""
    about: Text
    kind: Kind
    shop: ShopState | None = None
    """The shop of every case that names none."""
    tags: Texts = ()
    """Tags of every case."""
    perturb: Perturb | None = None
    cases: Annotated[tuple[Case, ...], BeforeValidator(as_tuple)] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Suite:
        if bool(self.cases) == (self.perturb is not None):
            raise ValueError("needs either `cases` or `perturb`")
        if self.perturb and self.kind != "perturbation":
            raise ValueError("kind: a suite with `perturb` is of the kind perturbation")
        return self
