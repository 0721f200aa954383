"""Questions that the shop's data and documents answer. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from agent.documents import answers, nearest, policy_parts
from agent.facts import answer_from_data, asks_private
from agent.questions import Step, ask_identity, person_reply
from agent.resolve.orders import numbered
from agent.resolve.pieces import read_pieces
from agent.resolve.when import orders_when
from agent.types import Done, Evidence, Part, Request, Search, Understanding
from agent.understand.labels import KNOWLEDGE_INTENTS
from tools.domain import Category, Order

_OF_ORDERS = re.compile(
    r"送到|签收|到的|发货|发出|快递|物流|单号|收到|付了|凑出来|怎么算出来|(?:刷|走|扣)的(?:是)?(?:哪|啥|什么)|\b(?:deliver\w*|ship\w*|courier|carrier|track\w*|arriv\w*|paid|pay|cost|split|(?:taken|came|come) off|went (?:on|in)to)\b",
    re.IGNORECASE,
)
# What only the order itself tells, asked in a few words.
_WHICH_DAY = re.compile(
    r"哪天|几号|哪家|谁送|\bwho (?:delivered|brought)|\b(?:what|which) (?:day|date|courier|carrier)\b|\bwhen\b",
    re.IGNORECASE,
)
_SHORT = 80
# Of a question beside the one about an order, from here on the documents surely answer it.
_SURE = 0.8
# Below even odds the documents' best section is shown with its doubt.
_LIKELY = 0.5


def serve_knowledge(
    request: Request, understanding: Understanding, evidence: Evidence, done: tuple[Done, ...]
) -> Step | Request:
    """The answer of data or documents; the request as one about an order, where only an order can tell."""
    language = understanding.language
    if evidence.identified is None and asks_private(request.text):
        return ask_identity(request, understanding)
    if part := answer_from_data(request.intent, request.text, understanding, evidence, done):
        return Step("answer", f"data.{part.template}", (part,), True, request, awaiting="anything_else")
    own = _about_own_order(request, understanding, evidence)
    found = answers(evidence)
    besides = any(each.score >= _SURE and not _OF_ORDERS.search(each.question) for each in _single(evidence))
    if own and _WHICH_DAY.search(request.text) and len(request.text) <= _SHORT and not besides:
        return own
    alone = _is_whole_message(request, understanding) or _only_asks(understanding)
    doubtful = alone and _doubtful(found, evidence)
    if found and not doubtful:
        return _answered(request, understanding, evidence, found)
    if own and (not found or (doubtful and _rather_the_order(request, evidence))):
        return own
    if near := nearest(evidence):
        parts = (Part("near"), *policy_parts((near,)))
        return Step(
            "answer", "knowledge.near", parts, True, request, awaiting="anything_else",
            quick_replies=person_reply(language), offers_person=True,
        )  # fmt: skip
    return Step(
        "answer", "knowledge.none", (Part("no_answer", {"more": False}),), True, request,
        awaiting="anything_else", quick_replies=person_reply(language), offers_person=True,
    )  # fmt: skip


def _doubtful(found: tuple[Search, ...], evidence: Evidence) -> bool:
    """Whether what was found is rather no answer than one: it is shown, and called the nearest that there is."""
    if len(found) != 1 or evidence.approved is not None:
        return False
    wholes = (each for each in evidence.searches if each.whole)
    return all(each.score < _LIKELY for each in (found[0], *wholes))


def _single(evidence: Evidence) -> tuple[Search, ...]:
    """The searches for the questions of a message one by one."""
    return tuple(each for each in evidence.searches if not each.whole)


def _answered(
    request: Request, understanding: Understanding, evidence: Evidence, found: tuple[Search, ...]
) -> Step:
    approved = evidence.approved
    if approved and len(found) == 1 and _is_whole_message(request, understanding):
        values: dict[str, Any] = {"question": request.text, "hits": evidence.hits, "text": approved.text}
        values |= {"meant": approved.question, "cosine": round(approved.cosine, 4)}
        part = Part("approved", values | {"cites": (approved.passage,)})
        return Step("answer", "knowledge.approved", (part,), True, request)
    return Step("answer", "knowledge.found", policy_parts(found), True, request)


def _about_own_order(request: Request, understanding: Understanding, evidence: Evidence) -> Request | None:
    """What no document answers may be asked about an order: one that is named, or the one just spoken of."""
    named = _named(request.text, evidence)
    if named and _OF_ORDERS.search(request.text):
        return replace(request, intent="order_status", order_id=named[0].id)
    if evidence.order and _OF_ORDERS.search(request.text):
        return replace(request, intent="order_status", order_id=evidence.order.id)
    return None


def _rather_the_order(request: Request, evidence: Evidence) -> bool:
    """Whether a question that the documents hardly answer names an order; a lower price is a matter of rules."""
    return request.intent != "price_protection" and bool(_named(request.text, evidence))


def _named(text: str, evidence: Evidence) -> list[Order]:
    """The customer's orders by their numbers, their goods or their day."""
    return [*numbered(text, evidence.orders), *_with_goods(text, evidence), *_of_its_day(text, evidence)]


def _of_its_day(text: str, evidence: Evidence) -> list[Order]:
    """The one order of the day that a text names."""
    dated = orders_when(text, evidence.orders, evidence.now)
    return dated if len(dated) == 1 else []


def _with_goods(text: str, evidence: Evidence) -> list[Order]:
    """The customer's orders of which something is named; a gift card is what was paid with."""
    return [
        order
        for order in evidence.orders
        if any(
            piece.line.category is not Category.GIFT_CARD
            for piece in read_pieces(text, order, evidence.products)
        )
    ]


def _only_asks(understanding: Understanding) -> bool:
    """Whether all parts of a message are for the documents: they were looked up together."""
    return all(name in KNOWLEDGE_INTENTS for clause in understanding.clauses for name in clause.intents)


def _is_whole_message(request: Request, understanding: Understanding) -> bool:
    """What was looked up is the message; an approved answer to it answers no part of it and nothing said before."""
    return len(understanding.clauses) <= 1 and request.text in understanding.text
