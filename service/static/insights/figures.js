/** The tiles at the top: a number, how it compares with the period before, and what it counts. */
import { el } from "../chat/dom.js";
import { figure, number, signed, t } from "./words.js";

// Of these less is better; of the others more is, and of contacts neither.
const LESS = new Set(["handed_over", "abandoned", "came_back", "complaints", "unanswered", "bad_mood", "answer_time"]);
const NEITHER = new Set(["contacts", "open", "response_rate"]);
const SMALLEST = 0.0005;

export function drawFigures({ figures }, { open }) {
  return el("ul", { class: "tiles" }, figures.map((each) => el("li", {}, tile(each, open))));
}

function tile(each, open) {
  const name = t(`fig.${each.name}`);
  const parts = [
    el("span", { class: "tile-name" }, name),
    el("span", { class: "tile-value", testid: `value-${each.name}` }, figure(each.value, each.unit)),
    change(each),
  ];
  if (!open) return el("div", { class: "tile" }, parts);
  return el("button", { type: "button", class: "tile", testid: `figure-${each.name}`, title: t("ins.open"), onclick: () => open(each.selection, name) }, parts);
}

function change({ name, unit, value, before }) {
  if (before === null || value === null) return el("span", { class: "tile-change" }, before === null ? t("fig.no_before") : "");
  const by = value - before;
  const arrow = Math.abs(by) < SMALLEST ? "→" : by > 0 ? "↑" : "↓";
  const better = Math.abs(by) < SMALLEST || NEITHER.has(name) ? "" : (by > 0) !== LESS.has(name) ? "better" : "worse";
  return el("span", { class: `tile-change ${better}` }, el("span", { "aria-hidden": "true" }, `${arrow} `), difference(by, before, unit), " ",
    el("span", { class: "muted" }, t("fig.before", { value: figure(before, unit) })));
}

function difference(by, before, unit) {
  if (unit === "share") return t("fig.points", { value: signed(by * 100, 1) });
  if (unit === "count") return before ? `${signed((100 * by) / before, 0)} %` : number(by);
  return unit === "ms" ? t("unit.s", { value: signed(by / 1000, 1) }) : signed(by, 2);
}
