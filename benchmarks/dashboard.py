"""How long staff wait for the charts of the dashboard: a real Chromium at a real `kefu serve`.

    python -m benchmarks.dashboard --database sqlite:////tmp/year.db --rounds 5

The database is one that `benchmarks.insights` has filled. Each round starts a server and a browser with an empty
profile. "cold" is the first page that this browser opens at this server, "warm" the same page opened for the third time
(browsers keep what they have compiled from the second time on), "filter" a choice in the filters until everything is
drawn anew. Times run from the beginning of the navigation (of the choice) to the first frame in which
no section waits and every chart in sight is drawn; what is computed in the background for seconds, such as
findings, is not waited for. Twice: in the window of a desk, where charts further down are drawn when they come into
sight, and in one so high that all of them are. Chromium: KEFU_TEST_CHROMIUM, or one on the PATH.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import BrowserContext, Page, sync_playwright

WINDOWS = {"window of 1280 × 860": (1280, 860), "all charts": (1280, 7000)}
# What follows the filters and is asked of the facts.
SECTIONS = (
    "figures", "contacts", "sentiment", "resolution", "stages", "complaints", "handovers",
    "products", "unanswered",
)  # fmt: skip
CHOICES = (
    ("filter-channel", "web"),
    ("filter-language", "en"),
    ("filter-channel", ""),
    ("filter-language", ""),
)
START_S, SETTLE_S = 900, 5.0
# Charts begin to be drawn 300 px below the window. The frame after the last one shows it.
WATCH = """
window.drawn = (names) => new Promise((resolve) => {
  const near = (plot) => plot.getBoundingClientRect().top < innerHeight + 300;
  const ready = () => {
    const sections = names.map((name) => document.querySelector(`[data-testid="section-${name}"]`));
    if (!sections.every((each) => each && !each.hasAttribute("aria-busy"))) return false;
    const waiting = sections.flatMap((each) => [...each.querySelectorAll(".plot:not([data-drawn])")]);
    return !waiting.some(near);
  };
  const look = () => (ready() ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look));
  look();
});
"""
CHOOSE = """
async ([id, value, names]) => {
  const control = document.getElementById(id), begun = performance.now();
  control.value = value;
  control.dispatchEvent(new Event("change"));
  return await window.drawn(names) - begun;
}
"""


@contextmanager
def served(database: str) -> Iterator[str]:
    """The address of the dashboard, with its token, of a server of its own. Raises `RuntimeError` where none starts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(32)
    environment = os.environ | {"KEFU_DATABASE_URL": database, "KEFU_STAFF_TOKEN": token}
    command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(server, f"http://127.0.0.1:{port}/health/live")
        time.sleep(SETTLE_S)
        yield f"http://127.0.0.1:{port}/insights#token={token}"
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("kefu serve did not start; it says why above")


def measure(context: BrowserContext, address: str) -> dict[str, list[float]]:
    """Milliseconds by what was waited for."""
    context.set_default_timeout(120_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    cold, _, warm = [_opened(page, address) for _ in range(3)]
    chosen = [float(page.evaluate(CHOOSE, [name, value, SECTIONS])) for name, value in CHOICES]
    return {"cold": [cold], "warm": [warm], "filter": chosen}


def _opened(page: Page, address: str) -> float:
    # From one # to another is no navigation.
    page.goto("about:blank")
    page.goto(address, wait_until="commit")
    return float(page.evaluate("(names) => window.drawn(names)", SECTIONS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    chromium = os.environ.get("KEFU_TEST_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        parser.error("no Chromium: install one, or name it in KEFU_TEST_CHROMIUM")
    print(f"{'':24}{'':8}{'median ms':>10}{'most':>8}{'times':>7}")
    with sync_playwright() as playwright:
        for title, (width, height) in WINDOWS.items():
            took: dict[str, list[float]] = {}
            for _ in range(given.rounds):
                with served(given.database) as address, TemporaryDirectory() as profile:
                    context = playwright.chromium.launch_persistent_context(
                        profile, executable_path=chromium, args=["--no-sandbox", "--disable-gpu"],
                        locale="en-US", viewport={"width": width, "height": height},
                    )  # fmt: skip
                    for name, times in measure(context, address).items():
                        took.setdefault(name, []).extend(times)
                    context.close()
            for name, times in took.items():
                print(
                    f"{title:24}{name:8}{np.median(times):10.0f}{max(times):8.0f}{len(times):7}", flush=True
                )


if __name__ == "__main__":
    main()
