/** Asks for the token of the shop's staff. */
import { el } from "../chat/dom.js";
import { hasToken, setToken } from "./api.js";
import { t } from "./words.js";

const dialog = document.getElementById("gate");
let shown = null;

/** `enter` is called once a token was given; it may be wrong again. `status` is that of the problem, 0 for none yet. */
export function askToken(enter, status = 0) {
  shown = { enter, status };
  const input = el("input", { id: "token", type: "password", autocomplete: "off", required: true, testid: "token", "aria-describedby": "gate-lead" });
  const why = status === 404 ? t("gate.off") : status === 401 && hasToken() ? t("gate.wrong") : "";
  const submit = (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    setToken(input.value);
    shown = null;
    dialog.close();
    enter();
  };
  dialog.oncancel = (event) => event.preventDefault();
  dialog.replaceChildren(el("form", { onsubmit: submit },
    el("h2", { id: "gate-title" }, t("gate.title")), el("p", { class: "muted", id: "gate-lead" }, t("gate.lead")),
    why && el("p", { class: "warning", role: "alert", testid: "gate-why" }, why),
    el("label", { for: "token" }, t("gate.token")), input,
    el("button", { type: "submit", class: "button main", testid: "enter" }, t("gate.open"))));
  if (!dialog.open) dialog.showModal();
  input.focus();
}

/** After a switch of language. */
export function askAgain() { if (shown) askToken(shown.enter, shown.status); }
