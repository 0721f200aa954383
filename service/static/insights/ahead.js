/** What was found and what comes: findings, forecasts, who will write, risks. */
import { el } from "../chat/dom.js";
import { outreachOf } from "./about.js";
import { chart, table } from "./charts.js";
import { examples } from "./examples.js";
import { forecastChart } from "./forecastplot.js";
import { lead, nothing, picker } from "./section.js";
import { hours, number, percent, productName, said, t, valueName, word } from "./words.js";

const MOST_ROWS = 25;

export function drawFindings({ findings, tests_made: tests, alpha }, context) {
  const note = el("p", { class: "note" }, t("finding.note", { tests: number(tests), alpha: percent(alpha, 0) }));
  if (!findings.length) return [nothing("finding.none"), note];
  return [el("ol", { class: "findings" }, findings.map((each) => finding(each, context))), note];
}

function finding(each, context) {
  const what = said(each.what);
  return el("li", { class: "finding", testid: "finding" },
    el("p", { class: "case-head" }, el("span", { class: "rank" }, number(each.rank)), el("span", { class: "badge grain" }, t(`finding.kind.${each.kind}`))),
    el("h3", {}, what), el("p", {}, said(each.gain)), el("p", { class: "suggestion" }, said(each.suggestion)),
    evidence(each.evidence),
    el("div", { class: "links" },
      context.open && opened(each, what, context),
      examples(each.conversations, context)));
}

function opened({ selection, opens }, what, { open }) {
  if (!selection) return null;
  if (!opens) return el("span", { class: "muted" }, t("finding.opens_none"));
  return el("button", { type: "button", class: "link", testid: "finding-open", onclick: () => open(selection, what) }, t("finding.open", { count: number(opens) }));
}

function evidence(found) {
  const value = (it) => (found.unit === "hours" ? hours(it) : found.unit === "share" ? percent(it) : number(it, 1));
  const apart = found.unit === "hours" ? `${hours(found.low)} – ${hours(found.high)}` : `${number(found.low, 1)}× – ${number(found.high, 1)}×`;
  const chance = found.adjusted_p < 0.0001 ? "< 0.0001" : number(found.adjusted_p, 4);
  const pairs = [["here", value(found.here)], ["elsewhere", value(found.elsewhere)], ["interval", apart], ["n", number(found.n)],
    [found.unit === "hours" ? "slow" : "events", number(found.events)], ["p", chance]];
  return el("dl", { class: "evidence" }, pairs.map(([name, text]) => el("div", {}, el("dt", {}, t(`finding.${name}`)), el("dd", {}, text))));
}

export function drawForecasts({ forecasts }, context, section) {
  if (!forecasts.length) return nothing("forecast.none");
  const step = section.step ??= "day";
  const mine = forecasts.filter((each) => each.step === step);
  const shown = mine.find((each) => keyOf(each) === section.series) ?? mine[0];
  const again = (values) => { Object.assign(section, values); section.show(); };
  const pickers = el("div", { class: "pickers" },
    picker("forecast-series", t("forecast.what"), mine.map((each) => [keyOf(each), nameOf(each)]), shown && keyOf(shown), (series) => again({ series })),
    picker("forecast-step", t("forecast.step"), ["day", "week"].map((name) => [name, t(`forecast.${name}`)]), step, (value) => again({ step: value })));
  if (!shown) return [pickers, nothing("forecast.none")];
  return [pickers, lead(`${told(shown)} ${shown.measure === "pieces" ? t("forecast.of_orders") : ""}`), chart("forecast", "", forecastChart(shown), context.open)];
}

function keyOf(each) { return [each.measure, each.dimension, each.key].join("/"); }

function nameOf(each) {
  const measure = t(`forecast.${each.measure === "contacts" ? "contacts" : "pieces"}`);
  if (each.dimension === "total") return `${measure}: ${t("forecast.total")}`;
  const name = each.dimension === "reason" ? word("intent", each.key) : each.dimension === "product" ? productName(each.key) : word("category", each.key);
  return `${measure}: ${name}`;
}

function told(each) {
  const total = number(each.total);
  if (each.error === null) return t("forecast.lead_short", { total });
  return t("forecast.lead", { total, origins: each.origins, error: number(each.error, 1), baseline: number(each.baseline_error, 1) });
}

export function drawOutreach({ count, rows }, { open }) {
  if (!count) return nothing("outreach.none");
  const shown = rows.slice(0, MOST_ROWS).map((each) => ({
    name: each.customer, selection: each.selection, title: t("outreach.title", { customer: each.customer }), more: { about: (get, unmasked) => outreachOf(each.selection.customer, get, unmasked) },
    cells: [said(each.why), `${percent(each.probability, 0)} (${percent(each.low, 0)} – ${percent(each.high, 0)})`,
      t(`held.${each.held ? each.held.replaceAll(" ", "_") : "nothing"}`),
      el("details", { class: "fold" }, el("summary", {}, t("outreach.message")), el("p", { lang: each.language, class: "letter" }, each.message))],
  }));
  return [lead(t("outreach.lead", { count: number(count) })),
    table(["customer", "why", "chance", "held", "message"].map((name) => t(`outreach.${name}`)), shown, open, { class: "plain words" })];
}

export function drawRisks({ flags, fairness }, context) {
  const found = flags.length ? el("ol", { class: "findings" }, flags.map((each) => flag(each, context))) : nothing("risk.none");
  return [lead(t("risk.lead")), found, fairness.groups.length > 0 && fair(fairness, context)];
}

function flag(each, context) {
  return el("li", { class: "finding", testid: "risk" },
    el("p", { class: "case-head" }, el("span", { class: "rank" }, number(each.rank)), el("span", { class: "badge alarm" }, t(`risk.kind.${each.kind}`)),
      el("span", { class: "muted" }, [each.staff, ...each.customers.slice(0, 6)].filter(Boolean).join(", "))),
    el("p", {}, said(each.evidence)), el("p", { class: "suggestion" }, said(each.suggestion)),
    el("div", { class: "links" },
      context.open && each.selection && el("button", { type: "button", class: "link", testid: "risk-open", onclick: () => context.open(each.selection, t(`risk.kind.${each.kind}`)) }, t("risk.open")),
      examples(each.conversations.slice(0, 5), context)));
}

function fair({ groups, warnings }, { open }) {
  const rows = groups.map((each) => {
    const name = `${t(`risk.by.${each.dimension}`)}: ${each.dimension === "language" ? word("lang", each.name) : valueName("", each.name)}`;
    return {
      name, class: each.warned ? "marked" : null, selection: each.selection, title: t("risk.of_group", { count: number(each.flagged.part), name }),
      cells: [`${number(each.flagged.part)} / ${number(each.flagged.whole)}`, percent(each.flagged.value), `${percent(each.flagged.low)} – ${percent(each.flagged.high)}`],
    };
  });
  return el("details", { class: "fold" }, el("summary", {}, t("risk.fairness")),
    warnings.map((each) => el("p", { class: "warning" }, said(each))),
    table(["group", "flagged", "share", "interval"].map((name) => t(`risk.${name}`)), rows, open));
}
