"""Stage two: reads, once, everything that the reply may rest on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.approved import SAME_QUESTION, Approved, approved_answer
from agent.asking import questions_of
from agent.follow_up import core, earlier_question, in_context, lives_on, names_a_fee
from agent.in_subject import beside_subject, placed, strays
from agent.introductions import to_try
from agent.resolve.orders import order_key
from agent.subjects import names_its_case, of_the_case
from agent.tamed import tamed_customer, tamed_order, tamed_product
from agent.types import Evidence, Search, State, Understanding
from retrieval.listing import Listing
from retrieval.passages import Passage
from retrieval.readers import CUSTOMER, Reader
from retrieval.search import Hit
from tools.catalogue import Catalogue
from tools.desk.identify import identify
from tools.domain import Customer, Language, Order, Product
from tools.errors import NotFound
from tools.policy.identity_card import IdentityCard
from tools.store.protocol import OrderStore

PASSAGES = 4
# Which sections a message may be about, to judge what its single questions find.
AROUND = 10
# The share of the best score from which on a section of the document that answered before is taken.
SAME_DOCUMENT = 0.5
SHORT_QUESTION = {"zh": 10, "en": 32}
_SUBJECT = {
    "return_item": {"zh": "退货", "en": "Return"},
    "exchange_item": {"zh": "换货", "en": "Exchange"},
    "refund_status": {"zh": "退款", "en": "Refund"},
}

_SPOKEN = (
    ("exchange_item", re.compile(r"换货|[想要能]换|\bexchang|\bswap", re.IGNORECASE)),
    ("return_item", re.compile(r"退(?![款钱])|\breturn|\bsen[dt]\b.{0,20}\bback\b", re.IGNORECASE)),
)

Embed = Callable[[str], NDArray[np.float32]]


class Knowledge(Protocol):
    """The part of a snapshot that a turn reads."""

    @property
    def id(self) -> str: ...
    @property
    def threshold(self) -> float: ...
    def search(
        self,
        query: str,
        language: Language,
        k: int,
        now: datetime | None = None,
        vector: Sequence[float] | None = None,
        reader: Reader = CUSTOMER,
    ) -> list[Hit]: ...
    def passage(self, passage_id: str, day: date | None = None) -> Passage | None: ...
    def section(self, topic: str, language: Language, day: date | None = None) -> list[Passage]: ...
    def listing(self, passage: Passage, vector: Sequence[float]) -> Listing: ...


def search_query(understanding: Understanding, state: State) -> str:
    """What to look for: the message; a short question in the middle of something names its subject too.

    One that says only what differs from the question before it is looked up together with that.
    """
    language, text = understanding.language, understanding.text
    about = state.requests[0].intent if state.requests else state.last_intent
    subject = _SUBJECT.get(about or "", {}).get(language, "")
    before = earlier_question(state)
    if before and lives_on(text, language):
        subject = subject or _spoken_of(before, language)
        if not (subject and names_a_fee(text)):
            return in_context(text, before, language)
        return f"{subject}{'' if language == 'zh' else ' '}{core(text, language)}"
    short = len(text) <= SHORT_QUESTION[language]
    return (
        f"{subject}{'' if language == 'zh' else ': '}{text}"
        if subject and short and subject not in text
        else text
    )


def _spoken_of(question: str, language: Language) -> str:
    """What a question was about, where its words say so: "and the postage?" is then that of a return."""
    return next((_SUBJECT[name][language] for name, words in _SPOKEN if words.search(question)), "")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose attempts to identify are counted, by which card they are judged, and what they write by."""

    conversation_id: str
    source: str
    card: IdentityCard
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class _Who:
    customer: Customer | None
    failed: bool = False
    throttled: bool = False


def retrieve(
    understanding: Understanding,
    state: State,
    knowledge: Knowledge,
    store: OrderStore,
    catalogue: Catalogue,
    embed: Embed,
    visitor: Visitor,
    now: datetime,
) -> Evidence:
    """Passages for the message and, once the customer is known, that customer's own orders."""
    query = search_query(understanding, state)
    who = _identify(understanding, state, store, visitor, now)
    vector = embed(query).tolist()
    reader = reader_of(who.customer, visitor.channel)

    def look(text: str, at: Sequence[float], most: int) -> tuple[Hit, ...]:
        hits = knowledge.search(text, understanding.language, most, now=now, vector=at, reader=reader)
        return of_the_case(text, hits)

    around = look(query, vector, AROUND)
    before = earlier_question(state)
    followed = query != understanding.text and lives_on(understanding.text, understanding.language)
    if followed and not (around and names_its_case(understanding.text, around[0])):
        around = _of_one_document(around, look(before, embed(before).tolist(), 1))
    hits = around[:PASSAGES]
    answerable = bool(hits) and hits[0].score >= knowledge.threshold
    asked = in_context(understanding.text, before, understanding.language) if followed else understanding.text
    searches = [Search(asked, around)]
    for question in questions_of(understanding.text, understanding.language):
        alone = Search(question, look(question, embed(question).tolist(), PASSAGES), whole=False)
        if strays(alone, around, knowledge.threshold):
            beside = beside_subject(question, around[0])
            alone = placed(alone, look(beside, embed(beside).tolist(), PASSAGES), around, knowledge.threshold)
        searches.append(alone)
    orders = tuple(map(tamed_order, store.orders_of(who.customer.id))) if who.customer else ()
    return Evidence(
        snapshot_id=knowledge.id,
        hits=hits,
        answerable=answerable,
        now=now,
        identified=tamed_customer(who.customer) if who.customer else None,
        identity_failed=who.failed,
        identity_throttled=who.throttled,
        orders=orders,
        order=_own_order(state.last_order_id, orders),
        order_unknown=_unknown_number(understanding, orders) if who.customer else None,
        products=_products(store, orders),
        named_products=tuple(
            map(tamed_product, _named(catalogue, understanding.text, before if followed else ""))
        ),
        complaints=store.complaints_of(who.customer.id) if who.customer else (),
        approved=_approved(understanding, hits[0], knowledge, vector) if answerable else None,
        searches=tuple(searches),
        threshold=knowledge.threshold,
    )


def _named(catalogue: Catalogue, text: str, before: str) -> tuple[Product, ...]:
    """The shop's products that a message names, else those of the question that it lives on."""
    return catalogue.named(text) or (catalogue.named(before) if before else ())


def _of_one_document(hits: tuple[Hit, ...], before: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """A follow-up is answered from the document that answered before, where that has about as good a section."""
    document = before[0].passage.document_id if before else ""
    near = [hit for hit in hits[:PASSAGES] if hit.score >= hits[0].score * SAME_DOCUMENT]
    same = next((hit for hit in near if hit.passage.document_id == document), None)
    if same is None or same is hits[0]:
        return hits
    rest = tuple(hit for hit in hits[1:] if hit is not same)
    return (replace(same, score=hits[0].score), replace(hits[0], score=same.score), *rest)


def _approved(
    understanding: Understanding, best: Hit, knowledge: Knowledge, vector: Sequence[float]
) -> Approved | None:
    """What authors approved for this question; a hit whose listed questions are all too far needs no look."""
    if best.question < SAME_QUESTION:
        return None
    listing = knowledge.listing(best.passage, vector)
    return approved_answer(understanding.text, understanding.language, listing)


def reader_of(customer: Customer | None, channel: str | None) -> Reader:
    """What documents may be limited to: the channel, and of a known customer tier and place (`CN-浙江`)."""
    if customer is None:
        return Reader(channel=channel)
    place = "-".join(filter(None, (customer.address.country, customer.address.region)))
    return Reader(region=place or None, channel=channel, tier=customer.tier.value)


def _identify(
    understanding: Understanding, state: State, store: OrderStore, visitor: Visitor, now: datetime
) -> _Who:
    """A conversation that is bound to a customer stays so, whatever mail address is named later."""
    if state.customer_id is not None:
        try:
            return _Who(store.customer(state.customer_id))
        except NotFound:
            # The shop was imported anew without this customer: a person has to look.
            return _Who(None, failed=True, throttled=True)
    facts = to_try(understanding, state)
    found = identify(store, visitor.card, facts, visitor.conversation_id, visitor.source, now)
    if isinstance(found, Customer):
        return _Who(found)
    return _Who(None, failed=found.why != "not_enough", throttled=found.why == "too_many")


def _own_order(order_id: str | None, orders: tuple[Order, ...]) -> Order | None:
    return next((order for order in orders if order.id == order_id), None)


def _unknown_number(understanding: Understanding, orders: tuple[Order, ...]) -> str | None:
    """The first order number in the message that this customer does not have."""
    own = {order_key(order.id) for order in orders}
    said = understanding.values("order_id")
    return next((number for number in said if order_key(number) not in own), None)


def _products(store: OrderStore, orders: tuple[Order, ...]) -> dict[str, Product]:
    """What the customer's orders are made of, with everything it comes in."""
    ids = sorted({line.product_id for order in orders for line in order.lines})
    return {product.id: tamed_product(product) for product in store.products_by_id(ids)}
