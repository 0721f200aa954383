/** The scales of a picture, and the axes and lines that the library paints for them. */
import { color } from "./colors.js";

// What a label beside the next one needs.
const NUMBER_PX = 45;
const DAY_PX = 60;
const LABEL_PX = 6;
const DAY_FORMATS = ["hours", "days", "months", "years"];

/** Numbers; `label(value, digits)` says one that stands beside a line. */
export function numbers(start, end, label, { most = 6, lines = true } = {}) {
  return { start, end, label, most, lines, ticker: "BasicTicker", zero: true };
}

/** Moments in milliseconds; `format` is that of C. */
export function moments(start, end, format, most = 8) {
  return { start, end, format, most, ticker: "DatetimeTicker" };
}

/** Names from top to bottom, at 0, 1, 2 … */
export function names(texts) { return { start: texts.length - 0.5, end: -0.5, texts }; }

/** Where a scale ends whose highest value is one of these. */
export function above(values) { return Math.max(0, ...values) * 1.05 || 1; }

/** As many round values as there is room for: none is written aslant. */
function ticksOf(make, scale, room) {
  if (scale.texts) return scale.texts.map((_, at) => at);
  const most = Math.max(2, Math.min(scale.most, Math.floor(room / (scale.format ? DAY_PX : NUMBER_PX))));
  const ticker = make(scale.ticker, {});
  const low = Math.min(scale.start, scale.end);
  const high = Math.max(scale.start, scale.end);
  let ticks = [];
  for (let wanted = most; wanted > 0; wanted -= 1) {
    ticks = ticker.get_ticks_no_defaults(low, high, null, wanted).major;
    if (ticks.length <= most) break;
  }
  return ticks;
}

function labelled(make, { texts, label, format }, ticks) {
  if (format) return { formatter: make("DatetimeTickFormatter", Object.fromEntries(DAY_FORMATS.map((name) => [name, format]))) };
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  // A plain string would be read for formulas.
  const text = (tick, at) => make("PlainText", { text: texts ? texts[at] : label(tick, digits) });
  return { major_label_overrides: new Map(ticks.map((tick, at) => [tick, text(tick, at)])) };
}

/** Adds an axis of `room` pixels at a side of a plot, with its lines behind everything. */
export function addAxis(make, plot, side, scale, room) {
  const ticks = ticksOf(make, scale, room);
  const ticker = make("FixedTicker", { ticks });
  const dimension = side === "below" ? 0 : 1;
  if (scale.lines) plot.add_layout(make("Grid", { dimension, ticker, grid_line_color: color("line") }));
  if (scale.zero) plot.add_layout(make("Span", { dimension: dimension ? "width" : "height", location: 0, line_color: color("edge"), level: "underlay" }));
  plot.add_layout(make(scale.format ? "DatetimeAxis" : "LinearAxis", {
    ticker, ...labelled(make, scale, ticks), axis_line_color: null, major_tick_line_color: null, minor_tick_line_color: null,
    major_tick_out: 0, major_label_standoff: LABEL_PX, major_label_text_color: color("ink"), major_label_text_font_size: "12px",
    major_label_text_font: getComputedStyle(document.body).fontFamily, major_label_policy: make(scale.texts ? "AllLabels" : "NoOverlap", {}),
  }), side);
}
