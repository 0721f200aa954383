/** Two runs beside each other: the lists of what differs, and one case of both. */
import { badge } from "./list.js";
import { pairs } from "./data.js";
import { byId, el, langOf, many, plain, reason } from "./dom.js";
import { linkTo } from "./place.js";
import { bubble, changes, findings } from "./parts.js";

const PAGE = 10;
const IN_WORDS = ["say", "reply"];
let way = "";

export function pairsInOrder() {
  return pairs.filter((pair) => pair.way === way);
}

export function comparison() {
  const buttons = [...document.querySelectorAll("[data-way]")];
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.way));
  const first = buttons.find((button) => !button.disabled);
  if (first) show(first.dataset.way);
}

function show(next) {
  way = next;
  for (const button of document.querySelectorAll("[data-way]")) button.setAttribute("aria-pressed", String(button.dataset.way === way));
  byId("pairs").replaceChildren(el("ul", { class: "pairs" }), el("button", { type: "button", class: "button", onclick: more }));
  more();
}

function more() {
  const [list, button] = byId("pairs").children;
  const from = list.childElementCount;
  const all = pairsInOrder();
  list.append(...all.slice(from, from + PAGE).map(line));
  const left = all.length - list.childElementCount;
  button.hidden = left === 0;
  button.textContent = `Show ${Math.min(PAGE, left)} more of ${left.toLocaleString("en")}`;
}

function line(pair) {
  const record = pair.after ?? pair.before;
  const wrong = wrongOf(pair.after) ?? (wrongOf(pair.before) && `Before: ${wrongOf(pair.before)}`);
  return el("li", { testid: "pair" },
    el("a", { class: "case-link", href: linkTo({ pair: pair.id }) }, pair.key), pair.of && el("span", { class: "muted" }, ` within run ${pair.of === "before" ? "before" : "now"}`),
    el("p", { class: "case-about" }, record.about || record.turns[0]?.say || ""),
    wrong && el("p", { class: "case-why" }, wrong));
}

function wrongOf(side) {
  if (side?.error) return side.error;
  return side?.findings?.length ? reason(side.findings[0]) : undefined;
}

export function pairView(pair) {
  const changed = pair.rows.filter((row) => row.differs.length).length;
  return el("article", { class: "case" },
    el("p", { class: "case-line" }, el("b", {}, pair.way.replaceAll("_", " ")), ` – ${many(changed, "turn differs", "turns differ")}. `,
      pair.after && !pair.of && el("a", { href: linkTo({ case: pair.after.key }) }, "The whole case")),
    el("div", { class: "sides" }, sideHead(pair.before, pair.of ? "One trial" : "Before"), sideHead(pair.after, pair.of ? "Another" : "Now")),
    pair.rows.map((row, number) => rowView(pair, row, number)),
    el("h3", { class: "after" }, "The shop afterwards"),
    el("div", { class: "sides" }, [pair.before, pair.after].map((record) => el("div", { class: "side" }, changes(record)))));
}

function sideHead(record, title) {
  return el("div", { class: "side" }, el("h3", {}, title, " ", record && badge(record.status)),
    record?.error && el("div", { class: "wrong" }, record.error), record && findings(record.findings));
}

function rowView(pair, row, number) {
  const same = !row.differs.length;
  return el("section", { class: `row-pair${same ? " same" : ""}`, testid: "row-pair", "aria-label": `Turn ${number + 1}` },
    el("h4", {}, `Turn ${number + 1}`, same && el("span", { class: "muted" }, " the same")),
    el("div", { class: "sides" }, [[pair.before, 0, "del"], [pair.after, 1, "ins"]].map(([record, index, tag]) => (
      turnSide(record, row, number, index, tag)))));
}

function turnSide(record, row, number, index, tag) {
  const turn = record?.turns[number];
  if (!turn) return el("div", { class: "side muted" }, "no such turn");
  return el("div", { class: "side" },
    bubble("mine", langOf(record.language), ...marked(row.say[index], tag)),
    bubble("agent", langOf(turn.language), ...marked(row.reply[index], tag)),
    el("dl", { class: "details" }, shownFields(row).map((name) => el("div", { class: row.differs.includes(name) ? "differs" : null },
      el("dt", {}, name), el("dd", {}, turn[name] === undefined ? "–" : plain(turn[name]))))),
    findings(record.findings, number));
}

/** What differs, and always what was decided by what. */
function shownFields(row) {
  return [...new Set(["decision", "rule", ...row.differs.filter((name) => !IN_WORDS.includes(name))])];
}

function marked(pieces, tag) {
  return pieces.map(([text, differs]) => (differs ? el(tag, {}, text) : text));
}
