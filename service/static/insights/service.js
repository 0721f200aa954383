/** How service goes: over the days, by channel, by stage, and where it stops. */
import { el } from "../chat/dom.js";
import { bars } from "./bars.js";
import { chart, table } from "./charts.js";
import { contactsChart, moodChart } from "./days.js";
import { lead, nothing, picker } from "./section.js";
import { hours, number, percent, productName, ruleName, signed, t, valueName, word } from "./words.js";

const MOST_BARS = 12;
const ENDINGS = [["solved", "leaf-text"], ["handed_over", "grain-line"], ["abandoned", "alarm"]];
export const PROCESSES = ["delivery", "return", "exchange", "repair", "complaint"];
export const DIMENSIONS = ["carrier", "warehouse", "region", "product_id", "reason", "channel", "language"];

export function drawContacts(counts, { open }) {
  if (!counts.length) return nothing();
  const it = contactsChart(counts);
  return [lead(t("contacts.lead", { by: t(`by.${it.size}`) })), chart("contacts", "", it, open)];
}

export function drawMood(moods, { open }) {
  if (!moods.length) return nothing();
  const it = moodChart(moods);
  return [lead(t("mood.lead", { by: t(`by.${it.size}`) })), chart("sentiment", "", it, open)];
}

export function drawEndings(channels, { open }) {
  if (!channels.length) return nothing();
  const rows = channels.map((each) => ({
    name: `${valueName("channel", each.channel)} · ${word("lang", each.language)}`, selection: each.selection, each,
    values: ENDINGS.map(([ending]) => each[ending]), texts: ENDINGS.map(([ending]) => percent(each[ending], 0)),
    cells: [number(each.count), ...ENDINGS.map(([ending]) => percent(each[ending])), signed(each.mood, 2), each.csat === null ? "–" : number(each.csat, 2)],
  }));
  const series = ENDINGS.map(([ending, color]) => ({ name: t(`res.${ending}`), color, inside: true }));
  const points = rows.flatMap((row) => ENDINGS.map(([ending]) => (
    { selection: { ...row.selection, resolution: ending }, title: `${row.name}, ${t(`res.${ending}`)}` })));
  const drawn = bars(rows, series, { scale: "share", point: (at, one) => at * ENDINGS.length + one });
  const heads = ["", t("fig.contacts"), ...series.map((one) => one.name), t("fig.mood"), t("fig.csat")];
  return [lead(t("resolution.lead")), chart("resolution", "", { ...drawn, heads, rows, points }, open)];
}

/** What is chosen stays with the section. */
export async function loadStages({ get, filter }, section) {
  const process = section.process ??= "return";
  const by = section.by ??= "";
  const [whole, split] = await Promise.all([
    get("/v1/insights/stages", { ...filter, process }),
    by ? get("/v1/insights/stages", { ...filter, process, by }) : [],
  ]);
  return { process, by, whole, split };
}

export function drawStages({ process, by, whole, split }, context, section) {
  const again = (values) => { Object.assign(section, values); section.refresh(context); };
  const pickers = el("div", { class: "pickers" },
    picker("stage-process", t("stage.process"), PROCESSES.map((name) => [name, t(`process.${name}`)]), process, (value) => again({ process: value })),
    picker("stage-by", t("stage.by"), [["", t("stage.whole")], ...DIMENSIONS.map((name) => [name, t(`dim.${name}`)])], by, (value) => again({ by: value })));
  if (!whole.length) return [pickers, nothing()];
  const slowest = whole.reduce((most, each) => ((each.median ?? 0) > (most.median ?? 0) ? each : most));
  const marked = slowest.median !== null && whole.length > 1;
  const words = marked ? t("stage.lead_bottleneck", { stage: t(`step.${slowest.stage}`), hours: hours(slowest.median) }) : "";
  return [pickers, lead(`${t("stage.lead")} ${words}`),
    timesChart("stages", "", whole, (each) => t(`step.${each.stage}`), (each) => marked && each === slowest, context.open),
    split.length > 0 && timesChart("stage-values", `${t(`step.${split[0].stage}`)}: ${t(`dim.${by}`)}`, split.slice(0, MOST_BARS), (each) => valueName(by, each.value), () => false, context.open)];
}

function timesChart(id, caption, times, name, marked, open) {
  const rows = times.map((each) => {
    const is = marked(each);
    const cells = [hours(each.median), hours(each.p90), number(each.count), number(each.waiting)];
    return { name: is ? `${name(each)} · ${t("stage.bottleneck")}` : name(each), marked: is, class: is ? "marked" : null, selection: each.selection, title: name(each), cells,
      values: [each.median ?? 0], texts: [hours(each.median)], hovers: [`${cells[0]}, ${t("stage.p90")} ${cells[1]}`], reach: Math.max(0, (each.p90 ?? 0) - (each.median ?? 0)) };
  });
  const drawn = bars(rows, [{ name: t("stage.median"), color: "leaf-text" }], { whiskers: (row) => row.reach, scale: "hours" });
  return chart(id, caption, { ...drawn, heads: ["", t("stage.median"), t("stage.p90"), t("stage.count"), t("stage.waiting")], rows }, open);
}

export function drawStops(stops, { open }) {
  if (!stops.length) return nothing();
  const rows = stops.slice(0, MOST_BARS).map((each) => {
    const name = each.reason ? ruleName(each.reason) : t("handover.none");
    return {
      name, note: each.reason === name ? "" : each.reason, selection: each.selection, marked: each.of === "refuse",
      title: `${t(`handovers.${each.of}`)}: ${name}`, values: [each.count], texts: [number(each.count)],
      cells: [t(`handovers.${each.of}`), number(each.count)],
    };
  });
  const drawn = bars(rows, [{ name: t("handovers.count"), color: "leaf-text" }]);
  return chart("handovers", "", { ...drawn, rows, heads: ["", t("sec.handovers"), t("handovers.count")] }, open);
}

export function drawProducts(products, { open }) {
  if (!products.length) return nothing();
  const rows = products.slice(0, MOST_BARS).map((each) => ({
    name: productName(each.product_id), selection: each.selection,
    cells: [each.per_100 === null ? "–" : number(each.per_100, 1), number(each.orders), number(each.contacts), number(each.complaints), signed(each.mood, 2)],
  }));
  return table(["product", "per_100", "orders", "contacts", "complaints", "mood"].map((name) => t(`prod.${name}`)), rows, open);
}
