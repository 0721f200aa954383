"""Reports of made-up runs, and a real browser that opens them from the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from eval.report import write_html
from eval.runs.run import Run
from tests.browser.conftest import DESK, PHONE
from tests.eval.report.fakes import fake_run

OpenReport = Callable[..., Page]


@pytest.fixture(scope="session")
def run() -> Run:
    return fake_run(80)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run of 400 records, compared with an earlier one."""
    path = tmp_path_factory.mktemp("report") / "run.html"
    write_html(path, fake_run(worse=20), fake_run())
    return path


@pytest.fixture(scope="session")
def report_browser(browser: Browser) -> Browser:
    # A page of two megabytes on a busy machine; nothing waits that long where it works.
    expect.set_options(timeout=20_000)
    return browser


@pytest.fixture
def open_report(report_browser: Browser, report: Path) -> Iterator[OpenReport]:
    """Opens the page at a fragment; afterwards it may have asked the network for nothing and raised no error."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_page(fragment: str = "", phone: bool = False, **options: Any) -> Page:
        context = report_browser.new_context(**{**(PHONE if phone else DESK), **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("request", lambda asked: trouble.append(asked.url) if asked.url.startswith("http") else None)
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.goto(f"{report.as_uri()}{fragment}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not trouble
