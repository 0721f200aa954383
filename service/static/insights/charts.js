/** Charts, each with a table that says and opens the same. The library is fetched when one comes into sight. */
import { el } from "../chat/dom.js";
import { paint } from "./picture.js";
import { tellAndPress } from "./tips.js";
import { t } from "./words.js";

const LIBRARY = "/insights/bokeh.js";
// The width of A4 between its margins.
const PAPER_PX = 660;
const drawn = new Map();
let library = null;

function bokeh() {
  if (window.Bokeh) return Promise.resolve(window.Bokeh);
  library ??= new Promise((resolve, reject) => {
    const script = el("script", { src: LIBRARY });
    script.onload = () => resolve(window.Bokeh);
    script.onerror = () => { library = null; reject(new Error(LIBRARY)); };
    document.head.append(script);
  });
  return library;
}

/** Start while the numbers are still on their way. */
export function preload() { bokeh().catch(() => {}); }

/**
 * A chart and its table. `plot(width)` gives a picture (see picture.js), `height` is in pixels; the points of its marks are
 * numbers of rows. `rows` have a `name`, `cells`, a `note` in small, and what opens their conversations: `selection`,
 * `title` and `more`. Where bars are not rows of the table, `points` are what they open.
 */
export function chart(id, caption, { plot, height, heads, rows, points = rows }, open) {
  const node = el("div", { class: "plot", "aria-hidden": "true", testid: `plot-${id}` });
  node.style.height = `${height}px`;
  const it = { plot, height, points, open, turn: 0 };
  drawn.set(node, it);
  tellAndPress(node, (x, y) => {
    const found = it.picture?.at(x, y);
    const row = found && it.points[found.point];
    return found && { text: found.hover, press: row?.selection && it.open && (() => press(row, it.open)) };
  });
  near.observe(node);
  return el("figure", { class: "chart", testid: `chart-${id}` },
    caption && el("figcaption", {}, caption), node,
    el("details", { class: "fold" }, el("summary", {}, t("ins.table", { count: rows.length })), table(heads, rows, open)));
}

/** A table whose first column opens the conversations of its row. */
export function table(heads, rows, open, attributes = {}) {
  return el("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": heads.join(", ") },
    el("table", { class: "plain", ...attributes },
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((row) => el("tr", { class: row.class },
        el("th", { scope: "row" }, opener(row, open), row.note && el("small", { class: "row-note" }, row.note)),
        row.cells.map((cell) => el("td", {}, cell)))))));
}

export function opener(row, open, attributes = {}) {
  if (!open || !row.selection) return row.name;
  return el("button", { type: "button", class: "link", ...attributes, onclick: () => press(row, open) }, row.name);
}

function press(row, open) { open(row.selection, row.title ?? row.name, row.more); }

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    draw(target);
  }
}, { rootMargin: "300px" });

async function draw(node) {
  const it = drawn.get(node);
  if (!it) return;
  const turn = (it.turn += 1);
  let Bokeh;
  try {
    Bokeh = await bokeh();
  } catch {
    node.textContent = t("ins.failed", { why: t("ins.no_connection") });
    return;
  }
  if (!node.isConnected || turn !== it.turn) return;
  Bokeh.logger.set_level("warn");
  const paper = document.documentElement.hasAttribute("data-printing");
  const width = paper ? PAPER_PX : node.clientWidth;
  const picture = await paint(Bokeh, node, it.plot(width), { width, height: it.height, paper });
  if (turn !== it.turn) { picture.remove(); return; }
  it.picture?.remove();
  it.picture = picture;
  node.dataset.drawn = "";
}

/** Forget charts that have left the page. */
export function tidy() {
  for (const [node, it] of drawn) {
    if (node.isConnected) continue;
    near.unobserve(node);
    it.turn += 1;
    it.picture?.remove();
    drawn.delete(node);
  }
}

/** Draw anew in the colours and the width of now; on paper also what was never looked at. */
function again(all = false) {
  for (const [node, it] of drawn) if (node.isConnected && (all || it.picture)) draw(node);
}

let width = innerWidth;
let waiting = null;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (innerWidth !== width) { width = innerWidth; again(); } }, 150);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => again());
addEventListener("beforeprint", () => { document.documentElement.toggleAttribute("data-printing", true); again(true); });
addEventListener("afterprint", () => { document.documentElement.toggleAttribute("data-printing", false); again(true); });
