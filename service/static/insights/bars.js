/** Charts of bars that lie, so that names have room. */
import { axis, color, literal } from "./charts.js";

const ROW_PX = 30;
const LETTER_PX = 7.2;

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

/** Names beside the bars: as wide as they need, up to two fifths of the chart. Two of one name stay two. */
function nameAxis(names, width) {
  const most = Math.min(width * 0.4, Math.max(40, ...names.map(widthOf)) + 8);
  const layout = axis({
    type: "category", autorange: "reversed", showgrid: false, ticks: "outside", ticklen: 6, tickcolor: "transparent",
    tickvals: names.map((_, at) => at), ticktext: names.map((name) => literal(shortened(name, most))),
    categoryorder: "array", categoryarray: names.map((_, at) => at),
  });
  return { layout, room: most + 14 };
}

/**
 * `rows` have a `name` and, for each of `series`, `values[i]` with `texts[i]`; series are stacked; a row's `note` is told with its name where the mouse is. `point(row, series)` is
 * the place of a bar in what can be opened. A row that is `marked` is drawn in a colour of its own.
 */
export function bars(rows, series, { scale = {}, whiskers = null, point = (at) => at, stacked = true } = {}) {
  const height = rows.length * ROW_PX + 44 + (series.length > 1 ? 34 : 0);
  const plot = (width) => {
    const names = nameAxis(rows.map((row) => row.name), width);
    return {
      traces: series.map((one, number) => trace(rows, one, number, whiskers, point)),
      layout: {
        barmode: stacked ? "stack" : "group", bargap: 0.3, showlegend: series.length > 1,
        margin: { l: names.room, r: 44, t: series.length > 1 ? 36 : 6, b: 34 },
        yaxis: names.layout, xaxis: axis({ rangemode: "tozero", nticks: 6, ...scale }),
      },
    };
  };
  return { plot, height };
}

function trace(rows, one, number, whiskers, point) {
  return {
    type: "bar", orientation: "h", name: literal(one.name),
    y: rows.map((_, at) => at), x: rows.map((row) => row.values[number]),
    customdata: rows.map((_, at) => point(at, number)), cliponaxis: false,
    text: rows.map((row) => literal(row.texts[number])), textposition: whiskers ? "none" : one.inside ? "inside" : "auto", textangle: 0, insidetextanchor: "start",
    insidetextfont: { color: color("card"), size: 11 }, outsidetextfont: { color: color("muted"), size: 11 },
    marker: { color: rows.map((row) => color(row.marked ? "grain-line" : one.color)), line: { width: 0 } },
    hoverinfo: "text", hovertext: rows.map((row) => `${literal(row.name)}${row.note ? `<br>${literal(row.note)}` : ""}<br>${literal(one.name)} ${literal(row.hovers?.[number] ?? row.texts[number])}`),
    error_x: whiskers ? { type: "data", symmetric: false, color: color("ink"), thickness: 1.2, width: 4, array: rows.map(whiskers), arrayminus: rows.map(() => 0) } : { visible: false },
  };
}
