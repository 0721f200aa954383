"""What the customer allows, in the chat page: said, kept, changed, refused where nobody is known, tried again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.probes import FAINT_TEXTS, NAMELESS

pytestmark = pytest.mark.browser

MESSAGES, SUGGESTIONS = "consent-proactive_messages", "consent-recommendations"


def identify(chat: ChatPage) -> None:
    """Say who the first customer of the sample shop is, as its own panel of examples does."""
    person: dict[str, str] = chat.page.evaluate(
        "async () => (await (await fetch('/v1/demo')).json()).customers[0]"
    )
    chat.say(f"{person['order_id']} {person['email']}")


def stored(chat: ChatPage) -> dict[str, Any]:
    """What the service knows of the customer of this page, by purpose."""
    found: list[dict[str, Any]] = chat.page.evaluate(
        """async () => {
          const { id } = JSON.parse(sessionStorage.getItem("kefu.conversation"));
          return (await fetch(`/v1/conversations/${id}/consents`)).json();
        }"""
    )
    return {each["purpose"]: each["granted"] if each["at"] else None for each in found}


def test_nobody_is_known_yet(page: ChatPage) -> None:
    page.part("open-consents").click()
    expect(page.part("consents-nobody")).to_be_visible()
    expect(page.page.get_by_role("switch")).to_have_count(0)


def test_messages_are_allowed_and_recommendations_forbidden(open_chat: OpenChat) -> None:
    page = open_chat("en-US", phone=True, color_scheme="dark")
    identify(page)
    page.part("open-consents").click()
    # As long as nothing was said nobody is written to, and what fits is recommended.
    expect(page.part(MESSAGES)).not_to_be_checked()
    expect(page.part(SUGGESTIONS)).to_be_checked()
    assert page.width_beyond_window() == 0
    assert page.page.evaluate(FAINT_TEXTS) == []
    assert page.page.evaluate(NAMELESS) == []

    page.page.get_by_text("Write to me first").click()
    expect(page.part(f"{MESSAGES}-outcome")).to_have_text("Saved.")
    page.part(SUGGESTIONS).click()
    expect(page.part(f"{SUGGESTIONS}-outcome")).to_have_text("Saved.")
    assert stored(page) == {"proactive_messages": True, "recommendations": False}

    page.page.keyboard.press("Escape")
    expect(page.part("consents")).to_be_hidden()
    page.page.reload()
    page.part("open-consents").click()
    expect(page.part(MESSAGES)).to_be_checked()
    expect(page.part(SUGGESTIONS)).not_to_be_checked()
    page.part(MESSAGES).click()
    expect(page.part(f"{MESSAGES}-outcome")).to_have_text("Saved.")
    assert stored(page) == {"proactive_messages": False, "recommendations": False}


def test_what_could_not_be_saved_is_said_and_tried_again(open_chat: OpenChat) -> None:
    page = open_chat("zh-CN")
    identify(page)
    page.part("open-consents").click()

    def refuse(route: Route) -> None:
        if route.request.method == "PUT":
            route.fulfill(status=503, json={"status": 503, "title": "busy"})
        else:
            route.continue_()

    page.page.route("**/consents", refuse)
    page.part(MESSAGES).click()
    retry = page.part(f"{MESSAGES}-retry")
    expect(retry).to_be_visible()
    page.page.unroute("**/consents")
    retry.click()
    expect(page.part(f"{MESSAGES}-outcome")).to_have_text("已保存。")
    assert stored(page)["proactive_messages"] is True
