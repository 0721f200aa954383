/** Panels that slide over the chat. `showModal` keeps the focus inside, closes on Escape and gives it back. */
import { el, icon } from "./dom.js";
import { T } from "./phrases.js";

export function openSheet(dialog) {
  if (!dialog.dataset.ready) {
    dialog.dataset.ready = "true";
    // A press beside the panel lands on the dialog itself.
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }
  if (!dialog.open) dialog.showModal();
}

export function sheetHead(dialog, title) {
  const close = el("button", {
    type: "button", class: "round", testid: "close", "aria-label": T("close"), onclick: () => dialog.close(),
  }, icon("close"));
  return el("header", { class: "sheet-head" }, title, close);
}
