/** One case: what it is about, what was not right, the conversation, and how the shop was left. */
import { badge } from "./list.js";
import { pairOfCase, sibling } from "./data.js";
import { el, plain } from "./dom.js";
import { label } from "./filter.js";
import { linkTo } from "./place.js";
import { changes, findings } from "./parts.js";
import { conversation } from "./turns.js";

export function caseView(record) {
  return el("article", { class: "case" },
    el("p", { class: "case-line" }, badge(record.status), " ", record.about ?? ""),
    record.error && el("div", { class: "wrong", testid: "error" }, el("b", {}, "Stopped: "), el("span", { class: "typed" }, record.error)),
    findings(record.findings, undefined),
    facts(record),
    conversation(record),
    el("section", { class: "after" }, el("h3", {}, "The shop afterwards"), changes(record)));
}

function facts(record) {
  const other = sibling(record);
  const pair = pairOfCase(record.key);
  const rows = [
    ["Suite", `${record.suite} (${record.kind})`],
    ["Language", label("language", record.language)],
    ["Customer", [record.customer, ...Object.entries(record.groups ?? {}).map(([name, value]) => `${name} ${value}`)].filter(Boolean).join(", ")],
    ["Other words", record.variant],
    ["Trial", record.trial ? String(record.trial + 1) : ""],
    ["Intents", plain(record.intents ?? [])],
    ["Tags", plain(record.tags ?? [])],
    ["Scores", Object.entries(record.scores ?? {}).map(([name, value]) => `${name} ${value.toFixed(3)}`).join(", ")],
    ["In the other language", other && el("a", { href: linkTo({ case: other.key }) }, other.key, " (", label("status", other.status), ")")],
    ["Since the other run", pair && el("a", { href: linkTo({ pair: pair.id }) }, pair.way.replaceAll("_", " "))],
  ];
  return el("dl", { class: "details" }, rows.filter(([, value]) => value)
    .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
