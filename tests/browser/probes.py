"""Questions to the page that take a little JavaScript; each returns a list that ought to be empty."""

NAMELESS = """() => [...document
  .querySelectorAll("button, summary, textarea, a, dialog, aside, [role=region]")]
  .filter((node) => !node.getAttribute("aria-label") && !node.getAttribute("aria-labelledby"))
  .filter((node) => !node.textContent.trim() && !node.labels?.length)
  .map((node) => node.outerHTML)"""

# Every visible text against the nearest opaque ground, by the relative luminance of WCAG 2.2; what is below
# 4.5 : 1 comes back. Disabled controls are exempt there, too.
FAINT_TEXTS = """() => {
  const rgb = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const color = rgb(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const own = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((node) => own(node) && node.checkVisibility())
    .filter((node) => !node.closest(":disabled, noscript, .hidden-label"))
    .map((node) => {
      const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return [ratio, node.className, node.textContent.slice(0, 20)];
    })
    .filter(([ratio]) => ratio < 4.5);
}"""
