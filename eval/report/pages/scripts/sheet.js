/** What is opened beside the list: a case, or a case of two runs. */
import { caseOf, pairOf } from "./data.js";
import { byId, el } from "./dom.js";
import { caseView } from "./case.js";
import { inOrder } from "./list.js";
import { pairsInOrder, pairView } from "./comparison.js";
import { close, follow, open, place } from "./place.js";

let returnTo = null;

export function sheet() {
  const dialog = byId("sheet");
  dialog.addEventListener("close", () => {
    if (place().case || place().pair) close();
    // The list may have been drawn anew since.
    if (returnTo?.isConnected) returnTo.focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", onKey);
  follow(show);
}

function show() {
  const dialog = byId("sheet");
  const { case: key, pair: id } = place();
  const [record, pair] = [key && caseOf(key), id && pairOf(id)];
  if (!key && !id) {
    if (dialog.open) dialog.close();
    return;
  }
  dialog.replaceChildren(head(record, pair, key ?? id), body(record, pair));
  if (!dialog.open) {
    returnTo = document.activeElement;
    dialog.showModal();
  }
  dialog.querySelector(".sheet-body").focus();
}

function body(record, pair) {
  const content = record ? caseView(record) : pair ? pairView(pair) : el("p", {}, "There is no such case in this run.");
  return el("div", { class: "sheet-body", tabindex: "0", role: "region", "aria-label": "Conversation" }, content);
}

function head(record, pair, asked) {
  const [before, after] = neighbours(record, pair);
  const link = pair ? `#pair=${encodeURIComponent(pair.id)}` : `#case=${encodeURIComponent(asked)}`;
  return el("header", { class: "sheet-head" },
    el("h2", { id: "sheet-title", class: "sheet-title", testid: "sheet-title" }, record?.key ?? pair?.key ?? asked),
    el("div", { class: "sheet-tools" },
      step("Previous", "←", before), step("Next", "→", after),
      el("button", { type: "button", class: "button", "data-copy": location.href.split("#")[0] + link }, "Copy link"),
      el("button", { type: "button", class: "button", testid: "close", "aria-label": "Close", onclick: () => byId("sheet").close() }, "×")));
}

function neighbours(record, pair) {
  const all = pair ? pairsInOrder() : inOrder();
  const at = all.indexOf(pair ?? record);
  return [all[at - 1], at < 0 ? undefined : all[at + 1]];
}

function step(title, sign, to) {
  return el("button", {
    type: "button", class: "button", disabled: !to, "aria-label": title, title, testid: title.toLowerCase(),
    onclick: () => go(to),
  }, sign);
}

function go(to) {
  open(to.way ? { pair: to.id } : { case: to.key }, true);
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("pre, input")) return;
  const { case: key, pair: id } = place();
  const [before, after] = neighbours(key && caseOf(key), id && pairOf(id));
  const to = { ArrowLeft: before, ArrowRight: after }[event.key];
  if (to) go(to);
}
