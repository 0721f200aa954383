"""What a reply rests on, as a curious customer reads it: "Why this?" under every reply."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Route, expect

from agent.language_model import ScriptedModel
from service.settings import Settings
from tests.browser.chat import LI_WEN, REPLY_MS, ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.probes import FAINT_TEXTS, NAMELESS
from tests.conftest import Running, Serve, copy_of

pytestmark = pytest.mark.browser

SHOES = "鞋子多少天之内能退"
HELD = "从签收次日起 7 天内，不喜欢、买错或尺码不合适都可以退；服装和鞋包放宽到 15 天。"
INVENTED = "每单另收 ¥33 手续费。"
MARKUP = "<img src=x onerror=\"document.title='hacked'\"><b>"


@pytest.fixture(scope="module")
def writing(prepared: Settings, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose model writes every answer, half of it invented."""
    settings = copy_of(prepared, tmp_path_factory.mktemp("ledger")).model_copy(update={"phrasing": "write"})
    with serve(settings, ScriptedModel(default=f"{HELD}{INVENTED}")) as running:
        yield running


@pytest.fixture
def base_url(writing: Running) -> str:
    return writing.url


def open_ledger(page: ChatPage) -> Locator:
    """Press the button under the last reply and wait for what comes."""
    page.last.get_by_test_id("ledger-open-panel").click()
    panel = page.last.get_by_test_id("ledger")
    expect(panel).not_to_have_attribute("aria-busy", "true")
    return panel


def pointed_at(page: ChatPage) -> list[str]:
    """The words that are marked now: those in the reply, then those in the panel."""
    words: list[str] = page.page.evaluate(
        "[...(CSS.highlights.get('claim') ?? [])].map((range) => range.toString())"
    )
    return words


def traces(page: ChatPage) -> int:
    return sum(url.endswith("/trace") for url in page.requests)


def test_the_claims_of_a_sentence_stand_with_the_words_they_rest_on(page: ChatPage) -> None:
    page.say(SHOES)
    panel = open_ledger(page)
    sentence = panel.get_by_test_id("ledger-sentence")
    expect(sentence).to_have_count(1)
    expect(sentence.locator(".claim-sentence")).to_have_text(HELD)
    claims = sentence.get_by_test_id("ledger-claim").all_inner_texts()
    lean = [re.sub(r"\s", "", claim) for claim in claims]
    assert {"时长7天", "时长15天"} <= set(lean)
    expect(sentence.get_by_test_id("ledger-open")).to_contain_text("退货政策")
    marked = sentence.get_by_test_id("ledger-quote").locator("mark").all_inner_texts()
    assert {"7 天", "15 天"} <= {mark.strip() for mark in marked}


def test_what_was_invented_is_listed_last_struck_through_and_with_its_reason(page: ChatPage) -> None:
    assert "¥33" not in page.say(SHOES)
    panel = open_ledger(page)
    dropped = panel.get_by_test_id("ledger-dropped")
    expect(dropped).to_have_count(1)
    expect(dropped.locator("del")).to_have_text(INVENTED)
    expect(dropped).to_contain_text("原文没有：¥33")
    assert panel.inner_text().index(HELD) < panel.inner_text().index(INVENTED)
    page.part("lang-en").click()
    expect(dropped).to_contain_text("not in the passage: ¥33")
    expect(panel.get_by_test_id("ledger-claim").first).to_contain_text("duration")


def test_the_source_opens_with_the_words_marked(page: ChatPage) -> None:
    page.say(SHOES)
    open_ledger(page).get_by_test_id("ledger-open").first.click()
    expect(page.part("passage")).to_be_visible()
    expect(page.part("quoted").first).to_contain_text("签收次日")


def test_pointing_at_a_claim_marks_its_words_in_the_reply(page: ChatPage) -> None:
    page.say(SHOES)
    claim = open_ledger(page).get_by_test_id("ledger-claim").filter(has_text="15 天")
    page.page.mouse.move(0, 0)
    assert pointed_at(page) == []
    claim.focus()
    assert pointed_at(page) == ["15 天", "15 天"]
    page.message.focus()
    assert pointed_at(page) == []
    claim.hover()
    assert pointed_at(page) == ["15 天", "15 天"]


def test_the_keyboard_opens_and_closes_it_and_it_is_loaded_once(page: ChatPage) -> None:
    page.say(SHOES)
    button = page.part("ledger-open-panel")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.part("ledger")).to_be_hidden()
    assert traces(page) == 0
    keyboard = page.page.keyboard
    for _ in range(20):
        if page.focused() == "ledger-open-panel":
            break
        keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.page.locator(f"#{button.get_attribute('aria-controls')}")).to_be_visible()
    expect(page.part("ledger-claim").first).to_be_visible()
    keyboard.press("Space")
    expect(page.part("ledger")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    keyboard.press("Enter")
    expect(page.part("ledger-claim").first).to_be_visible()
    assert traces(page) == 1
    assert page.page.evaluate(NAMELESS) == []


def test_markup_in_a_passage_stays_text(page: ChatPage) -> None:
    def passage(route: Route) -> None:
        found = route.fetch().json()
        assert "15 天。" in found["text"]
        route.fulfill(
            json={**found, "title": MARKUP, "text": found["text"].replace("15 天。", f"15 天{MARKUP}。")}
        )

    def trace(route: Route) -> None:
        record = route.fetch().json()
        record["trace"]["claims"][-1] |= {"sentence": f"不说{MARKUP}", "why": f"because {MARKUP}"}
        route.fulfill(json=record)

    page.page.route("**/v1/passages/*", passage)
    page.page.route("**/trace", trace)
    page.say(SHOES)
    panel = open_ledger(page)
    expect(panel.get_by_test_id("ledger-quote")).to_contain_text(f"15 天{MARKUP}。")
    expect(panel.get_by_test_id("ledger-open")).to_contain_text(MARKUP)
    expect(panel.get_by_test_id("ledger-dropped").locator("del")).to_have_text(f"不说{MARKUP}")
    expect(panel.get_by_test_id("ledger-dropped")).to_contain_text(f"because {MARKUP}")
    panel.get_by_test_id("ledger-open").click()
    expect(page.part("passage-text")).to_contain_text(f"15 天{MARKUP}。")
    assert page.page.locator("#log, #passage").locator("img[src=x], b").count() == 0
    assert "hacked" not in page.page.title()


def test_facts_of_an_order_stand_with_the_fields_they_are_from(page: ChatPage) -> None:
    page.say("我的订单怎么还没发货？")
    assert "W1000002" in page.say(LI_WEN)
    sentence = open_ledger(page).get_by_test_id("ledger-sentence").first
    expect(sentence.get_by_test_id("ledger-source")).to_contain_text("固定文案")
    row = sentence.locator("li").filter(has_text="W1000002").first
    expect(row).to_contain_text("订单 · 编号")
    expect(row.locator(".code")).to_have_text("order.id")
    row.get_by_test_id("ledger-claim").focus()
    assert pointed_at(page) == ["W1000002", "W1000002"]


def test_a_quoted_table_is_a_table(page: ChatPage) -> None:
    # Nothing of what the model writes has to do with it: the passage itself is shown.
    page.say("保修期从哪天开始算，各个品类分别保多久")
    table = page.replies.last.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["品类", "保修期"])
    expect(table.get_by_role("row").nth(2)).to_have_text(re.compile(r"大家电（主要部件）\s*36 个月"))
    panel = open_ledger(page)
    expect(panel).to_contain_text("逐字引用")
    panel.get_by_test_id("ledger-claim").filter(has_text="36 个月").first.focus()
    assert pointed_at(page) == ["36 个月", "36 个月"]


@pytest.mark.parametrize(
    ("status", "words", "again"), [(404, "不在了", 0), (500, "打不开", 1), (0, "打不开", 1)]
)
def test_trouble_is_told_in_the_panel(page: ChatPage, status: int, words: str, again: int) -> None:
    def refuse(route: Route) -> None:
        if status:
            route.fulfill(status=status, json={"title": "no", "status": status})
        else:
            route.abort("connectionreset")

    page.say(SHOES)
    page.page.route("**/trace", refuse)
    panel = open_ledger(page)
    expect(panel.get_by_test_id("ledger-trouble")).to_contain_text(words)
    expect(panel.get_by_test_id("ledger-retry")).to_have_count(again)
    if again:
        page.page.unroute("**/trace")
        panel.get_by_test_id("ledger-retry").click()
        expect(panel.get_by_test_id("ledger-claim").first).to_be_visible(timeout=REPLY_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read_in_both_schemes(open_chat: OpenChat, scheme: str) -> None:
    page = open_chat(phone=True, color_scheme=scheme)
    page.say(SHOES)
    panel = open_ledger(page)
    expect(panel.get_by_test_id("ledger-dropped")).to_be_visible()
    assert page.width_beyond_window() == 0
    panel.get_by_test_id("ledger-claim").first.focus()
    assert page.page.evaluate(FAINT_TEXTS) == []
