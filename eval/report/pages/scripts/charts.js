/** The charts, each with a table that says and does the same. The library is only run when charts come into sight. */
import { paint } from "../../../../service/static/insights/picture.js";
import { tellAndPress } from "../../../../service/static/insights/tips.js";
import { charts } from "./data.js";
import { byId, el, many, percent, say } from "./dom.js";
import { showCases } from "./links.js";
import { heightOf, pictureOf } from "./plots.js";

// Half the width of A4 between its margins.
const PAPER_PX = 300;
const NAMES = { "as-written": "as written" };
const painted = new Map();
let round = 0;

export function drawCharts() {
  const figures = charts.map(figure);
  byId("charts").append(...figures);
  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    near.disconnect();
    start();
  }, { rootMargin: "400px" });
  near.observe(byId("charts"));
  addEventListener("beforeprint", () => printing(true));
  addEventListener("afterprint", () => printing(false));
}

/** Its text is what the policy of the page allows, letter by letter. */
function start() {
  const library = el("script");
  library.textContent = byId("library").textContent;
  document.head.append(library);
  window.Bokeh.logger.set_level("warn");
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) drawAll();
    width = innerWidth;
  });
}

/** Paper is light, and narrower than a desk. */
function printing(now) {
  document.documentElement.toggleAttribute("data-printing", now);
  if (!window.Bokeh) start();
  else drawAll();
}

function drawAll() {
  round += 1;
  for (const chart of charts) draw(chart, round);
}

async function draw(chart, asked) {
  const node = byId(`chart-${chart.name}`);
  const paper = document.documentElement.hasAttribute("data-printing");
  const width = paper ? PAPER_PX : node.clientWidth;
  const picture = await paint(window.Bokeh, node, pictureOf(chart, width), { width, height: heightOf(chart), paper });
  if (asked !== round) { picture.remove(); return; }
  painted.get(chart)?.remove();
  painted.set(chart, picture);
  node.dataset.drawn = "";
}

/** What a place of a chart tells and does; a point is the number of a row among those of all series. */
function found(chart, x, y) {
  const it = painted.get(chart)?.at(x, y);
  return it && { text: it.hover, press: () => choose(chart.series.flatMap((series) => series.rows)[it.point]) };
}

function choose(row) {
  if (Object.keys(row.filter).length) showCases(row.filter);
  else say("These are all cases");
}

function figure(chart) {
  const id = `title-${chart.name}`;
  const rows = chart.series.flatMap((series) => series.rows.map((row) => [series, row]));
  // Screen readers get the table instead.
  const plot = el("div", { class: "plot", id: `chart-${chart.name}`, "aria-hidden": "true", style: `height:${heightOf(chart)}px` });
  tellAndPress(plot, (x, y) => found(chart, x, y));
  return el("figure", { class: "panel chart", "aria-labelledby": id, testid: `figure-${chart.name}` },
    el("figcaption", { id }, chart.title),
    plot,
    el("details", { class: "fold" }, el("summary", {}, many(rows.length, "row"), " as a table"), table(chart, rows)));
}

function table(chart, rows) {
  const heads = chart.unit === "share" ? ["Share", "95 % interval", "Cases"] : [chart.unit === "count" ? "Cases" : "Seconds"];
  return el("table", { class: "plain" },
    el("thead", {}, el("tr", {}, ["", ...heads].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map(([series, row]) => el("tr", {}, el("th", { scope: "row" }, link(series, row)),
      cells(chart, row).map((cell) => el("td", {}, cell))))));
}

function link(series, row) {
  const name = [series.name, NAMES[row.name] ?? row.name].filter(Boolean).join(" · ");
  if (!Object.keys(row.filter).length) return name;
  return el("button", { type: "button", class: "link", onclick: () => showCases(row.filter) }, name);
}

function cells(chart, row) {
  if (chart.unit === "share") return [percent(row.value), `${(row.low * 100).toFixed(1)}–${percent(row.high)}`, `${row.yes} of ${row.of}`];
  return [chart.unit === "count" ? row.value : row.value.toFixed(2)];
}
