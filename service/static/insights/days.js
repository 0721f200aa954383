/** Charts over time: contacts by reason, and mood. */
import { axis, color, literal } from "./charts.js";
import { day, number, percent, signed, t, word } from "./words.js";

const MOST_REASONS = 7;
const HEIGHT = 340;

/** From which size on days are told as weeks, weeks as months. */
function step(days) { return days > 800 ? "month" : days > 100 ? "week" : "day"; }

function startOf(text, size) {
  if (size === "month") return `${text.slice(0, 8)}01`;
  if (size === "day") return text;
  const moment = new Date(`${text}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() - ((moment.getUTCDay() + 6) % 7));
  return moment.toISOString().slice(0, 10);
}

/** Rows of days put together: by the start of each day, week or month, with the days that are in it. */
function grouped(rows) {
  const days = [...new Set(rows.map((row) => row.day))].sort();
  const size = step(days.length ? (Date.parse(days.at(-1)) - Date.parse(days[0])) / 86_400_000 + 1 : 0);
  const groups = new Map();
  for (const row of rows) {
    const start = startOf(row.day, size);
    if (!groups.has(start)) groups.set(start, { start, since: row.day, until: row.day, rows: [] });
    const group = groups.get(start);
    if (row.day < group.since) group.since = row.day;
    if (row.day > group.until) group.until = row.day;
    group.rows.push(row);
  }
  return { size, groups: [...groups.values()].sort((one, other) => (one.start < other.start ? -1 : 1)) };
}

export function contactsChart(counts) {
  const totals = new Map();
  for (const row of counts) totals.set(row.reason, (totals.get(row.reason) ?? 0) + row.count);
  const named = [...totals].sort((one, other) => other[1] - one[1]).slice(0, MOST_REASONS).map(([reason]) => reason);
  const { size, groups } = grouped(counts);
  const kinds = [...named, ...(totals.size > named.length ? [null] : [])];
  const rows = kinds.flatMap((reason) => groups.map((group) => contactRow(group, reason, named)).filter(Boolean));
  const plot = () => ({ traces: kinds.map((reason, at) => reasonTrace(reason, at, rows)), layout: timeLayout("stack") });
  const cells = rows.map((row) => ({ ...row, cells: [row.label, number(row.count)] }));
  return { size, plot, height: HEIGHT, heads: ["", t("sec.contacts"), t("count")], rows: cells };
}

function contactRow(group, reason, named) {
  const mine = group.rows.filter((row) => (reason === null ? !named.includes(row.reason) : row.reason === reason));
  if (!mine.length) return null;
  const label = reasonName(reason);
  const selection = { ...mine[0].selection, since: group.since, until: group.until };
  if (reason === null) selection.reason = [...new Set(mine.map((row) => row.selection.reason))];
  const title = t("title.in", { day: span(group), what: label });
  return { name: span(group), title, label, reason, start: group.start, count: mine.reduce((sum, row) => sum + row.count, 0), selection };
}

function reasonName(reason) {
  if (reason === null) return t("reason.others");
  return reason ? word("intent", reason) : t("reason.none");
}

export function span({ since, until }) { return since === until ? day(since, true) : `${day(since)} – ${day(until, true)}`; }

function reasonTrace(reason, at, rows) {
  const mine = rows.map((row, index) => [row, index]).filter(([row]) => row.reason === reason);
  return {
    type: "bar", name: literal(reasonName(reason)), marker: { color: reason === null ? color("line") : color(`chart-${at + 1}`), line: { width: 0 } },
    x: mine.map(([row]) => row.start), y: mine.map(([row]) => row.count), customdata: mine.map(([, index]) => index),
    hoverinfo: "text", hovertext: mine.map(([row]) => `${literal(row.label)}<br>${literal(row.name)}: ${number(row.count)}`),
  };
}

export function moodChart(moods) {
  const { size, groups } = grouped(moods);
  const rows = groups.map(moodRow);
  const plot = () => ({ traces: [moodBars(rows, "good", "leaf-text", 1), moodBars(rows, "bad", "alarm", -1), moodLine(rows)], layout: moodLayout() });
  const heads = ["", t("mood.mean"), t("mood.good"), t("mood.bad")];
  // Bars open their own side; their rows stand behind those of the table.
  const sides = ["good", "bad"].flatMap((side) => rows.map((row) => ({
    ...row, title: t("title.in", { day: row.name, what: t(`mood.${side}`) }), selection: { ...row.selection, mood: side } })));
  return { size, plot, height: HEIGHT, heads, rows, points: [...sides, ...rows] };
}

function moodRow(group) {
  const count = group.rows.reduce((sum, row) => sum + row.count, 0);
  const mean = (value) => group.rows.reduce((sum, row) => sum + value(row), 0) / count;
  const found = { mood: mean((row) => row.mood * row.count), good: mean((row) => row.good), bad: mean((row) => row.bad) };
  const selection = { ...group.rows[0].selection, since: group.since, until: group.until };
  return { name: span(group), start: group.start, count, ...found, selection, cells: [signed(found.mood, 2), percent(found.good), percent(found.bad)] };
}

function moodBars(rows, side, ink, sign) {
  const offset = side === "good" ? 0 : rows.length;
  return {
    type: "bar", name: t(`mood.${side}`), marker: { color: color(ink), opacity: 0.75, line: { width: 0 } },
    x: rows.map((row) => row.start), y: rows.map((row) => sign * row[side]), customdata: rows.map((_, index) => offset + index),
    hoverinfo: "text", hovertext: rows.map((row) => `${row.name}<br>${t(`mood.${side}`)}: ${percent(row[side])}`),
  };
}

function moodLine(rows) {
  return {
    type: "scatter", mode: "lines", name: t("mood.mean"), line: { color: color("ink"), width: 2 },
    x: rows.map((row) => row.start), y: rows.map((row) => row.mood), customdata: rows.map((_, index) => 2 * rows.length + index),
    hoverinfo: "text", hovertext: rows.map((row) => `${row.name}<br>${t("mood.mean")}: ${signed(row.mood, 2)}`),
  };
}

function moodLayout() {
  return { ...timeLayout("relative"), yaxis: axis({ tickformat: ".1~f", nticks: 6, zerolinewidth: 1 }) };
}

export function timeLayout(barmode) {
  return {
    barmode, bargap: 0.18, margin: { l: 44, r: 8, t: 44, b: 30 }, showlegend: true,
    xaxis: axis({ type: "date", nticks: 8, showgrid: false, hoverformat: "", tickformat: t("by.format") }),
    yaxis: axis({ rangemode: "tozero", nticks: 6, separatethousands: true }),
  };
}
