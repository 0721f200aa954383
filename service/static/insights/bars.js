/** Charts of bars that lie, so that names have room. */
import { above, names, numbers } from "./axes.js";
import { color } from "./colors.js";
import { number } from "./words.js";

const ROW_PX = 30;
const LETTER_PX = 7.2;
// Of the letters of a number inside or behind a bar, which are small.
const DIGIT = 0.85;
const BAR = 0.35;
const MARGIN = { r: 26, t: 6, b: 34 };
const LEGEND_PX = 34;
const CAP_PX = 4;
const GAP_PX = 4;
const SCALES = {
  count: { label: (value, digits) => number(value, digits) },
  share: { label: (value) => `${number(100 * value)}%`, end: 1.001 },
  hours: { label: (value, digits) => `${number(value, digits)} h` },
};

/** Chinese characters are twice as wide as Latin letters. */
function widthOf(text) {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e80 ? 1.75 : 1), 0) * LETTER_PX;
}

function shortened(text, px) {
  if (widthOf(text) <= px) return text;
  let kept = text;
  while (kept && widthOf(`${kept}…`) > px) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/**
 * `rows` have a `name` and, for each of `series`, `values[i]` with `texts[i]`; series are stacked; a row's `note` is told with its name where the mouse is. `point(row, series)` is
 * the place of a bar in what can be opened. A row that is `marked` is drawn in a colour of its own. `scale` is one of
 * count, share and hours.
 */
export function bars(rows, series, { scale = "count", whiskers = null, point = (at) => at } = {}) {
  const height = rows.length * ROW_PX + 44 + (series.length > 1 ? LEGEND_PX : 0);
  const plot = (width) => {
    // Names beside the bars: as wide as they need, up to two fifths of the chart. Two of one name stay two.
    const most = Math.min(width * 0.4, Math.max(40, ...rows.map((row) => widthOf(row.name))) + 8);
    const frame = Math.max(1, width - most - 14 - MARGIN.r);
    const { label, end = endOf(rows, frame, whiskers) } = SCALES[scale];
    return {
      margin: { ...MARGIN, l: most + 14 }, x: numbers(0, end, label), y: names(rows.map((row) => shortened(row.name.replace(/\s+/g, " "), most))),
      legend: series.length > 1 ? series.map((one) => ({ name: one.name, color: color(one.color) })) : [],
      marks: [
        ...series.flatMap((one, at) => stacked(rows, one, at, { frame: frame / end, point, written: !whiskers })),
        ...(whiskers ? lines(rows, whiskers) : []),
      ],
    };
  };
  return { plot, height };
}

/** Far enough for the longest bar with the text behind it, or with its whisker. */
function endOf(rows, frame, whiskers) {
  const value = (row) => row.values.reduce((sum, each) => sum + each, 0) + (whiskers?.(row) ?? 0);
  const end = above(rows.map(value));
  if (whiskers) return end;
  const behind = rows.map((row) => [value(row), textPx(row.texts.at(-1))]).filter(([is, px]) => px > (is / end) * frame);
  return Math.max(end, ...behind.map(([is, px]) => is / (1 - Math.min(0.5, px / frame))));
}

function textPx(text) { return widthOf(text) * DIGIT + 1.5 * GAP_PX; }

function stacked(rows, one, number, { frame, point, written }) {
  const left = rows.map((row) => row.values.slice(0, number).reduce((sum, each) => sum + each, 0));
  const right = rows.map((row, at) => left[at] + row.values[number]);
  const bar = {
    glyph: "Quad", style: { line_color: null }, points: rows.map((_, at) => point(at, number)),
    data: { left, right, top: rows.map((_, at) => at - BAR), bottom: rows.map((_, at) => at + BAR), fill_color: rows.map((row) => color(row.marked ? "grain-line" : one.color)) },
    hovers: rows.map((row) => [row.name, row.note, `${one.name} ${row.hovers?.[number] ?? row.texts[number]}`].filter(Boolean).join("\n")),
  };
  if (!written) return [bar];
  const fits = (row) => textPx(row.texts[number]) <= row.values[number] * frame;
  const inner = rows.map((row, at) => [row, at]).filter(([row]) => fits(row));
  const outer = one.inside ? [] : rows.map((row, at) => [row, at]).filter(([row]) => !fits(row));
  return [bar, texts(inner, number, left, "card"), texts(outer, number, right, "muted")];
}

function texts(rows, number, x, ink) {
  return {
    glyph: "Text", data: { x: rows.map(([, at]) => x[at]), y: rows.map(([, at]) => at), text: rows.map(([row]) => row.texts[number]) },
    style: {
      x_offset: GAP_PX, text_baseline: "middle", text_color: color(ink), text_font_size: "11px", text_font: getComputedStyle(document.body).fontFamily,
    },
  };
}

/** From the end of a bar as far as its whisker reaches, with a cap. */
function lines(rows, reach) {
  const style = { line_color: color("ink"), line_width: 1.2 };
  const x = rows.map((row) => row.values[0] + reach(row));
  const cap = CAP_PX / ROW_PX;
  return [
    { glyph: "Segment", style, data: { x0: rows.map((row) => row.values[0]), x1: x, y0: rows.map((_, at) => at), y1: rows.map((_, at) => at) } },
    { glyph: "Segment", style, data: { x0: x, x1: x, y0: rows.map((_, at) => at - cap), y1: rows.map((_, at) => at + cap) } },
  ];
}
