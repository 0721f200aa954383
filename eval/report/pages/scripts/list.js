/** The list of cases: a page of them at a time, so that thousands stay quick. */
import { byId, el, langOf, many, reason } from "./dom.js";
import { pairOfCase } from "./data.js";
import { found, label, sorted } from "./filter.js";
import { address, chosen, follow, linkTo } from "./place.js";

const PAGE = 50;
let shown = [];
let listed = null;

export function list() {
  byId("more").addEventListener("click", more);
  follow(show);
}

/** The cases of the list, in its order: to go from one to the next. */
export function inOrder() {
  return shown;
}

function show() {
  const filters = address(chosen());
  // Opening a case changes the address, too; the list stays.
  if (filters === listed) return;
  listed = filters;
  shown = sorted(found());
  byId("list").replaceChildren();
  byId("count").textContent = shown.length ? many(shown.length, "case") : "No case is like that.";
  more();
}

function more() {
  const from = byId("list").childElementCount;
  const rows = shown.slice(from, from + PAGE).map(row);
  byId("list").append(...rows);
  const left = shown.length - from - rows.length;
  byId("more").hidden = left === 0;
  byId("more").textContent = `Show ${Math.min(PAGE, left)} more of ${left.toLocaleString("en")}`;
  if (from) rows[0]?.querySelector("a").focus();
}

function row(record) {
  return el("tr", { class: record.status, testid: "row" },
    el("th", { scope: "row" },
      el("a", { class: "case-link", href: linkTo({ case: record.key }) }, record.key),
      el("p", { class: "case-about", lang: record.about ? null : langOf(record.language) }, aboutOf(record)),
      reasonOf(record)),
    el("td", {}, badge(record.status), differs(record)),
    el("td", {}, label("language", record.language)),
    el("td", {}, record.kind, record.variant && el("p", { class: "muted" }, record.variant)),
    el("td", { class: "number" }, record.turns.length));
}

/** Why the case is there; where nobody wrote that, how it begins. */
function aboutOf(record) {
  return record.about || record.turns[0]?.say || "";
}

function reasonOf(record) {
  const findings = record.findings ?? [];
  const text = record.error || (findings[0] && reason(findings[0]));
  if (!text) return null;
  const more = record.error ? findings.length : findings.length - 1;
  return el("p", { class: "case-why" }, text, more > 0 && el("span", { class: "muted" }, ` and ${more} more`));
}

function differs(record) {
  const pair = pairOfCase(record.key);
  if (!pair || !["worse", "better"].includes(pair.way)) return null;
  return el("p", {}, el("a", { class: `way-mark ${pair.way}`, href: linkTo({ pair: pair.id }) }, pair.way));
}

export function badge(status) {
  return el("span", { class: `badge ${status}` }, label("status", status));
}
