/** The filters above everything. They are kept in the address, so that a view can be passed on. */
import { el } from "../chat/dom.js";
import { productName, t, word } from "./words.js";

const NAMES = ["since", "until", "channel", "language", "product_id"];
const SPANS = [7, 28, 90];

export function chosen() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
}

function keep(filter) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  history.pushState(null, "", query.size ? `?${query}` : location.pathname);
}

/** Draw the filters; `changed` is called after every choice. */
export function drawFilters(form, choices, changed) {
  const now = chosen();
  const choose = (values) => { keep({ ...chosen(), ...values }); drawFilters(form, choices, changed); changed(); };
  form.onsubmit = (event) => event.preventDefault();
  const focused = document.activeElement?.id;
  form.replaceChildren(
    date("since", now, choices, choose), date("until", now, choices, choose),
    select("channel", "ins.channel", choices.channels.map((each) => [each || "-", each || t("unknown")]), now, choose),
    select("language", "ins.lang", choices.languages.map((each) => [each || "-", word("lang", each)]), now, choose),
    select("product_id", "ins.product", products(choices, now), now, choose),
    spans(now, choices, choose),
  );
  if (focused) document.getElementById(focused)?.focus();
}

function products(choices, now) {
  const known = choices.products.map((each) => [each.id, productName(each.id)]);
  const other = now.product_id && !choices.products.some((each) => each.id === now.product_id);
  return other ? [[now.product_id, now.product_id], ...known] : known;
}

function field(name, label, control) {
  return el("label", { class: "filter", for: `filter-${name}` }, el("span", {}, t(label)), control);
}

function date(name, now, choices, choose) {
  const control = el("input", {
    type: "date", id: `filter-${name}`, testid: `filter-${name}`, value: now[name], min: choices.since, max: choices.until,
    onchange: () => choose(ordered(name, control.value)),
  });
  return field(name, `ins.${name}`, control);
}

/** A first day after the last one would match nothing, so the other one gives way. */
function ordered(name, value) {
  const other = name === "since" ? "until" : "since";
  const there = chosen()[other];
  const crossed = value && there && (name === "since" ? value > there : value < there);
  return crossed ? { [name]: value, [other]: "" } : { [name]: value };
}

function select(name, label, options, now, choose) {
  const control = el("select", { id: `filter-${name}`, testid: `filter-${name}`, onchange: () => choose({ [name]: control.value }) },
    el("option", { value: "" }, t("ins.all")),
    options.map(([value, text]) => el("option", { value, selected: value === now[name] }, text)));
  return field(name, label, control);
}

function spans(now, choices, choose) {
  const last = choices.until;
  const buttons = last ? SPANS.map((days) => [t("ins.last", { days }), { since: before(last, days - 1), until: last }]) : [];
  return el("div", { class: "spans" },
    buttons.map(([text, days]) => span(text, days, now, choose)),
    span(t("ins.whole"), { since: "", until: "" }, now, choose),
    NAMES.some((name) => now[name]) && el("button", { type: "button", class: "quiet", testid: "clear-filters",
      onclick: () => choose(Object.fromEntries(NAMES.map((name) => [name, ""]))) }, t("ins.clear")));
}

function span(text, days, now, choose) {
  const pressed = String(now.since === days.since && now.until === days.until);
  return el("button", { type: "button", class: "span", "aria-pressed": pressed, onclick: () => choose(days) }, text);
}

function before(day, days) {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() - days);
  return moment.toISOString().slice(0, 10);
}
