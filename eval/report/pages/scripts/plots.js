/** What the library is told to draw: bars that lie, so that names have room, with their intervals. */
import { percent } from "./dom.js";

const ROW_PX = 29;
const HEAD_PX = 46;
const CHARACTER_PX = 7;

/** The library reads some markup in texts; of a run there is none. */
function literal(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** One list of bars for each series; `meta` and `customdata` are the way back to the row. */
export function traces(chart) {
  const colors = chart.unit === "count" ? ["alarm"] : chart.series.length > 1 ? ["leaf-text", "grain-line"] : ["leaf-text"];
  return chart.series.map((series, number) => ({
    type: "bar", orientation: "h", name: series.name, meta: number,
    x: series.rows.map((row) => row.value),
    y: series.rows.map((row) => row.name),
    customdata: series.rows.map((_, index) => index),
    hovertext: series.rows.map((row) => `${[series.name, row.name].filter(Boolean).map(literal).join(" · ")}<br>${told(chart, row)}`),
    hoverinfo: "text",
    text: series.rows.map((row) => (chart.unit === "share" && chart.series.length === 1 ? percent(row.value) : "")),
    textposition: "inside", insidetextanchor: "start", textangle: 0, textfont: { color: color("card"), size: 11 },
    marker: { color: color(colors[number]), opacity: 0.9, cornerradius: 3 },
    error_x: intervals(chart, series),
  }));
}

function intervals(chart, series) {
  if (chart.unit !== "share") return { visible: false };
  return {
    type: "data", symmetric: false, color: color("ink"), thickness: 1.2, width: 3,
    array: series.rows.map((row) => row.high - row.value),
    arrayminus: series.rows.map((row) => row.value - row.low),
  };
}

function told(chart, row) {
  if (chart.unit === "share") return `${percent(row.value)} (${row.yes} of ${row.of}), ${(row.low * 100).toFixed(1)}–${percent(row.high)}`;
  return chart.unit === "count" ? `${row.value} cases` : `${row.value.toFixed(2)} s`;
}

export function layout(chart, width) {
  const names = [...new Set(chart.series.flatMap((series) => series.rows.map((row) => row.name)))];
  const both = chart.series.length > 1;
  const room = Math.max(6, Math.floor((width * 0.42) / CHARACTER_PX));
  return {
    width, height: names.length * ROW_PX * (both ? 1.5 : 1) + HEAD_PX + (both ? 26 : 0),
    margin: { l: Math.min(room, Math.max(...names.map((name) => name.length))) * CHARACTER_PX + 22, r: 16, t: both ? 30 : 6, b: 34 },
    barmode: "group", bargap: 0.26, bargroupgap: 0.1, dragmode: false,
    paper_bgcolor: "transparent", plot_bgcolor: "transparent", showlegend: both,
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", traceorder: "normal" },
    uniformtext: { minsize: 9, mode: "hide" },
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: color("ink") },
    hoverlabel: { bgcolor: color("card"), bordercolor: color("edge"), font: { color: color("ink") } },
    xaxis: { fixedrange: true, gridcolor: color("line"), zerolinecolor: color("edge"), ...scale(chart) },
    yaxis: {
      fixedrange: true, ticks: "outside", ticklen: 6, tickcolor: "transparent", autorange: "reversed", type: "category", categoryarray: names, tickvals: names,
      ticktext: names.map((name) => literal(name.length > room ? `${name.slice(0, room - 1)}…` : name)),
    },
  };
}

function scale(chart) {
  if (chart.unit === "share") return { range: [0, 1.005], tickformat: ".0%", nticks: 6 };
  return { rangemode: "tozero", nticks: 6, ticksuffix: chart.unit === "seconds" ? " s" : "" };
}
