/** The pictures of the charts: bars that lie, so that names have room, with their intervals. */
import { above, names, numbers } from "../../../../service/static/insights/axes.js";
import { color } from "../../../../service/static/insights/colors.js";
import { percent } from "./dom.js";

const ROW_PX = 29;
const BOTH = 1.5;
const HEAD_PX = 46;
const LEGEND_PX = 26;
const CHARACTER_PX = 7;
const TEXT_PX = 48;
const GAP_PX = 4;
const BARS = 0.74;
const CAP = 0.1;
const LABELS = {
  share: (value) => `${Math.round(100 * value)}%`,
  count: (value, digits) => value.toFixed(digits),
  seconds: (value, digits) => `${value.toFixed(digits)} s`,
};

function rowNames(chart) {
  return [...new Set(chart.series.flatMap((series) => series.rows.map((row) => row.name)))];
}

export function heightOf(chart) {
  const both = chart.series.length > 1;
  return rowNames(chart).length * ROW_PX * (both ? BOTH : 1) + HEAD_PX + (both ? LEGEND_PX : 0);
}

/** Points are numbers of rows among those of all series. */
export function pictureOf(chart, width) {
  const all = rowNames(chart);
  const both = chart.series.length > 1;
  const room = Math.max(6, Math.floor((width * 0.42) / CHARACTER_PX));
  const left = Math.min(room, Math.max(...all.map((name) => name.length))) * CHARACTER_PX + 22;
  const colors = chart.unit === "count" ? ["alarm"] : both ? ["leaf-text", "grain-line"] : ["leaf-text"];
  const margin = { l: left, r: 26, t: 6, b: 34 };
  const end = chart.unit === "share" ? 1.005 : above(chart.series.flatMap(({ rows }) => rows.map((row) => row.value)));
  const fits = (row) => (row.value / end) * (width - margin.l - margin.r) >= TEXT_PX;
  let before = 0;
  const marks = chart.series.flatMap((series, number) => {
    const height = BARS / chart.series.length;
    const middle = series.rows.map((row) => all.indexOf(row.name) + (both ? (number - 0.5) * height : 0));
    const point = before;
    before += series.rows.length;
    return [bars(chart, series, middle, height, color(colors[number]), point), ...told(chart, series, middle, fits), ...intervals(chart, series, middle)];
  });
  return {
    margin, x: numbers(0, end, LABELS[chart.unit]), marks,
    y: names(all.map((name) => (name.length > room ? `${name.slice(0, room - 1)}…` : name))),
    legend: both ? chart.series.map(({ name }, number) => ({ name, color: color(colors[number]) })) : [],
  };
}

function bars(chart, { name, rows }, middle, height, ink, point) {
  // Between two bars of a pair there is a line of ground.
  const half = (height / 2) * (chart.series.length > 1 ? 0.9 : 1);
  return {
    glyph: "Quad", style: { fill_color: ink, fill_alpha: 0.9, line_color: null, border_radius: { top_left: 0, bottom_left: 0, top_right: 3, bottom_right: 3 } },
    data: { left: rows.map(() => 0), right: rows.map((row) => row.value), top: middle.map((y) => y - half), bottom: middle.map((y) => y + half) },
    points: rows.map((_, at) => point + at), hovers: rows.map((row) => `${[name, row.name].filter(Boolean).join(" · ")}\n${hoverOf(chart, row)}`),
  };
}

/** Shares stand in their bars, where there is room. */
function told(chart, { rows }, middle, fits) {
  if (chart.unit !== "share" || chart.series.length > 1) return [];
  const shown = rows.map((row, at) => [row, middle[at]]).filter(([row]) => fits(row));
  return [{
    glyph: "Text", data: { x: shown.map(() => 0), y: shown.map(([, y]) => y), text: shown.map(([row]) => percent(row.value)) },
    style: {
      x_offset: GAP_PX, text_baseline: "middle", text_color: color("card"), text_font_size: "11px", text_font: getComputedStyle(document.body).fontFamily,
    },
  }];
}

function intervals(chart, { rows }, middle) {
  if (chart.unit !== "share") return [];
  const style = { line_color: color("ink"), line_width: 1.2 };
  const [low, high] = ["low", "high"].map((side) => rows.map((row) => row[side]));
  const [over, under] = [-CAP, CAP].map((by) => middle.map((y) => y + by));
  return [[low, high, middle, middle], [low, low, over, under], [high, high, over, under]]
    .map(([x0, x1, y0, y1]) => ({ glyph: "Segment", style, data: { x0, x1, y0, y1 } }));
}

function hoverOf(chart, row) {
  if (chart.unit === "share") return `${percent(row.value)} (${row.yes} of ${row.of}), ${(row.low * 100).toFixed(1)}–${percent(row.high)}`;
  return chart.unit === "count" ? `${row.value} cases` : `${row.value.toFixed(2)} s`;
}
