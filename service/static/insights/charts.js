/** Charts, each with a table that says and opens the same. The library is fetched when one comes into sight. */
import { el } from "../chat/dom.js";
import { t } from "./words.js";

const LIBRARY = "/insights/plotly.js";
// The width of A4 between its margins.
const PAPER_PX = 660;
const drawn = new Map();
let library = null;

function plotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  library ??= new Promise((resolve, reject) => {
    const script = el("script", { src: LIBRARY });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { library = null; reject(new Error(LIBRARY)); };
    document.head.append(script);
  });
  return library;
}

/** Start while the numbers are still on their way. */
export function preload() { plotly().catch(() => {}); }

export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The library reads some markup in texts; of a shop there is none. */
export function literal(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/**
 * A chart and its table. `plot(width)` gives traces and layout, `height` is in pixels; a point's customdata is the number
 * of its row. `rows` have a `name`, `cells`, a `note` in small, and what opens their conversations: `selection`, `title` and `more`. Where bars are not rows of the
 * table, `points` are what they open.
 */
export function chart(id, caption, { plot, height, heads, rows, points = rows }, open) {
  const node = el("div", { class: "plot", "aria-hidden": "true", testid: `plot-${id}` });
  node.style.height = `${height}px`;
  drawn.set(node, { plot, height, points, open });
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
  let Plotly;
  try {
    Plotly = await plotly();
  } catch {
    node.textContent = t("ins.failed", { why: t("ins.no_connection") });
    return;
  }
  if (!node.isConnected || !it) return;
  const printing = document.documentElement.hasAttribute("data-printing");
  const { traces, layout } = it.plot(printing ? PAPER_PX : node.clientWidth);
  const width = printing ? PAPER_PX : node.clientWidth;
  await Plotly.react(node, traces, { ...base(width, it.height), ...layout }, { displayModeBar: false, responsive: false });
  if (it.listens) return;
  it.listens = true;
  node.on("plotly_click", ({ points: [point] }) => {
    const row = it.points[point.customdata];
    if (row?.selection && it.open) press(row, it.open);
  });
}

function base(width, height) {
  return {
    width, height, dragmode: false, paper_bgcolor: "transparent", plot_bgcolor: "transparent", hovermode: "closest",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: color("ink") },
    hoverlabel: { bgcolor: color("card"), bordercolor: color("edge"), font: { color: color("ink") }, align: "left" },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal", itemclick: false, itemdoubleclick: false, font: { size: 11 } },
  };
}

export function axis(more = {}) {
  // On a phone there is room for fewer words, and none is written aslant.
  if (more.nticks && innerWidth < 640) more = { ...more, nticks: Math.min(more.nticks, 5) };
  return { tickangle: 0, fixedrange: true, gridcolor: color("line"), zerolinecolor: color("edge"), linecolor: color("line"), automargin: false, ...more };
}

/** Forget charts that have left the page. */
export function tidy() {
  for (const node of drawn.keys()) {
    if (node.isConnected) continue;
    near.unobserve(node);
    if (node.classList.contains("js-plotly-plot")) window.Plotly.purge(node);
    drawn.delete(node);
  }
}

/** Draw anew in the colours and the width of now; on paper also what was never looked at. */
function again(all = false) {
  for (const [node, it] of drawn) if (node.isConnected && (all || it.listens)) draw(node);
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
