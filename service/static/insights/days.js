/** Charts over time: contacts by reason, and mood. */
import { above, moments, numbers } from "./axes.js";
import { color } from "./colors.js";
import { day, number, percent, signed, t, word } from "./words.js";

const MOST_REASONS = 7;
const HEIGHT = 340;
const DAY_MS = 86_400_000;
const BAR = 0.41;
export const MARGIN = { l: 44, r: 8, t: 44, b: 30 };

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
  const size = step(days.length ? (Date.parse(days.at(-1)) - Date.parse(days[0])) / DAY_MS + 1 : 0);
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
  const plot = () => contactsPicture(kinds, groups, rows);
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

/** The bars of each kind stand on those of the kinds before. */
function contactsPicture(kinds, groups, rows) {
  const time = timeOf(groups.map((group) => group.start));
  const reached = new Map(groups.map((group) => [group.start, 0]));
  const marks = kinds.map((reason, kind) => {
    const mine = rows.map((row, point) => ({ row, point })).filter(({ row }) => row.reason === reason);
    const bars = mine.map(({ row }) => ({ start: row.start, from: reached.get(row.start), to: reached.get(row.start) + row.count }));
    for (const { start, to } of bars) reached.set(start, to);
    return {
      ...time.bars(bars, inkOf(reason, kind)), points: mine.map(({ point }) => point),
      hovers: mine.map(({ row }) => `${row.label}\n${row.name}: ${number(row.count)}`),
    };
  });
  const legend = kinds.map((reason, kind) => ({ name: reasonName(reason), color: inkOf(reason, kind) }));
  return { x: time.scale, y: numbers(0, above([...reached.values()]), number), margin: MARGIN, legend, marks };
}

function inkOf(reason, kind) { return color(reason === null ? "line" : `chart-${kind + 1}`); }

export function moodChart(moods) {
  const { size, groups } = grouped(moods);
  const rows = groups.map(moodRow);
  const plot = () => moodPicture(rows);
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

function moodPicture(rows) {
  const time = timeOf(rows.map((row) => row.start));
  const entry = (name, ink, line) => ({ name: t(`mood.${name}`), color: color(ink), line });
  const ends = [-above(rows.flatMap((row) => [row.bad, -row.mood])), above(rows.flatMap((row) => [row.good, row.mood]))];
  const label = (value, digits) => (value < 0 ? "−" : "") + number(Math.abs(value), value ? digits : 0);
  return {
    x: time.scale, y: numbers(...ends, label), margin: MARGIN,
    legend: [entry("good", "leaf-text"), entry("bad", "alarm"), entry("mean", "ink", true)],
    marks: [moodBars(time, rows, "good", "leaf-text", 1), moodBars(time, rows, "bad", "alarm", -1), moodLine(rows)],
  };
}

function moodBars(time, rows, side, ink, sign) {
  const offset = side === "good" ? 0 : rows.length;
  const bars = time.bars(rows.map((row) => ({ start: row.start, from: 0, to: sign * row[side] })), color(ink));
  return {
    ...bars, style: { ...bars.style, fill_alpha: 0.75 }, points: rows.map((_, index) => offset + index),
    hovers: rows.map((row) => `${row.name}\n${t(`mood.${side}`)}: ${percent(row[side])}`),
  };
}

function moodLine(rows) {
  return {
    glyph: "Line", style: { line_color: color("ink"), line_width: 2 }, data: { x: rows.map((row) => Date.parse(row.start)), y: rows.map((row) => row.mood) },
    points: rows.map((_, index) => 2 * rows.length + index), hovers: rows.map((row) => `${row.name}\n${t("mood.mean")}: ${signed(row.mood, 2)}`),
  };
}

/** The scale of some days, and bars on it. */
function timeOf(starts) {
  const at = starts.map((start) => Date.parse(start));
  const step = Math.min(...at.slice(1).map((moment, index) => moment - at[index]), Infinity);
  const room = Number.isFinite(step) ? step : DAY_MS;
  const bars = (list, ink) => ({
    glyph: "Quad", style: { line_color: null, fill_color: ink },
    data: {
      left: list.map(({ start }) => Date.parse(start) - BAR * room), right: list.map(({ start }) => Date.parse(start) + BAR * room),
      bottom: list.map(({ from }) => from), top: list.map(({ to }) => to),
    },
  });
  return { scale: moments(at[0] - room / 2, at.at(-1) + room / 2, t("by.format")), bars };
}
