"""The chat page when somebody attacks it, the network breaks, or the service says no."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import POSTAGE, REPLY_MS, ChatPage

pytestmark = pytest.mark.browser


def test_markup_stays_text(page: ChatPage) -> None:
    attack = (
        "<img src=x onerror=\"document.title='hacked'\"><b>退货</b><script>document.title='hacked'</script>"
    )
    page.say(attack)
    assert page.customer_said() == [attack]
    assert page.part("log").locator("script, b, img[src=x]").count() == 0
    assert "hacked" not in page.page.title()


def test_a_reply_with_markup_stays_text(page: ChatPage) -> None:
    attack = "<img src=x onerror=alert(1)> [7] **x**"

    def spoil(route: Route) -> None:
        turn = route.fetch(headers={**route.request.headers, "accept": "application/json"}).json()
        route.fulfill(json={**turn, "reply": attack, "citations": []})

    page.page.route("**/messages", spoil)
    assert page.say("你好") == attack


def test_no_request_leaves_the_origin(page: ChatPage) -> None:
    page.say(POSTAGE)
    page.part("citation").first.click()
    expect(page.part("passage-text")).to_be_visible()
    assert len(page.requests) > 10
    assert {urlsplit(url).netloc for url in page.requests} == {urlsplit(page.base_url).netloc}


def test_a_broken_connection_is_tried_again_as_the_same_message(page: ChatPage) -> None:
    sent: list[str] = []

    def break_once(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}")["message_id"])
        if len(sent) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.page.route("**/messages", break_once)
    page.message.fill(POSTAGE)
    page.part("send").click()
    expect(page.part("trouble")).to_be_visible()
    page.part("retry").click()
    expect(page.replies).to_have_count(1, timeout=REPLY_MS)
    assert len(sent) == 2
    assert sent[0] == sent[1]
    expect(page.part("mine")).to_have_count(1)


@pytest.mark.parametrize(("status", "words"), [(429, "9 秒"), (503, "正忙"), (400, "修改"), (500, "再试")])
def test_a_problem_is_told_in_friendly_words(page: ChatPage, status: int, words: str) -> None:
    body = f'{{"type": "about:blank", "title": "no", "status": {status}, "detail": "no"}}'
    page.page.route(
        "**/messages",
        lambda route: route.fulfill(
            status=status, body=body, content_type="application/problem+json", headers={"Retry-After": "9"}
        ),
    )
    page.message.fill(POSTAGE)
    page.part("send").click()
    expect(page.part("trouble")).to_contain_text(words)
    expect(page.part("retry")).to_have_count(0 if status == 400 else 1)
    expect(page.message).to_have_value(POSTAGE if status == 400 else "")


def test_a_stopped_reply_is_fetched_when_the_service_has_finished_it(page: ChatPage) -> None:
    turn_of: list[str] = []

    def hang(route: Route) -> None:
        # The service gets the message and finishes the turn; the page waits for a stream that never starts.
        answer = route.fetch(headers={**route.request.headers, "accept": "application/json"})
        turn_of.append(answer.json()["reply"])

    page.page.route("**/messages", hang)
    page.message.fill(POSTAGE)
    page.part("send").click()
    expect(page.part("stages")).to_be_visible()
    page.part("stop").click()
    expect(page.replies).to_have_count(1)
    expect(page.part("stop")).to_be_hidden()
    assert len(turn_of) == 1
    assert page.replies.last.inner_text()[:6] == turn_of[0][:6]


def test_a_conversation_that_is_gone_gives_way_to_a_new_one(page: ChatPage) -> None:
    gone = json.dumps({"id": "gone", "quick_replies": [], "pending": None})
    page.page.evaluate("gone => sessionStorage.setItem('kefu.conversation', gone)", gone)
    page.page.reload()
    expect(page.part("greeting")).to_be_visible()
    assert "gone" not in page.page.evaluate("sessionStorage.getItem('kefu.conversation')")
