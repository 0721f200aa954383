/** The charts, each with a table that says and does the same. The library is only run when charts come into sight. */
import { charts } from "./data.js";
import { byId, el, many, percent, say } from "./dom.js";
import { showCases } from "./links.js";
import { layout, traces } from "./plots.js";

// Half the width of A4 between its margins.
const PAPER_PX = 300;
const NAMES = { "as-written": "as written" };

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
  library.textContent = byId("plotly").textContent;
  document.head.append(library);
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
  if (!window.Plotly) start();
  else drawAll();
}

function drawAll() {
  for (const chart of charts) draw(chart);
}

function draw(chart) {
  const node = byId(`chart-${chart.name}`);
  const width = document.documentElement.hasAttribute("data-printing") ? PAPER_PX : node.clientWidth;
  window.Plotly.react(node, traces(chart), layout(chart, width), { displayModeBar: false });
  if (node.dataset.listens) return;
  node.dataset.listens = "yes";
  node.on("plotly_click", ({ points: [point] }) => choose(chart.series[point.data.meta].rows[point.customdata]));
}

function choose(row) {
  if (Object.keys(row.filter).length) showCases(row.filter);
  else say("These are all cases");
}

function figure(chart) {
  const id = `title-${chart.name}`;
  const rows = chart.series.flatMap((series) => series.rows.map((row) => [series, row]));
  return el("figure", { class: "panel chart", "aria-labelledby": id, testid: `figure-${chart.name}` },
    el("figcaption", { id }, chart.title),
    // Screen readers get the table instead.
    el("div", { class: "plot", id: `chart-${chart.name}`, "aria-hidden": "true", style: `height:${layout(chart, 0).height}px` }),
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
