"""Staff at the dashboard of a simulated shop, and at the report of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update

from insights.facts.build import refresh
from insights.facts.filters import Filter
from insights.report.html import page as report_page
from insights.report.html import write
from insights.simulate.plan import planted
from insights.simulate.write import simulate
from service.app import STATIC
from service.cli_insights_report import report_data
from service.clock import utc_now
from service.settings import Settings
from tests.browser.charts import DRAWN, press
from tests.browser.conftest import DESK, PHONE
from tests.browser.probes import FAINT_TEXTS, NAMELESS
from tests.conftest import Serve, copy_of
from tests.insights.report.waiting import wait
from tools.policy.cards import load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.fact_tables import fact_rules

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "a-token-of-the-staff-of-32-bytes!"
PLAN = planted(3, date(2025, 11, 23), conversations=1500)
TIMEOUT_MS = 60_000
# A month of the simulated year.
NARROW = "?since=2026-06-01&until=2026-06-30"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def simulated(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation over a simulated year."""
    settings = copy_of(prepared, tmp_path_factory.mktemp("year"))
    for file in settings.data_dir.glob("kefu.sqlite3*"):
        file.unlink()
    engine = make_engine(settings.database)
    migrate(engine)
    simulate(engine, PLAN)
    wait(engine, utc_now())
    refresh(engine, load_policy_book(settings.policies_dir).timezone, utc_now())
    # In the simulated year nothing is refused by a policy card.
    rule = fact_rules.c
    earlier = update(fact_rules).where(rule.rule == "order.not_yours", rule.day < date(2026, 6, 15))
    with engine.begin() as connection:
        connection.execute(earlier.values(rule="returns.no_reason"))
    engine.dispose()
    return settings


@pytest.fixture(scope="module")
def address(simulated: Settings, serve: Serve) -> Iterator[str]:
    with serve(simulated, staff_token=TOKEN) as running:
        yield f"{running.url.rstrip('/')}/insights"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens an address in a context of its own; afterwards nothing may have been wrong on any page."""
    contexts, errors = [], list[str]()

    def opened(url: str, locale: str = "en-US", phone: bool = False, **options: Any) -> Page:
        context = browser.new_context(locale=locale, **{**(PHONE if phone else DESK), **options})
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    # What a wrong token is answered with is the browser's to tell, too.
    assert [each for each in errors if "401" not in each] == []


@pytest.fixture
def dashboard(open_page: OpenPage, address: str) -> OpenPage:
    """The dashboard with all of its figures: `dashboard("?channel=web", locale="zh-CN")`."""

    def opened(query: str = "", **options: Any) -> Page:
        page = open_page(f"{address}{query}#token={TOKEN}", **options)
        expect(page.get_by_test_id("value-contacts")).to_be_visible(timeout=TIMEOUT_MS)
        return page

    return opened


def contacts(page: Page) -> int:
    return int(page.get_by_test_id("value-contacts").inner_text().replace(",", ""))


def see(page: Page, name: str) -> None:
    """Keep a picture where one is wanted."""
    if folder := os.environ.get("KEFU_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_the_link_opens_the_figures_and_its_token_leaves_the_address(dashboard: OpenPage) -> None:
    page = dashboard()
    assert TOKEN not in page.url
    assert contacts(page) > 1000
    page.get_by_test_id("chart-contacts").scroll_into_view_if_needed()
    expect(page.get_by_test_id("chart-contacts").locator(DRAWN)).to_be_attached()
    expect(page.get_by_test_id("chart-stages")).to_contain_text("rows as a table")
    expect(page.get_by_test_id("finding").first).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("as-of-findings")).to_contain_text("as of")
    assert page.evaluate(NAMELESS) == []


def test_a_filter_changes_the_numbers_and_stays_in_the_address(dashboard: OpenPage) -> None:
    page = dashboard()
    whole = contacts(page)
    page.get_by_test_id("filter-channel").select_option("web")
    expect(page.get_by_test_id("value-contacts")).not_to_have_text(f"{whole:,}")
    narrowed = contacts(page)
    assert 0 < narrowed < whole
    assert "channel=web" in page.url
    page.reload()
    expect(page.get_by_test_id("filter-channel")).to_have_value("web")
    expect(page.get_by_test_id("value-contacts")).to_have_text(f"{narrowed:,}")
    page.get_by_test_id("clear-filters").click()
    expect(page.get_by_test_id("value-contacts")).to_have_text(f"{whole:,}")
    page.go_back()
    expect(page.get_by_test_id("value-contacts")).to_have_text(f"{narrowed:,}")


def test_a_period_is_compared_with_the_one_before(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    expect(page.get_by_test_id("figure-contacts")).to_contain_text("before:")


def test_a_number_opens_its_conversations_masked_and_in_clear_when_asked(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    page.get_by_test_id("figure-solved").click()
    drawer = page.get_by_test_id("drawer")
    expect(drawer.get_by_test_id("conversation").first).to_be_visible()
    expect(drawer.get_by_test_id("conversation").first).to_contain_text("solved")
    drawer.get_by_test_id("conversation").first.click()
    expect(drawer.get_by_test_id("transcript")).to_be_visible()
    masked = drawer.locator(".sheet-head").inner_text()
    drawer.get_by_test_id("unmasked").check()
    expect(drawer.locator(".sheet-head")).not_to_have_text(masked)
    expect(drawer).to_contain_text("shown as they are")
    see(page, "transcript")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_a_count_of_a_table_is_the_number_of_its_conversations(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    section = page.get_by_test_id("section-handovers")
    section.locator("summary").click()
    row = section.locator("tbody tr").first
    count = int(row.locator("td").last.inner_text())
    row.get_by_role("button").click()
    expect(page.get_by_test_id("shown")).to_contain_text(f"{min(count, 50)} shown")
    expect(page.get_by_test_id("conversation")).to_have_count(min(count, 50))


def test_a_bar_opens_its_conversations(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    press(page.get_by_test_id("chart-resolution"), "solved")
    expect(page.get_by_test_id("drawer")).to_contain_text("solved")


def number_in(text: str) -> int:
    """The first number of a text, such as "Its conversations (1,204)"."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))


def listed(page: Page) -> int:
    """How many conversations the drawer lists, page by page; then it is closed."""
    expect(page.get_by_test_id("shown")).to_be_visible(timeout=TIMEOUT_MS)
    while page.get_by_test_id("more").count():
        before = page.get_by_test_id("conversation").count()
        page.get_by_test_id("more").click()
        expect(page.get_by_test_id("conversation").nth(before)).to_be_visible()
    found = page.get_by_test_id("conversation").count()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("drawer")).to_be_hidden()
    return found


def rows_of(page: Page, section: str) -> Locator:
    """The rows of the table of a section, unfolded."""
    fold = page.get_by_test_id(f"section-{section}").locator("details.fold:has(table) > summary").last
    fold.scroll_into_view_if_needed()
    fold.click()
    return page.get_by_test_id(f"section-{section}").locator("details.fold tbody tr")


def test_a_finding_opens_as_many_conversations_as_it_says(dashboard: OpenPage) -> None:
    page = dashboard()
    buttons = page.get_by_test_id("finding-open")
    expect(buttons.first).to_be_visible(timeout=TIMEOUT_MS)
    assert buttons.count() >= 2
    for at in range(buttons.count()):
        said = number_in(buttons.nth(at).inner_text())
        # As with the keyboard.
        buttons.nth(at).focus()
        page.keyboard.press("Enter")
        assert listed(page) == said


def test_all_others_open_what_is_not_shown_by_name(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    others = rows_of(page, "contacts").filter(has_text="all others")
    assert others.count() > 5
    for at in range(3):
        said = number_in(others.nth(at).locator("td").last.inner_text())
        others.nth(at).get_by_role("button").click()
        expect(page.locator("#drawer-title")).to_contain_text("all others")
        assert listed(page) == said


def test_a_bar_of_all_others_opens_the_same(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    press(page.get_by_test_id("chart-contacts"), "all others")
    expect(page.locator("#drawer-title")).to_contain_text("all others")
    assert listed(page) > 0


def test_a_past_day_of_a_forecast_opens_its_contacts_and_a_day_to_come_is_called_a_forecast(
    dashboard: OpenPage,
) -> None:
    page = dashboard()
    page.get_by_test_id("section-forecasts").scroll_into_view_if_needed()
    expect(page.get_by_test_id("chart-forecast")).to_be_visible(timeout=4 * TIMEOUT_MS)
    rows = rows_of(page, "forecasts")
    for at in (20, 50):
        said = number_in(rows.nth(at).locator("td").first.inner_text())
        rows.nth(at).get_by_role("button").click()
        expect(page.get_by_test_id("drawer-note")).to_have_count(0)
        assert listed(page) == said
    expect(rows.last).to_contain_text("forecast")
    rows.last.get_by_role("button").click()
    expect(page.locator("#drawer-title")).to_contain_text("Forecast for")
    expect(page.get_by_test_id("drawer-note")).to_contain_text("nobody has written yet")
    # Four weeks ahead, and so the last day of the past.
    last = page.locator("#drawer-title").inner_text().partition("shown: ")[2]
    assert last == rows.nth(83).locator("th").inner_text()
    page.keyboard.press("Escape")
    page.get_by_test_id("forecast-step").select_option("week")
    rows = rows_of(page, "forecasts")
    said = number_in(rows.nth(3).locator("td").first.inner_text())
    rows.nth(3).get_by_role("button").click()
    assert listed(page) == said
    press(page.get_by_test_id("chart-forecast"), rows.nth(4).locator("th").inner_text())
    expect(page.locator("#drawer-title")).to_contain_text(rows.nth(4).locator("th").inner_text())
    see(page, "forecast-drawer")


def test_who_will_write_opens_the_customer_and_the_order_or_complaint(dashboard: OpenPage) -> None:
    page = dashboard()
    rows = page.get_by_test_id("section-outreach").locator("tbody tr")
    expect(rows.first).to_be_visible(timeout=4 * TIMEOUT_MS)
    drawer = page.get_by_test_id("drawer")
    for why, record in (("the parcel is", "about-order"), ("complaint", "about-complaint")):
        row = rows.filter(has_text=why).first
        row.locator("th").get_by_role("button").click()
        expect(drawer.get_by_test_id(record)).to_be_visible()
        expect(drawer.get_by_test_id("about")).to_contain_text(why)
        masked = drawer.get_by_test_id("about").inner_text()
        drawer.get_by_test_id("unmasked").check()
        if record == "about-order":
            expect(drawer.get_by_test_id("about")).not_to_have_text(masked)
        see(page, record)
        drawer.get_by_test_id("unmasked").uncheck()
        assert listed(page) > 0


def test_a_group_of_customers_opens_those_who_are_flagged(dashboard: OpenPage) -> None:
    page = dashboard()
    expect(page.get_by_test_id("risk").first).to_be_visible(timeout=4 * TIMEOUT_MS)
    page.get_by_test_id("risk-open").first.click()
    assert listed(page) > 0
    rows = rows_of(page, "risks")
    opened = rows.filter(has=page.get_by_role("button"))
    assert 3 <= opened.count() < rows.count()
    for at in range(3):
        flagged = number_in(opened.nth(at).locator("td").first.inner_text())
        opened.nth(at).get_by_role("button").click()
        expect(page.locator("#drawer-title")).to_contain_text(f"{flagged} flagged")
        assert listed(page) >= flagged


def test_rules_are_told_in_words_with_their_ids_in_small(dashboard: OpenPage) -> None:
    page = dashboard(NARROW)
    rows = rows_of(page, "handovers")
    for name, key in (
        ("No-reason returns (change of mind) · Return policy", "returns.no_reason"),
        ("The order is not this customer's", "order.not_yours"),
    ):
        row = rows.filter(has_text=key)
        expect(row.get_by_role("button")).to_have_text(name)
        expect(row.locator("small")).to_have_text(key)
        said = number_in(row.locator("td").last.inner_text())
        row.get_by_role("button").click()
        assert listed(page) == said
    page.get_by_test_id("lang-zh").click()
    expect(page.get_by_test_id("section-handovers")).to_contain_text("七天无理由退货 · 退货政策")


def test_a_wrong_token_is_told_and_another_one_asked_for(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}#token=wrong")
    expect(page.get_by_test_id("gate-why")).to_contain_text("not the right one")
    page.get_by_test_id("token").fill(TOKEN)
    page.get_by_test_id("enter").click()
    expect(page.get_by_test_id("value-contacts")).to_be_visible()


def test_the_page_is_chinese_and_english(dashboard: OpenPage) -> None:
    page = dashboard(locale="zh-CN")
    expect(page.get_by_test_id("section-contacts").locator("h2")).to_have_text("咨询量")
    page.get_by_test_id("lang-en").click()
    expect(page.get_by_test_id("section-contacts").locator("h2")).to_have_text("Contacts")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_word_can_be_read_and_nothing_is_wider_than_the_window(
    dashboard: OpenPage, scheme: str, phone: bool
) -> None:
    page = dashboard(color_scheme=scheme, phone=phone)
    expect(page.get_by_test_id("finding").first).to_be_visible(timeout=TIMEOUT_MS)
    see(page, f"{scheme}-{'phone' if phone else 'desk'}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    faint = page.evaluate(FAINT_TEXTS)
    assert [each for each in faint if isinstance(each[1], str)] == []


def test_names_are_not_read_as_formulas_or_markup(open_page: OpenPage, tmp_path: Path) -> None:
    """For formulas the library would fetch another one, which breaks the policy of the page, and that is an error."""
    stops = [
        {"reason": name, "of": "handover", "count": 9 - at, "selection": {}}
        for at, name in enumerate(["$$x^2$$", "a \\(y\\) b", "<b>bold</b> &amp;", "two\nlines"])
    ]
    data: dict[str, Any] = {
        "answers": {"/v1/insights/handovers": stops}, "products": [], "shop": {}, "since": None, "until": None,
        "made_at": "2026-11-22T16:00:00Z",
    }  # fmt: skip
    path = tmp_path / "report.html"
    write(path, report_page(data, STATIC, "en"))
    page = open_page(path.as_uri(), offline=True)
    chart = page.get_by_test_id("chart-handovers")
    chart.scroll_into_view_if_needed()
    for stop in stops:
        press(chart, str(stop["reason"]).splitlines()[0])
    expect(chart.locator(".tip")).to_contain_text("two\nlines")
    assert page.locator(".plot b").count() == 0


def test_the_report_needs_nobody_and_tells_nobody(
    simulated: Settings, open_page: OpenPage, tmp_path: Path
) -> None:
    engine = make_engine(simulated.database)
    data = report_data(simulated, engine, Filter(date(2026, 9, 1), date(2026, 11, 22)), PLAN.end)
    engine.dispose()
    path = tmp_path / "report.html"
    write(path, report_page(data, STATIC, "zh"))
    page = open_page(path.as_uri(), offline=True)
    expect(page.get_by_test_id("value-contacts")).to_be_visible()
    expect(page.get_by_test_id("period")).to_contain_text("2026")
    page.get_by_test_id("chart-contacts").scroll_into_view_if_needed()
    expect(page.get_by_test_id("chart-contacts").locator(DRAWN)).to_be_attached()
    page.get_by_test_id("lang-en").click()
    expect(page.get_by_test_id("section-forecasts").locator("h2")).to_have_text("Forecast")
    expect(page.get_by_test_id("trouble")).to_have_count(0)
    see(page, "report")
    engine = make_engine(simulated.database)
    with engine.connect() as connection:
        ids = connection.exec_driver_sql("select id from customers").scalars().all()
    engine.dispose()
    written = path.read_text("utf-8")
    assert not [each for each in ids if f'"{each}"' in written]
