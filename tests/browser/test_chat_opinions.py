"""Thumbs and stars in the chat page: given, changed, explained, refused, tried again, still there after a reload."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import POSTAGE, ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.probes import FAINT_TEXTS, NAMELESS

pytestmark = pytest.mark.browser


def ask_for_stars(chat: ChatPage) -> None:
    """Every turn from now on is one after which the service wants a rating."""

    def asking(route: Route) -> None:
        turn = route.fetch(headers={**route.request.headers, "accept": "application/json"}).json()
        route.fulfill(json={**turn, "ask_rating": True})

    chat.page.route("**/messages", asking)


def stored(chat: ChatPage) -> dict[str, Any]:
    """What the service knows about the conversation of this page."""
    found: dict[str, Any] = chat.page.evaluate(
        """async () => {
          const { id } = JSON.parse(sessionStorage.getItem("kefu.conversation"));
          return (await fetch(`/v1/conversations/${id}/feedback`)).json();
        }"""
    )
    return found


def test_a_thumb_down_with_its_reason(page: ChatPage) -> None:
    page.say(POSTAGE)
    page.part("thumb-down").click()
    expect(page.part("opinion-thanks")).to_be_visible()
    page.part("reason").fill("没有说清楚")
    page.part("reason-send").click()
    expect(page.part("reason-form")).to_have_count(0)
    expect(page.part("opinion-thanks")).to_be_visible()
    [thumb] = stored(page)["thumbs"]
    assert (thumb["thumb"], thumb["reason"]) == ("down", "没有说清楚")
    page.part("thumb-up").click()
    expect(page.part("thumb-up")).to_have_attribute("aria-pressed", "true")
    expect(page.part("thumb-down")).to_have_attribute("aria-pressed", "false")
    expect(page.part("opinion-thanks")).to_be_visible()
    expect(page.part("reason-form")).to_have_count(0)


def test_no_stars_before_the_service_asks_for_them(page: ChatPage) -> None:
    page.say(POSTAGE)
    expect(page.part("rating")).to_have_count(0)


def test_stars_in_english_by_keyboard_on_a_phone(open_chat: OpenChat) -> None:
    page = open_chat("en-US", phone=True, color_scheme="dark")
    ask_for_stars(page)
    page.say("Who pays the return postage?")
    assert page.width_beyond_window() == 0
    first = page.page.get_by_role("radio", name="1 of 5: very poor")
    first.focus()
    for _ in range(3):
        page.page.keyboard.press("ArrowRight")
    expect(page.page.get_by_role("radio", name="4 of 5: good")).to_be_checked()
    expect(page.part("opinion-thanks")).to_have_text("Thank you, that helps us.")
    page.part("reason").fill("quick and clear")
    page.page.keyboard.press("Enter")
    expect(page.part("reason-form")).to_have_count(0)
    rating = stored(page)["rating"]
    assert (rating["score"], rating["reason"]) == (4, "quick and clear")
    assert page.width_beyond_window() == 0
    assert page.page.evaluate(FAINT_TEXTS) == []
    assert page.page.evaluate(NAMELESS) == []


def test_a_rating_that_did_not_arrive_can_be_sent_again(page: ChatPage) -> None:
    ask_for_stars(page)
    page.say(POSTAGE)
    tried: list[dict[str, Any]] = []

    def break_once(route: Route) -> None:
        tried.append(json.loads(route.request.post_data or "{}"))
        if len(tried) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.page.route("**/rating", break_once)
    page.part("star-5").click()
    expect(page.part("opinion-trouble")).to_contain_text("没能保存")
    page.part("opinion-retry").click()
    expect(page.part("opinion-thanks")).to_be_visible()
    assert tried == [{"score": 5, "reason": ""}] * 2
    assert stored(page)["rating"]["score"] == 5


def test_a_final_rating_is_not_tried_again(page: ChatPage) -> None:
    ask_for_stars(page)
    page.say(POSTAGE)
    page.page.route(
        "**/rating", lambda route: route.fulfill(status=409, json={"status": 409, "title": "Conflict"})
    )
    page.part("star-1").click()
    expect(page.part("opinion-trouble")).to_have_text("这次评价已经不能修改了。")
    expect(page.part("opinion-retry")).to_have_count(0)


def test_what_was_said_is_still_there_after_a_reload(page: ChatPage) -> None:
    page.say(POSTAGE)
    page.part("thumb-up").click()
    expect(page.part("opinion-thanks")).to_be_visible()
    page.open()
    expect(page.part("thumb-up")).to_have_attribute("aria-pressed", "true")
    page.page.get_by_test_id("lang-en").click()
    expect(page.part("thumb-up")).to_have_attribute("aria-label", "Helpful")
