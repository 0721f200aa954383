"""A real Chromium against a running Kefu over the sample shop."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chat import ChatPage

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}

OpenChat = Callable[..., ChatPage]


def chromium() -> str | None:
    """Where the browser is: KEFU_TEST_CHROMIUM, or one on the PATH."""
    named = os.environ.get("KEFU_TEST_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def base_url(live_server_url: str) -> str:
    return live_server_url.rstrip("/")


@pytest.fixture
def open_chat(browser: Browser, base_url: str) -> Iterator[OpenChat]:
    """Opens the chat page in a context of its own: `open_chat("en-US", phone=True, color_scheme="dark")`.

    Afterwards no page may have raised an error or broken its own content security policy.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(locale: str = "zh-CN", phone: bool = False, **options: Any) -> ChatPage:
        context = browser.new_context(locale=locale, **{**(PHONE if phone else DESK), **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        chat = ChatPage(page, base_url)
        chat.open()
        return chat

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def page(open_chat: OpenChat) -> ChatPage:
    """The chat page on a desk, in Chinese."""
    return open_chat()
