/** Buttons that open single conversations. */
import { el } from "../chat/dom.js";
import { t } from "./words.js";

export function examples(conversations, { talk }) {
  if (!talk || !conversations.length) return null;
  return el("p", { class: "examples" }, conversations.map((id, at) => el("button", { type: "button", class: "link", testid: "example", onclick: () => talk(id) }, t("finding.example", { n: at + 1 }))));
}
