"""Which order a message is about: one that it only names, one that came on some day, one that was paid in two ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.asked import new_requests
from agent.decide import decide
from agent.facts import wants_details
from agent.questions_answered import serve_knowledge
from agent.types import Clause, Request, State
from tests.agent.goods import (
    CANCELLED,
    CARDS,
    DELIVERED,
    KNOWN,
    ORDERS,
    PENDING,
    bought,
    line_of,
    product,
    said,
    seen,
)
from tests.agent.talking import TEXTS
from tests.tools.builders import returned
from tools.domain import Category

RETURNING = replace(DELIVERED, returns=(returned((2, 1, "129.00")),))
CARD = product("Gift Card", "礼品卡", Category.GIFT_CARD, "amount", ("¥100", "green", "100.00", 5))


@pytest.mark.parametrize(
    "text", ["在吗，问下台灯那单", "想咨询一下护眼台灯那个订单", "heya, its about the desk lamp you sent me", "A question regarding my desk lamp"]
)  # fmt: skip
def test_who_only_says_which_order_it_is_about_asks_after_it(text: str) -> None:
    (request,) = new_requests(said(text), seen(), KNOWN)
    assert (request.intent, request.text) == ("order_status", text)


@pytest.mark.parametrize(
    "text", ["在吗", "it's about your opening hours", "问下价保那事", "I like the desk lamp"]
)
def test_who_names_nothing_of_theirs_asks_after_no_order(text: str) -> None:
    assert not new_requests(said(text, act="inform"), seen(), KNOWN)


@pytest.mark.parametrize(
    "text", ["哪天送到的来着", "what day did it arrive?", "When did the green kettle land here?", "did my desk lamp turn up"]
)  # fmt: skip
def test_when_something_came_is_for_its_order_to_tell(text: str) -> None:
    (request,) = new_requests(said(text, "delivery_time"), seen(order=DELIVERED), KNOWN)
    assert request.intent == "order_status"


@pytest.mark.parametrize(
    "text",
    ["about the return I asked for yesterday, the lamp", "the refund i've requested for the lamp", "我昨天申请的那个台灯退货"],
)  # fmt: skip
def test_who_speaks_of_a_return_under_way_wants_no_second_one(text: str) -> None:
    (request,) = new_requests(said(text, "return_item"), seen(RETURNING), KNOWN)
    assert request.intent == "return_status"
    (request,) = new_requests(said(text, "return_item"), seen(DELIVERED), KNOWN)
    assert request.intent == "return_item"


def test_an_order_is_told_once_whatever_is_asked_of_it() -> None:
    texts = ("Where is my order with the backpack?", "And what refund do I get for the backpack?")
    clauses = (Clause(texts[0], ("order_status",)), Clause(texts[1], ("refund_status",)))
    heard = replace(said(" ".join(texts), "order_status", "refund_status"), clauses=clauses)
    decision = decide(heard, seen(PENDING), KNOWN, CARDS)
    (told,) = (part for part in decision.parts if part.template == "order_facts")
    assert told.values["order"].id == PENDING.id
    assert told.values["asked"] == "order_status" and told.values["refunds"]
    text = TEXTS.render("en", "order_facts", **told.values, names={})
    assert "not shipped yet" in text and "no return or refund" in text


@pytest.mark.parametrize("text", ["when did the tent arrive in your shop?", "一般几天送到的"])
def test_when_things_come_in_general_is_for_the_documents(text: str) -> None:
    (request,) = new_requests(said(text, "delivery_time"), seen(), State())
    assert request.intent == "delivery_time"


@pytest.mark.parametrize(
    "text",
    [
        "how was that split?",
        "whats been taken off my gift card, and what off the normal card",
        "这数怎么凑出来的",
    ],
)
def test_how_it_was_paid_is_asked_of_the_order_just_spoken_of(text: str) -> None:
    card = bought("W1000009", line_of(CARD))
    known = seen(*ORDERS, card, order=PENDING)
    found = serve_knowledge(Request("gift_card", text), said(text, "gift_card"), known, ())
    assert isinstance(found, Request), "no document answers it"
    assert (found.intent, found.order_id) == ("order_status", PENDING.id)
    assert wants_details(text)


def test_an_order_that_is_named_comes_before_the_one_spoken_of() -> None:
    text = "how much did the blue backpack cost me, it's W1000003"
    found = serve_knowledge(Request("gift_card", text), said(text, "gift_card"), seen(order=DELIVERED), ())
    assert isinstance(found, Request) and found.order_id == CANCELLED.id
