"""Every figure of a fixed text comes from a field of what it was filled with, or from its template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.facts import Offer, totals
from agent.questions import method_name
from agent.types import Done, Draft, Reply
from agent.understand.heads import LANGUAGES
from agent.verify import verify
from examples.shop.generate import generate
from prompts.render import Texts
from tests.tools.builders import NOW
from tools.domain import Language, Money, Order

ZONE = ZoneInfo("Asia/Shanghai")
TEXTS = Texts(ZONE)
SHOP = generate(7, NOW)
NAMES = {
    language: {
        method.id: method_name(method, language) for each in SHOP.customers for method in each.payment_methods
    }
    for language in LANGUAGES
}


def draft(language: Language, template: str, **values: Any) -> Draft:
    values |= {"shop": SHOP.name.in_(language), "customer": None, "names": NAMES[language]}
    return Draft(template, text=TEXTS.render(language, template, **values), facts=values)


def leaving(drafted: Draft, language: Language) -> Reply:
    return verify([drafted], language, lambda piece: None, NOW.date(), ZONE)


def order_texts(order: Order, language: Language) -> Iterator[Draft]:
    asked = "refund_status" if order.returns or order.refunds else "tracking"
    yield draft(language, "order_facts", order=order, asked=asked, now=NOW)
    yield draft(language, "order_details", order=order)
    lines = [(order, line) for line in order.lines]
    yield draft(
        language, "bought", lines=lines, total=sum((line.total for line in order.lines), Money.zero())
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_figure_of_the_sample_shop_stays_untraced(language: Language) -> None:
    drafts = [text for order in SHOP.orders for text in order_texts(order, language)]
    drafts += [
        draft(language, "offers", offers=(Offer(each, each.variants, len(each.variants)),))
        for each in SHOP.products
    ]
    seen = 0
    for each in drafts:
        reply = leaving(each, language)
        assert reply.text == each.text, [claim.why for claim in reply.claims if not claim.supported]
        parts = [part for claim in reply.claims for part in claim.parts if part.kind != "name"]
        assert all(part.support is not None for part in parts)
        seen += len(parts)
    assert seen > 10_000


def order_like(status: str) -> Order:
    return next(each for each in SHOP.orders if each.status.value == status)


def fields(reply: Reply) -> dict[str, str]:
    return {
        part.said: part.support.source
        for claim in reply.claims
        for part in claim.parts
        if part.support is not None
    }


def test_a_figure_names_its_field() -> None:
    order = order_like("shipped")
    reply = leaving(draft("zh", "order_facts", order=order, asked="tracking", now=NOW), "zh")
    said = fields(reply)
    assert said[order.id] == "field:order.id"
    assert order.shipment is not None
    assert said[order.shipment.tracking_no] == "field:order.shipment.tracking_no"
    local = order.shipment.shipped_at.astimezone(ZONE)
    assert said[f"{local:%H:%M}"].startswith("field:order.")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_totals_are_those_of_the_conversation(language: Language) -> None:
    done = (Done("order_cancelled", "W1000001", "12.50", "0.00", "CNY"), Done("items_changed", "W1000002", "0.00", "30.00", "CNY"))  # fmt: skip
    part = totals(done)
    reply = leaving(draft(language, "totals", **part.values), language)
    assert all(claim.supported for claim in reply.claims) and "17.50" in reply.text


def test_what_no_field_says_does_not_leave() -> None:
    order = order_like("delivered")
    drafted = draft("zh", "order_details", order=order)
    wrong = replace(drafted, text=f"{drafted.text}\n另付 ¥98765.43。")
    reply = leaving(wrong, "zh")
    assert reply.text == drafted.text
    dropped = next(claim for claim in reply.claims if not claim.supported)
    assert dropped.sentence == "另付 ¥98765.43。" and "98765.43" in dropped.why


def test_times_are_those_of_the_shop() -> None:
    late = datetime(2026, 11, 20, 17, 30, tzinfo=ZoneInfo("UTC"))
    facts = {"at": late}
    assert leaving(Draft("nothing", text="11月21日（周六）01:30 送达。", facts=facts), "zh").text
    assert not leaving(Draft("nothing", text="11月20日（周五）17:30 送达。", facts=facts), "zh").text


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "订单已取消。"), ("en", "The order has been cancelled.")]
)
def test_done_is_said_with_a_receipt_or_the_state_of_the_order(language: Language, text: str) -> None:
    cancelled, open_order = order_like("cancelled"), order_like("shipped")
    assert leaving(Draft("note", text=text, facts={"order": cancelled}), language).text == text
    assert leaving(Draft("note", text=text, facts={"receipt": {"id": "RC-1"}}), language).text == text
    dropped = leaving(Draft("note", text=text, facts={"order": open_order}), language)
    assert dropped.text == "" and not dropped.claims[0].supported


def test_amounts_without_a_currency_sign_are_fields_too() -> None:
    facts = {"amount": Decimal("12.00"), "count": 3}
    assert leaving(Draft("note", text="3 件，退您 12.00。", facts=facts), "zh").text


def test_words_that_authors_approved_need_no_field() -> None:
    assert leaving(Draft("approved", text="15 天内可以退。"), "zh").text == "15 天内可以退。"
