/** The "Try it as…" panel of the sample shop: beside the chat where there is room, else in a sheet. */
import { el, icon } from "./dom.js";
import { T, either } from "./phrases.js";
import { openSheet, sheetHead } from "./sheet.js";

const QUESTIONS = ["demo.q1", "demo.q2", "demo.q3", "demo.q4"];
const side = document.getElementById("demo-side");
const sheet = document.getElementById("demo-dialog");
const opener = document.getElementById("open-demo");

/** Shows the panel; `insert(text)` puts a text into the message box. */
export function showDemo(customers, insert) {
  const take = (text) => { sheet.close(); insert(text); };
  const content = panel(customers, take);
  const body = el("div", { class: "sheet-body" });
  sheet.replaceChildren(sheetHead(sheet, el("h2", {}, T("demo.title"))), body);
  opener.addEventListener("click", () => openSheet(sheet));
  const wide = matchMedia("(min-width: 66rem)");
  const place = () => {
    if (wide.matches) sheet.close();
    if (wide.matches) side.replaceChildren(el("h2", {}, T("demo.title")), content);
    else body.replaceChildren(content);
    side.hidden = !wide.matches;
    opener.hidden = wide.matches;
  };
  wide.addEventListener("change", place);
  place();
}

function panel(customers, take) {
  return el("div", { class: "demo", testid: "demo" },
    el("p", { class: "muted" }, T("demo.note")),
    el("h3", { class: "small-title" }, T("demo.questions")),
    el("ul", { class: "plain-list" }, QUESTIONS.map((key) => el("li", {}, line(T(key), take, "demo-question")))),
    el("h3", { class: "small-title" }, T("demo.people")),
    el("ul", { class: "plain-list people" }, customers.map((customer) =>
      el("li", { class: "person", testid: "demo-person" }, person(customer, take)))));
}

function person({ name, email, order_id: order, hint }, take) {
  return [
    el("p", { class: "person-name" }, name),
    hint && line(either(hint), take, "demo-hint"),
    el("div", { class: "person-keys" }, key("mail", email, take, "demo-email"), key("parcel", order, take, "demo-order")),
  ];
}

function line(text, take, testid) {
  return el("button", { type: "button", class: "line", testid, onclick: () => take(String(text)) }, text);
}

function key(name, value, take, testid) {
  return value && el("button", {
    type: "button", class: "key", testid, "aria-label": T("demo.insert", { what: value }), onclick: () => take(value),
  }, icon(name), el("span", {}, value));
}
