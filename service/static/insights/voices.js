/** What customers say: complaints, questions without an answer, ratings and reasons, examples. */
import { el } from "../chat/dom.js";
import { bars } from "./bars.js";
import { chart, opener, table } from "./charts.js";
import { examples } from "./examples.js";
import { lead, nothing } from "./section.js";
import { moment, number, percent, said, t, valueName, word } from "./words.js";

const DONE = "closed";
const MOST_ROWS = 15;

export async function loadComplaints({ get, filter, unmasked }) {
  const [counts, list] = await Promise.all([
    get("/v1/insights/complaints", filter), get("/v1/complaints", { limit: 100, unmasked: unmasked?.() ?? false }),
  ]);
  return { counts, list: list.complaints };
}

export function drawComplaints({ counts, list }, context) {
  const due = list.filter((each) => each.status !== DONE).sort((one, other) => other.overdue - one.overdue || (one.due_at ?? "9").localeCompare(other.due_at ?? "9"));
  return [
    el("h3", {}, t("complaint.by_kind")), counts.length ? kinds(counts, context.open) : nothing(),
    el("h3", {}, t("complaint.open")), due.length ? waiting(due.slice(0, MOST_ROWS), context) : nothing("complaint.no_open"),
  ];
}

function kinds(counts, open) {
  const found = new Map();
  for (const each of counts) found.set(each.kind, [...(found.get(each.kind) ?? []), each]);
  const rows = [...found].map(([kind, parts]) => {
    const count = parts.reduce((sum, each) => sum + each.count, 0);
    const { product_id: product, ...selection } = parts[0].selection;
    const same = parts.every((each) => each.selection.product_id === product);
    return { name: word("complaint", kind), values: [count], texts: [number(count)], cells: [number(count)], selection: same ? parts[0].selection : selection };
  }).sort((one, other) => other.values[0] - one.values[0]);
  return chart("complaints", "", { ...bars(rows, [{ name: t("handovers.count"), color: "leaf-text" }]), rows, heads: ["", t("count")] }, open);
}

function waiting(list, { talk }) {
  return el("ul", { class: "cases" }, list.map((each) => el("li", { class: each.overdue ? "case late" : "case", testid: "complaint" },
    el("p", { class: "case-head" },
      el("span", { class: "badge" }, word("complaint", each.kind)),
      each.overdue && el("span", { class: "badge alarm", testid: "late" }, t("complaint.late")),
      each.urgent && el("span", { class: "badge grain" }, t("complaint.urgent")),
      el("span", { class: "muted" }, [t(`status.${each.status}`), said(each.department_name) || each.department, each.due_at && t("complaint.due", { at: moment(each.due_at) })].filter(Boolean).join(" · "))),
    el("p", { class: "case-text", lang: each.language }, each.text),
    talk && each.conversation_id && el("button", { type: "button", class: "link", onclick: () => talk(each.conversation_id) }, t("ins.open")))));
}

export function drawUnanswered(questions, { open }) {
  if (!questions.length) return nothing();
  const rows = questions.slice(0, MOST_ROWS).map((each) => ({
    name: each.question, selection: each.selection, title: t("fig.unanswered"), cells: [number(each.count), word("lang", each.language), moment(each.last_at)],
  }));
  return table(["question", "count", "language", "last"].map((name) => t(`unanswered.${name}`)), rows, open);
}

export async function loadSatisfaction({ get, filter }) {
  const [scores, reasons] = await Promise.all([get("/v1/insights/satisfaction", filter), get("/v1/insights/reasons", filter)]);
  return { scores, reasons, computing: reasons.computing };
}

export function drawSatisfaction({ scores, reasons }, context) {
  const all = scores.overall;
  return [
    el("dl", { class: "shares" }, score(t("sat.mean"), all.mean), ...["satisfied", "response", "thumbs"].map((name) => share(t(`sat.${name}`), all[name === "thumbs" ? "thumbs_up" : name]))),
    el("h3", {}, t("sat.by")), table(["", "conversations", "mean", "satisfied", "response"].map((name) => name && t(`sat.${name}`)), [
      ...rows(scores.by_language, "language", context.filter), ...rows(scores.by_channel, "channel", context.filter)], context.open),
    el("h3", {}, t("sat.reasons")), reasonList(reasons, context),
  ];
}

function score(name, mean) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, mean === null ? "–" : number(mean, 2)));
}

function share(name, { part, whole, value, low, high }) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, percent(value)),
    whole > 0 && el("dd", { class: "muted" }, `${t("sat.of", { part: number(part), whole: number(whole) })} · ${t("sat.interval", { low: percent(low, 0), high: percent(high, 0) })}`));
}

function rows(groups, dimension, filter) {
  return Object.entries(groups).map(([name, each]) => ({
    name: valueName(dimension, name), selection: { ...filter, [dimension]: name || "-", csat: "rated" }, title: `${valueName(dimension, name)}: ${t("fig.response_rate")}`,
    cells: [number(each.conversations), each.mean === null ? "–" : number(each.mean, 2), percent(each.satisfied.value), percent(each.response.value)],
  }));
}

function reasonList({ result, error }, context) {
  if (error) return el("p", { class: "state" }, t("ins.failed", { why: error }));
  if (!result) return el("p", { class: "state" }, t("ins.computing"));
  if (!result.groups.length) return nothing("sat.no_reasons");
  return el("ul", { class: "cases" }, result.groups.slice(0, 8).map((each) => el("li", { class: "case" },
    el("p", { class: "case-head" }, el("b", {}, number(each.count)), each.title), examples(each.conversations, context))));
}

/** Top reasons with what a few customers said, as a report has them. */
export function drawExamples(list, { open }) {
  if (!list.length) return nothing();
  return el("ul", { class: "cases" }, list.map((each) => el("li", { class: "case" },
    el("p", { class: "case-head" }, el("b", {}, opener({ name: word("intent", each.name) }, open)), el("span", { class: "muted" }, t("examples.count", { count: number(each.count), share: percent(each.share) }))),
    each.texts.map((text) => el("p", { class: "case-text quote" }, text)))));
}
