"""The page in a real browser, opened from the disk as QA opens it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from eval.report.outcomes import status
from eval.runs.record import Record
from eval.runs.run import Run
from tests.browser.charts import DRAWN, press
from tests.browser.probes import FAINT_TEXTS, NAMELESS
from tests.eval.report.conftest import OpenReport
from tests.eval.report.fakes import HOSTILE, fake_run

pytestmark = pytest.mark.browser

BEFORE, AFTER = fake_run(), fake_run(worse=20)
PAGE = 50


def _keys(page: Page) -> list[str]:
    return page.get_by_test_id("row").locator(".case-link").all_inner_texts()


def _count(records: list[Record]) -> str:
    return f"{len(records)} case" + ("" if len(records) == 1 else "s")


def _of(run: Run, **wanted: str) -> list[Record]:
    return [
        record
        for record in run.records
        if all(getattr(record, name) == value for name, value in wanted.items())
    ]


def _long(run: Run) -> Record:
    """A case of three turns with a finding in one of them."""
    return next(
        record
        for record in run.records
        if len(record.turns) == 3 and any(each.turn is not None for each in record.findings)
    )


def test_what_failed_stands_first_and_more_is_shown_on_request(open_report: OpenReport) -> None:
    page = open_report()
    assert len(_keys(page)) == PAGE
    by_key = {record.key: record for record in AFTER.records}
    assert not any(by_key[key].passed for key in _keys(page))
    page.get_by_test_id("more").click()
    expect(page.get_by_test_id("row")).to_have_count(2 * PAGE)


def test_filters_choose_by_outcome_language_and_suite(open_report: OpenReport) -> None:
    page = open_report()
    page.get_by_test_id("status-failed").click()
    failed = [record for record in AFTER.records if status(record) == "failed"]
    expect(page.get_by_test_id("count")).to_have_text(_count(failed))
    page.get_by_test_id("filter-language").select_option("zh")
    page.get_by_test_id("filter-suite").select_option("returns")
    left = [record for record in failed if record.language == "zh" and record.suite == "returns"]
    expect(page.get_by_test_id("count")).to_have_text(_count(left))
    assert sorted(_keys(page)) == sorted(record.key for record in left)
    page.get_by_test_id("clear").click()
    expect(page.get_by_test_id("count")).to_have_text(_count(list(AFTER.records)))


def test_filters_stand_in_the_address(open_report: OpenReport) -> None:
    page = open_report("#language=en&kind=safety")
    expect(page.get_by_test_id("filter-kind")).to_have_value("safety")
    expect(page.get_by_test_id("count")).to_have_text(_count(_of(AFTER, language="en", kind="safety")))
    page.get_by_test_id("filter-kind").select_option("")
    assert page.url.endswith("#language=en")


def test_search_looks_into_replies_and_reasons(open_report: OpenReport) -> None:
    page = open_report()
    page.get_by_test_id("search").fill('"7 DAYS` is not in" must_say')
    found = [
        record
        for record in AFTER.records
        if any("`7 days` is not in" in each.why for each in record.findings)
    ]
    expect(page.get_by_test_id("count")).to_have_text(_count(found))
    page.get_by_test_id("search").fill("no such text anywhere")
    expect(page.get_by_test_id("count")).to_have_text("No case is like that.")


def test_a_bar_filters_the_list(open_report: OpenReport) -> None:
    page = open_report()
    first = min({record.suite for record in AFTER.records})
    press(page.get_by_test_id("figure-suite"), first)
    expect(page.get_by_test_id("filter-suite")).to_have_value(first)
    written = [record for record in _of(AFTER, suite=first) if not record.variant]
    expect(page.get_by_test_id("count")).to_have_text(_count(written))


def test_the_table_of_a_chart_says_and_does_the_same_by_keyboard(open_report: OpenReport) -> None:
    page = open_report()
    figure = page.get_by_test_id("figure-group.tier")
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("filter-group.tier")).to_have_value("gold")
    assert page.evaluate("document.activeElement.id") == "cases-title"


def test_a_tile_shows_its_cases(open_report: OpenReport) -> None:
    page = open_report()
    page.get_by_test_id("tile").filter(has_text="Safety").click()
    expect(page.get_by_test_id("count")).to_have_text(_count(_of(AFTER, kind="safety")))


def test_a_case_opens_with_its_turns_findings_and_trace(open_report: OpenReport) -> None:
    record = _long(AFTER)
    page = open_report(f"#q={quote(record.case)}")
    page.get_by_test_id("row").locator(f"text='{record.key}'").click()
    sheet = page.get_by_test_id("sheet")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_test_id("turn")).to_have_count(3)
    finding = next(each for each in record.findings if each.turn is not None)
    turn = sheet.get_by_test_id("turn").nth(finding.turn or 0)
    expect(turn.get_by_test_id("findings")).to_contain_text(f"{finding.scorer} {finding.why}")
    expect(turn).to_contain_text(record.turns[finding.turn or 0].reply)
    last = sheet.get_by_test_id("turn").last
    expect(last).to_contain_text("no passage says so")
    expect(last).to_contain_text("returns#postage, returns#window")
    last.get_by_test_id("trace").locator("summary").click()
    expect(last.locator(".json")).to_contain_text('"score": 0.8714')
    expect(sheet).to_contain_text("return_requested")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert "case=" not in page.url
    assert page.evaluate("document.activeElement.className") == "case-link"


def test_the_address_of_a_case_opens_it_and_the_way_back_leaves_it(open_report: OpenReport) -> None:
    record = next(record for record in AFTER.records if record.variant)
    assert "#" in record.key and "~" in record.key
    for key in (quote(record.key, safe=""), record.key):
        page = open_report(f"#case={key}")
        expect(page.get_by_test_id("sheet-title")).to_have_text(record.key)
    page = open_report()
    link = page.locator(".cases .case-link").first
    opened = link.inner_text()
    link.click()
    expect(page.get_by_test_id("sheet-title")).to_have_text(opened)
    page.go_back()
    expect(page.get_by_test_id("sheet")).to_be_hidden()


def test_one_goes_from_case_to_case_in_the_order_of_the_list(open_report: OpenReport) -> None:
    page = open_report("#status=failed")
    keys = _keys(page)
    page.locator(".cases .case-link").first.click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("sheet-title")).to_have_text(keys[1])
    page.get_by_test_id("previous").click()
    expect(page.get_by_test_id("sheet-title")).to_have_text(keys[0])
    expect(page.get_by_test_id("previous")).to_be_disabled()


def test_an_unknown_case_is_told(open_report: OpenReport) -> None:
    expect(open_report("#case=nothing/here").get_by_test_id("sheet")).to_contain_text("no such case")


def test_hostile_text_stays_text(open_report: OpenReport) -> None:
    record = AFTER.records[7]
    page = open_report(f"#case={quote(record.key, safe='')}")
    bubbles = page.get_by_test_id("sheet").locator(".bubble .typed")
    assert [bubbles.nth(index).evaluate("node => node.textContent") for index in (0, 1)] == [HOSTILE, HOSTILE]
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0


def test_two_runs_stand_side_by_side_with_what_differs_marked(open_report: OpenReport) -> None:
    page = open_report()
    worse = [key for key, one, other in zip(
        (record.key for record in AFTER.records), BEFORE.records, AFTER.records, strict=True
    ) if one.passed and not other.passed]  # fmt: skip
    expect(page.get_by_test_id("way-worse")).to_have_text(f"Worse {len(worse)}")
    expect(page.get_by_test_id("compared-verdict")).to_contain_text("Worse.")
    page.get_by_test_id("pair").first.locator("a").click()
    title = page.get_by_test_id("sheet-title").inner_text()
    assert title in worse
    row = page.get_by_test_id("row-pair").first
    expect(row.locator("del")).to_have_text("7")
    expect(row.locator("ins")).to_have_text("30")
    expect(row.locator(".differs dt").filter(has_text="rule")).to_have_count(2)
    expect(row).to_contain_text("return.any")
    expect(row).to_contain_text("return.faulty.within_window")


def test_a_pair_has_an_address(open_report: OpenReport) -> None:
    key = next(one.key for one, other in zip(AFTER.records, BEFORE.records, strict=True) if one != other)
    page = open_report(f"#pair={quote(f'worse/{key}', safe='')}")
    expect(page.get_by_test_id("row-pair").first).to_be_visible()


@pytest.mark.parametrize("fragment", ["", "#case={}", "#pair=worse%2F{}"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_every_text_can_be_read(
    open_report: OpenReport, fragment: str, scheme: str
) -> None:
    key = next(one.key for one, other in zip(AFTER.records, BEFORE.records, strict=True) if one != other)
    page = open_report(
        fragment.format(quote(key, safe="")),
        phone=True,
        color_scheme=scheme,
        viewport={"width": 375, "height": 740},
    )
    page.get_by_test_id("charts").evaluate("node => node.scrollIntoView()")
    page.locator(DRAWN).first.wait_for()
    assert page.evaluate("document.scrollingElement.scrollWidth") == 375
    wide = page.evaluate(
        "[...document.querySelectorAll('.sheet-body')].filter((node) => node.scrollWidth > node.clientWidth).length"
    )
    assert wide == 0
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(FAINT_TEXTS) == []


def test_the_whole_hash_of_a_version_can_be_copied(open_report: OpenReport) -> None:
    page = open_report(permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_test_id("version").first
    expect(button).to_contain_text("99990123")
    button.click()
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == AFTER.manifest.versions["code"]


def test_paper_is_light_and_has_the_charts(open_report: OpenReport, tmp_path: Path) -> None:
    page = open_report(color_scheme="dark")
    page.pdf(path=tmp_path / "run.pdf")
    assert page.evaluate("(drawn) => document.querySelectorAll(drawn).length > 0", DRAWN)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_test_id("status-all")).to_be_hidden()


def test_no_other_script_runs_and_nothing_is_fetched_even_if_a_text_tried(
    report_browser: Browser, report: Path
) -> None:
    page = report_browser.new_page()
    page.goto(report.as_uri())
    tried: Any = page.evaluate(
        """async () => {
          const stopped = [];
          addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.hacked = 3";
          document.body.append(script);
          const fetched = await fetch("http://127.0.0.1:9/").then(() => "yes", () => "no");
          await new Promise((done) => setTimeout(done, 100));
          return [stopped.sort(), window.hacked ?? null, fetched];
        }"""
    )
    page.close()
    assert json.dumps(tried) == '[["connect-src", "script-src-elem"], null, "no"]'
