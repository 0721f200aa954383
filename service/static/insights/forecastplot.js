/** The chart of a forecast: what was, what is expected, and the intervals around it. */
import { above, moments, numbers } from "./axes.js";
import { color } from "./colors.js";
import { MARGIN, span } from "./days.js";
import { day, number, t } from "./words.js";

const DAY_MS = 86_400_000;
const WEEK = 7;

export function forecastChart(forecast) {
  const past = pastOf(forecast);
  const rows = [...past, ...forecast.points.map((point, at) => futureRow(point, at, past, forecast))];
  const plot = () => picture(past, forecast.points);
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

function picture(past, points) {
  const series = [line(past), expected(past, points)];
  const days = series.flatMap(({ x }) => x);
  const values = [...series.flatMap(({ y }) => y), ...points.flatMap((point) => [point.low95, point.high95])];
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const room = (last - first) / 50 || DAY_MS;
  const low = Math.min(0, ...values);
  return {
    x: moments(first - room, last + room, t("by.format")), y: numbers(low && 1.05 * low, above(values), number), margin: MARGIN,
    legend: [
      ...["95", "80"].map((level) => ({ name: t(`forecast.${level}`), color: color(`band-${level}`) })),
      { name: t("forecast.past"), color: color("muted"), line: true }, { name: t("forecast.mean"), color: color("leaf-text"), line: true },
    ],
    marks: [...bands(points), ...series.flatMap(painted)],
  };
}

function bands(points) {
  return ["95", "80"].map((level) => ({
    glyph: "VArea", style: { fill_color: color(`band-${level}`) },
    data: { x: points.map((point) => Date.parse(point.start)), y1: points.map((point) => point[`low${level}`]), y2: points.map((point) => point[`high${level}`]) },
  }));
}

/** Every point can be pressed, so every point is painted. */
function painted({ x, y, ink, width, points, hovers }) {
  return [
    { glyph: "Line", style: { line_color: color(ink), line_width: width }, data: { x, y } },
    { glyph: "Scatter", style: { size: 2 * width + 1, fill_color: color(ink), line_color: null }, data: { x, y }, points, hovers },
  ];
}

function line(past) {
  return {
    ink: "muted", width: 1.6, x: past.map((row) => Date.parse(row.start)), y: past.map((row) => row.value),
    points: past.map((_, at) => at), hovers: past.map((row) => `${row.name}: ${number(row.value)}`),
  };
}

function expected(past, points) {
  const join = past.slice(-1);
  return {
    ink: "leaf-text", width: 2.4, x: [...join, ...points].map(({ start }) => Date.parse(start)), y: [...join.map((row) => row.value), ...points.map((point) => point.mean)],
    points: [...join.map(() => past.length - 1), ...points.map((_, at) => past.length + at)],
    hovers: [...join.map((row) => `${row.name}: ${number(row.value)}`),
      ...points.map((point) => `${t("forecast.mark")}\n${day(point.start)}: ${number(point.mean, 1)} (${number(point.low80)} – ${number(point.high80)})`)],
  };
}
