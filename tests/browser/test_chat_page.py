"""A customer at the chat page of the sample shop: asks, reads sources, returns a coat."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chat import LI_WEN, POSTAGE, REPLY_MS, ChatPage
from tests.browser.conftest import OpenChat

pytestmark = pytest.mark.browser

LATE = "我的订单怎么还没发货？"


def start_return_of_the_coat(page: ChatPage) -> None:
    """As far as the proposal, by quick replies where the agent offers them."""
    page.say("我要退货")
    page.say(LI_WEN)
    if page.part("proposal").count() == 0 and page.choices.filter(has_text="W1000001").count():
        page.choose("W1000001")
    if page.choices.filter(has_text="大衣").count():
        page.choose("大衣")
    page.choose("质量问题")
    expect(page.part("proposal")).to_be_visible()


def test_an_order_is_told_only_to_its_customer(page: ChatPage) -> None:
    asked = page.say(LATE)
    assert "邮箱" in asked or "手机" in asked
    assert "W1000002" not in asked
    assert "W1000002" in page.say(LI_WEN)


def test_a_marker_and_a_source_open_the_passage_with_the_quote_marked(page: ChatPage) -> None:
    page.say(POSTAGE)
    for opener in ("citation", "source"):
        page.part(opener).first.click()
        dialog = page.part("passage")
        expect(dialog).to_be_visible()
        expect(page.part("passage-title")).not_to_be_empty()
        expect(page.part("passage-revision")).not_to_be_empty()
        expect(page.part("passage-text")).not_to_be_empty()
        expect(page.part("quoted").first).not_to_be_empty()
        page.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert page.focused() == opener, "the focus goes back to where it was"


def test_a_return_is_proposed_confirmed_and_answered_with_a_receipt(page: ChatPage) -> None:
    start_return_of_the_coat(page)
    assert page.part("receipt").count() == 0
    expect(page.choices).to_have_count(2)
    page.choices.first.click()
    expect(page.part("receipt")).to_be_visible(timeout=REPLY_MS)
    assert page.part("receipt-order").inner_text() == "W1000001"
    assert page.part("receipt-return").inner_text()
    assert re.fullmatch(r"¥\d+\.\d{2}", page.part("receipt-refund").inner_text())
    assert page.part("receipt-postage").inner_text().startswith("¥0.00")


def test_a_proposal_that_is_declined_changes_nothing(open_chat: OpenChat) -> None:
    page = open_chat("en-US")
    page.say("I want to return a kettle")
    page.say("emma.clark@example.com")
    for title in ("W1000011", "ettle", "Faulty"):
        if page.part("proposal").count() == 0 and page.choices.filter(has_text=title).count():
            page.choose(title)
    expect(page.part("proposal")).to_be_visible()
    page.choose("Don't do it")
    assert page.part("receipt").count() == 0
    assert page.choices.filter(has_text="Confirm").count() == 0


def test_a_conversation_in_english(open_chat: OpenChat) -> None:
    page = open_chat("en-US")
    expect(page.message).to_have_attribute("placeholder", "Ask us anything…")
    reply = page.say("Who pays the return postage?")
    assert "who pays" in reply.lower()
    expect(page.replies.last).to_have_attribute("lang", "en")
    expect(page.part("source").first).to_be_visible()


def test_the_reply_follows_the_customer_and_the_page_its_switch(page: ChatPage) -> None:
    page.say("How many days do I have to return a coat?")
    expect(page.replies.last).to_have_attribute("lang", "en")
    expect(page.part("sources")).to_have_attribute("aria-label", "出处")
    page.part("lang-en").click()
    expect(page.part("sources")).to_have_attribute("aria-label", "Sources")
    expect(page.page.locator("html")).to_have_attribute("lang", "en")
    page.page.reload()
    expect(page.part("lang-en")).to_have_attribute("aria-pressed", "true")


def test_before_the_first_message_the_greeting_follows_the_switch(page: ChatPage) -> None:
    expect(page.part("greeting")).to_contain_text(re.compile(r"[\u4e00-\u9fff]{4}"))
    page.part("lang-en").click()
    expect(page.part("greeting")).not_to_contain_text(re.compile(r"[\u4e00-\u9fff]{4}"))


def test_a_reload_shows_the_conversation_again(page: ChatPage) -> None:
    page.say(POSTAGE)
    start_return_of_the_coat(page)
    said, replied = page.customer_said(), page.replies.all_inner_texts()
    page.page.reload()
    expect(page.part("exchange")).to_have_count(len(said))
    assert page.customer_said() == said
    assert page.replies.all_inner_texts() == replied
    expect(page.part("source").first).to_be_attached()
    expect(page.choices).to_have_count(2)


def test_a_new_conversation_forgets_and_can_be_taken_back(page: ChatPage) -> None:
    page.say(POSTAGE)
    page.part("new-conversation").click()
    expect(page.part("exchange")).to_have_count(0)
    page.part("back").click()
    expect(page.part("exchange")).to_have_count(1)


def test_what_was_understood_can_be_read(page: ChatPage) -> None:
    page.say(POSTAGE)
    expect(page.part("understood")).to_be_hidden()
    page.part("details-open").click()
    expect(page.part("understood")).to_contain_text("中文")
    expect(page.part("understood")).to_contain_text(re.compile(r"\d{1,3} %"))


def test_the_sample_shop_offers_people_to_be(open_chat: OpenChat) -> None:
    phone = open_chat(phone=True)
    expect(phone.part("demo")).to_be_hidden()
    phone.part("open-demo").click()
    phone.part("demo-email").filter(has_text=LI_WEN).click()
    expect(phone.part("demo-dialog")).to_be_hidden()
    expect(phone.message).to_have_value(LI_WEN)
    desk = open_chat("en-US")
    desk.part("demo-question").first.click()
    assert desk.message.input_value()
    assert desk.replies.count() == 0, "an example is put into the box, not sent"


def test_a_shop_of_ones_own_shows_no_examples(open_chat: OpenChat) -> None:
    page = open_chat()
    own = '{"sample": false, "shop": {"zh": "小店", "en": "My shop"}, "customers": []}'
    page.page.route("**/v1/demo", lambda route: route.fulfill(body=own, content_type="application/json"))
    page.page.reload()
    expect(page.page.get_by_role("heading", level=1)).to_have_text("小店")
    expect(page.part("demo")).to_have_count(0)
    expect(page.part("open-demo")).to_be_hidden()
