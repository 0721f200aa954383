"""Charts are painted: what is at a place of one is only known by what is told there."""

from __future__ import annotations

from playwright.sync_api import Locator

DRAWN = ".plot[data-drawn]"
# Moves about what is seen of a chart until a text is told, and says where.
FIND = """
(plot, text) => {
  const { left, top, right, bottom } = plot.getBoundingClientRect();
  const told = () => plot.querySelector(".tip:not([hidden])")?.textContent ?? "";
  let found = null;
  for (let y = Math.ceil(top); y < bottom && !found; y += 3) {
    for (let x = Math.ceil(left); x < right && !found; x += 3) {
      plot.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y }));
      if (told().includes(text) && plot.contains(document.elementFromPoint(x, y))) found = [x, y, told()];
    }
  }
  plot.dispatchEvent(new PointerEvent("pointerleave"));
  return found;
}
"""


def press(figure: Locator, text: str) -> None:
    """Press what the chart of a figure tells with this text."""
    plot = figure.locator(DRAWN)
    # Charts are drawn when they come into sight, and move when what is above them arrives.
    for _ in range(5):
        figure.scroll_into_view_if_needed()
        plot.wait_for()
        place = plot.evaluate(FIND, text)
        assert place is not None, text
        x, y, told = place
        figure.page.mouse.move(x, y)
        if plot.locator(".tip").inner_text() == told:
            figure.page.mouse.click(x, y)
            return
    raise AssertionError(f"the chart that tells {text!r} does not keep still")
