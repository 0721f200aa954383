"""The chat page on a phone, by keyboard, for screen readers, in both colour schemes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chat import POSTAGE, ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.probes import FAINT_TEXTS, NAMELESS

pytestmark = pytest.mark.browser

ENTER = {"key": "Enter", "bubbles": True, "cancelable": True}


def test_a_phone_has_no_sideways_scroll(open_chat: OpenChat) -> None:
    for locale in ("zh-CN", "en-US"):
        page = open_chat(locale, phone=True)
        assert page.width_beyond_window() == 0
        page.say("Is there anything " + "W" * 400 if locale == "en-US" else POSTAGE)
        page.part("details-open").last.click()
        assert page.width_beyond_window() == 0
        if page.part("citation").count():
            page.part("citation").first.click()
            expect(page.part("passage-text")).to_be_visible()
            assert page.width_beyond_window() == 0


def test_a_conversation_by_keyboard_only(page: ChatPage) -> None:
    keyboard = page.page.keyboard
    keyboard.press("Tab")
    assert page.focused() == "skip"
    keyboard.press("Enter")
    assert page.focused() == "message"
    keyboard.type(POSTAGE)
    page.press_enter()
    assert page.focused() == "message"
    for _ in range(20):
        if page.focused() == "citation":
            break
        keyboard.press("Shift+Tab")
    assert page.focused() == "citation"
    keyboard.press("Enter")
    expect(page.part("passage-text")).to_be_visible()
    keyboard.press("Escape")
    assert page.focused() == "citation"


def test_shift_enter_starts_a_line_and_enter_while_composing_sends_nothing(page: ChatPage) -> None:
    page.message.fill("第一行")
    page.message.press("Shift+Enter")
    page.page.keyboard.type("第二行")
    expect(page.message).to_have_value("第一行\n第二行")
    page.message.fill("tuihuo")
    page.message.dispatch_event("compositionstart")
    page.message.dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    )
    page.message.dispatch_event("compositionend")
    page.message.dispatch_event(
        "keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True}
    )
    expect(page.message).to_have_value("tuihuo")
    expect(page.part("exchange")).to_have_count(0)
    page.message.dispatch_event("keydown", ENTER)
    expect(page.part("exchange")).to_have_count(1)


def test_everything_that_can_be_pressed_has_a_name(page: ChatPage) -> None:
    page.say(POSTAGE)
    assert page.page.evaluate(NAMELESS) == []
    tree = page.page.locator("body").aria_snapshot()
    for landmark in ("banner", "main", "complementary", "status"):
        assert f"- {landmark}" in tree
    assert 'textbox "您的消息"' in tree


def test_the_finished_reply_is_announced_once(page: ChatPage) -> None:
    reply = page.say(POSTAGE)
    announced = page.part("announce").inner_text()
    assert re.sub(r"\s|\d", "", reply) in re.sub(r"\s|\d", "", announced)
    assert "[1]" not in announced


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_their_ground(open_chat: OpenChat, scheme: str) -> None:
    page = open_chat(color_scheme=scheme)
    page.say(POSTAGE)
    page.part("details-open").click()
    assert page.page.evaluate(FAINT_TEXTS) == []


def test_the_counter_warns_and_refuses_a_message_that_is_too_long(page: ChatPage) -> None:
    page.message.fill("字" * 3000)
    expect(page.part("counter")).to_be_empty()
    page.message.fill("字" * 3900)
    expect(page.part("counter")).to_have_text("3900 / 4000")
    page.message.fill("字" * 4001)
    expect(page.part("send")).to_be_disabled()
    page.message.press("Enter")
    expect(page.part("exchange")).to_have_count(0)
