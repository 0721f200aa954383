"""The chat page as a customer uses it. Every selector of the tests is here."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

# A reply of a cold model on a busy machine may take long; a scripted one never does.
REPLY_MS = 60_000

POSTAGE = "退货运费谁出？"
LI_WEN = "liwen@example.com"


class ChatPage:
    """Reads and drives one open chat page."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))

    def part(self, name: str) -> Locator:
        """An element by its data-testid."""
        return self.page.get_by_test_id(name)

    @property
    def message(self) -> Locator:
        return self.part("message")

    @property
    def replies(self) -> Locator:
        """Finished replies, not the one that is being written."""
        return self.part("reply")

    @property
    def last(self) -> Locator:
        return self.part("exchange").last

    @property
    def choices(self) -> Locator:
        return self.part("quick-reply")

    def open(self) -> None:
        self.page.goto(f"{self.base_url}/")
        expect(self.part("greeting")).to_be_visible()

    def say(self, text: str) -> str:
        """Type, send, wait for the finished reply and return it."""
        self.message.fill(text)
        return self._after(lambda: self.part("send").click())

    def choose(self, title: str) -> str:
        """Press the quick reply with this title and return the reply."""
        return self._after(lambda: self.choices.filter(has_text=title).first.click())

    def press_enter(self) -> str:
        return self._after(lambda: self.page.keyboard.press("Enter"))

    def _after(self, act: Callable[[], None]) -> str:
        before = self.replies.count()
        act()
        expect(self.replies).to_have_count(before + 1, timeout=REPLY_MS)
        expect(self.part("stop")).to_be_hidden()
        return self.last_reply()

    def last_reply(self) -> str:
        return self.replies.last.inner_text()

    def customer_said(self) -> list[str]:
        return self.part("my-text").all_inner_texts()

    def width_beyond_window(self) -> int:
        """How many CSS pixels the page, or the conversation in it, is wider than the window it was given.

        `innerWidth` is no measure: a phone zooms out until everything fits.
        """
        window = self.page.viewport_size
        assert window is not None
        wide: int = self.page.evaluate(
            """() => Math.max(...[document.scrollingElement, document.getElementById("scroll")]
              .map((node) => node.scrollWidth))"""
        )
        return wide - window["width"]

    def focused(self) -> str:
        """The data-testid of the element with the focus, or its tag."""
        name: str = self.page.evaluate(
            "document.activeElement.dataset.testid ?? document.activeElement.tagName"
        )
        return name
