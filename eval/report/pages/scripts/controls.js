/** The controls above the list of cases. */
import { byId, el } from "./dom.js";
import { found, label, names, options, title } from "./filter.js";
import { choose, chooseOnly, chosen, follow } from "./place.js";

const OUTCOMES = ["", "failed", "error", "passed"];
const WAIT_MS = 150;

export function controls() {
  byId("status").append(...OUTCOMES.map(outcome));
  byId("choices").append(...names().map(choice));
  search();
  follow(show);
}

function outcome(value) {
  return el("button", {
    type: "button", "data-status": value, testid: `status-${value || "all"}`, onclick: () => choose({ status: value }),
  }, el("span", {}, value ? label("status", value) : "All"), " ", el("b"));
}

function choice(name) {
  const select = el("select", {
    "data-filter": name, testid: `filter-${name}`, onchange: (event) => choose({ [name]: event.target.value }),
  }, el("option", { value: "" }, "all"), options(name).map(([value, count]) => (
    el("option", { value }, `${label(name, value)} (${count})`)
  )));
  return el("label", { class: "choice" }, el("span", {}, title(name)), select);
}

function search() {
  let waiting = 0;
  byId("search").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({ q: event.target.value.trim() }), WAIT_MS);
  });
}

function show() {
  const values = chosen();
  const rest = found("status");
  for (const button of byId("status").children) {
    const status = button.dataset.status;
    const count = status ? rest.filter((record) => record.status === status).length : rest.length;
    button.setAttribute("aria-pressed", String((values.status ?? "") === status));
    button.lastChild.textContent = count.toLocaleString("en");
  }
  for (const select of byId("choices").querySelectorAll("select")) {
    select.value = values[select.dataset.filter] ?? "";
    select.parentNode.classList.toggle("on", Boolean(select.value));
  }
  const field = byId("search");
  if (document.activeElement !== field) field.value = values.q ?? "";
  byId("chosen").replaceChildren(...chips(values));
}

function chips(values) {
  const on = Object.entries(values).filter(([name]) => name !== "q" && name !== "status");
  const made = on.map(([name, value]) => el("button", {
    type: "button", class: "chip", "aria-label": `Remove the filter ${title(name)}: ${label(name, value)}`,
    onclick: () => choose({ [name]: "" }),
  }, `${title(name)}: ${label(name, value)}`, el("span", { "aria-hidden": "true" }, " ×")));
  if (!Object.keys(values).length) return made;
  return [...made, el("button", {
    type: "button", class: "chip clear", testid: "clear", onclick: () => { byId("search").value = ""; chooseOnly({}); },
  }, "Clear all")];
}
