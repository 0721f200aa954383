/** Parts that the view of a case and that of two runs share. */
import { el } from "./dom.js";

/** What is not as expected in a turn, counted from 0; of the case as a whole where `turn` is undefined. */
export function findings(all = [], turn = undefined) {
  const found = all.filter((finding) => (finding.turn ?? undefined) === turn);
  if (!found.length) return null;
  return el("ul", { class: "wrong", testid: "findings", "aria-label": "Not as expected" }, found.map((finding) => (
    el("li", {}, el("b", {}, finding.scorer), " ", el("span", { class: "typed" }, finding.why)))));
}

export function json(value) {
  return el("pre", { class: "json", tabindex: "0" }, JSON.stringify(value, null, 2));
}

/** How the shop differed at the end. */
export function changes(record) {
  const left = record?.changes ?? {};
  return Object.keys(left).length ? json(left) : el("p", { class: "muted" }, "Nothing changed.");
}

/** A bubble of the conversation. */
export function bubble(who, lang, ...content) {
  return el("div", { class: `bubble ${who}` },
    el("span", { class: "hidden-label" }, who === "mine" ? "Customer: " : "Kefu: "),
    el("p", { class: "typed", lang }, ...content));
}
