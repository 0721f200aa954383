/** The chart of a forecast: what was, what is expected, and the intervals around it. */
import { axis, color } from "./charts.js";
import { day, number, t } from "./words.js";

export function forecastChart(forecast) {
  const points = forecast.points;
  const past = pastOf(forecast);
  const plot = () => ({ traces: [...bands(points), line(past), expected(past, points)], layout: layout() });
  const rows = points.map((point) => ({ name: day(point.start, true), cells: [
    number(point.mean, 1), `${number(point.low80)} – ${number(point.high80)}`, `${number(point.low95)} – ${number(point.high95)}`] }));
  return { plot, height: 320, rows, heads: [t("forecast.start"), t("forecast.mean"), t("forecast.interval80"), t("forecast.interval95")] };
}

/** The last values end where the forecast begins. */
function pastOf({ past, points, step }) {
  const first = Date.parse(`${points[0].start}T00:00:00Z`);
  const length = (step === "week" ? 7 : 1) * 86_400_000;
  return past.map((value, at) => [new Date(first - (past.length - at) * length).toISOString().slice(0, 10), value]);
}

function bands(points) {
  return ["95", "80"].flatMap((level) => {
    const edge = { type: "scatter", mode: "lines", line: { width: 0 }, hoverinfo: "skip", x: points.map((point) => point.start) };
    const fill = color(`band-${level}`);
    return [{ ...edge, y: points.map((point) => point[`low${level}`]), showlegend: false },
      { ...edge, y: points.map((point) => point[`high${level}`]), fill: "tonexty", fillcolor: fill, name: t(`forecast.${level}`) }];
  });
}

function line(past) {
  return { type: "scatter", mode: "lines", name: t("forecast.past"), line: { color: color("muted"), width: 1.6 },
    x: past.map(([start]) => start), y: past.map(([, value]) => value),
    hoverinfo: "text", hovertext: past.map(([start, value]) => `${day(start)}: ${number(value)}`) };
}

function expected(past, points) {
  const join = past.length ? [past.at(-1)] : [];
  return { type: "scatter", mode: "lines", name: t("forecast.mean"), line: { color: color("leaf-text"), width: 2.4 },
    x: [...join.map(([start]) => start), ...points.map((point) => point.start)], y: [...join.map(([, value]) => value), ...points.map((point) => point.mean)],
    hoverinfo: "text", hovertext: [...join.map(() => ""), ...points.map((point) => `${day(point.start)}: ${number(point.mean, 1)} (${number(point.low80)} – ${number(point.high80)})`)] };
}

function layout() {
  return { margin: { l: 44, r: 8, t: 44, b: 30 }, showlegend: true,
    xaxis: axis({ type: "date", nticks: 8, showgrid: false, tickformat: t("by.format") }), yaxis: axis({ rangemode: "tozero", nticks: 6 }) };
}
