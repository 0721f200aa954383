/** The chart of a forecast: what was, what is expected, and the intervals around it. */
import { axis, color } from "./charts.js";
import { span } from "./days.js";
import { day, number, t } from "./words.js";

const DAY_MS = 86_400_000;
const WEEK = 7;

export function forecastChart(forecast) {
  const past = pastOf(forecast);
  const rows = [...past, ...forecast.points.map((point, at) => futureRow(point, at, past, forecast))];
  const plot = () => ({ traces: [...bands(forecast.points), line(past), expected(past, forecast.points)], layout: layout() });
  const heads = [t("forecast.start"), t("forecast.past"), t("forecast.mean"), t("forecast.interval80"), t("forecast.interval95")];
  return { plot, height: 320, rows, heads };
}

function later(start, days) { return new Date(Date.parse(`${start}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10); }

/** One row a step that is over; it opens what was counted in it. */
function pastOf({ past, past_start: first, step, selection, measure }) {
  const length = step === "week" ? WEEK : 1;
  return past.map((value, at) => {
    const since = later(first, at * length);
    const until = later(since, length - 1);
    const name = span({ since, until });
    const title = t("title.in", { day: name, what: t(measure === "contacts" ? "forecast.contacts" : "forecast.about_orders") });
    return { name, title, start: since, value, days: { since, until }, selection: value > 0 ? { ...selection, since, until } : null, cells: [number(value), "–", "–", "–"] };
  });
}

/** Of a step to come there are no conversations yet: those of the last same weekday, or of the last week, are shown and called so. */
function futureRow(point, at, past, { step, selection }) {
  const length = step === "week" ? WEEK : 1;
  const name = span({ since: point.start, until: later(point.start, length - 1) });
  const back = step === "week" ? 1 : WEEK - (at % WEEK);
  const shown = past.at(-back);
  const said = { day: name, shown: shown?.name };
  return {
    name, note: t("forecast.mark"), start: point.start, selection: shown?.selection && { ...selection, ...shown.days },
    title: t("forecast.title", said), more: { note: () => t(`forecast.note_${step}`, said) },
    cells: ["–", number(point.mean, 1), `${number(point.low80)} – ${number(point.high80)}`, `${number(point.low95)} – ${number(point.high95)}`],
  };
}

function bands(points) {
  return ["95", "80"].flatMap((level) => {
    const edge = { type: "scatter", mode: "lines", line: { width: 0 }, hoverinfo: "skip", x: points.map((point) => point.start) };
    const fill = color(`band-${level}`);
    return [{ ...edge, y: points.map((point) => point[`low${level}`]), showlegend: false },
      { ...edge, y: points.map((point) => point[`high${level}`]), fill: "tonexty", fillcolor: fill, name: t(`forecast.${level}`) }];
  });
}

/** Every point can be pressed, so every point is drawn. */
function drawn(name, ink, width) {
  return { type: "scatter", mode: "lines+markers", name, line: { color: color(ink), width }, marker: { size: 2 * width + 1, color: color(ink) }, hoverinfo: "text" };
}

function line(past) {
  return { ...drawn(t("forecast.past"), "muted", 1.6), x: past.map((row) => row.start), y: past.map((row) => row.value),
    customdata: past.map((_, at) => at), hovertext: past.map((row) => `${row.name}: ${number(row.value)}`) };
}

function expected(past, points) {
  const join = past.slice(-1);
  return { ...drawn(t("forecast.mean"), "leaf-text", 2.4),
    x: [...join.map((row) => row.start), ...points.map((point) => point.start)], y: [...join.map((row) => row.value), ...points.map((point) => point.mean)],
    customdata: [...join.map(() => past.length - 1), ...points.map((_, at) => past.length + at)],
    hovertext: [...join.map((row) => `${row.name}: ${number(row.value)}`),
      ...points.map((point) => `${t("forecast.mark")}<br>${day(point.start)}: ${number(point.mean, 1)} (${number(point.low80)} – ${number(point.high80)})`)] };
}

function layout() {
  return { margin: { l: 44, r: 8, t: 44, b: 30 }, showlegend: true,
    xaxis: axis({ type: "date", nticks: 8, showgrid: false, tickformat: t("by.format") }), yaxis: axis({ rangemode: "tozero", nticks: 6 }) };
}
