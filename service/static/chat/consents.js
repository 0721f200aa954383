/** The panel in which customers say what the shop may do: a switch for each purpose, saved at once. */
import { getConsents, sendConsent } from "./api.js";
import { el, icon, phrase } from "./dom.js";
import { T } from "./phrases.js";
import { Saver } from "./saver.js";
import { openSheet, sheetHead } from "./sheet.js";

const NOBODY_KNOWN = 409;
// What happens as long as nothing was said.
const UNSAID = { proactive_messages: false, recommendations: true };
const sheet = document.getElementById("consents");
let shown = 0;

/** `conversationId()` is the conversation whose customer decides. */
export function startConsents(conversationId) {
  document.getElementById("open-consents").addEventListener("click", () => open(conversationId()));
}

async function open(id) {
  const ticket = ++shown;
  const body = el("div", { class: "sheet-body" }, phrase(T("loading"), { class: "muted" }));
  sheet.replaceChildren(sheetHead(sheet, el("h2", { id: "consents-title" }, T("consents.open"))), body);
  openSheet(sheet);
  const content = await load(id);
  if (ticket === shown) body.replaceChildren(...content);
}

async function load(id) {
  try {
    const consents = id ? await getConsents(id) : [];
    if (!consents.length) return [trouble("consents.unreachable")];
    return [el("p", { class: "muted" }, T("consents.lead")), ...consents.map((consent) => choice(id, consent))];
  } catch (problem) {
    return [problem.status === NOBODY_KNOWN ? el("p", { testid: "consents-nobody" }, T("consents.nobody")) : trouble("consents.unreachable")];
  }
}

function choice(id, { purpose, granted, at }) {
  const [name, why] = [`consent-${purpose}`, `consent-${purpose}-why`];
  const outcome = el("p", { class: "opinion-outcome", role: "status", testid: `${name}-outcome` });
  const saver = new Saver((value) => sendConsent(id, value), (state) => tell(state));
  const box = el("input", { type: "checkbox", role: "switch", id: name, testid: name, "aria-describedby": why,
    checked: at === null ? UNSAID[purpose] : granted, onchange: () => saver.save({ purpose, granted: box.checked }) });
  const again = () => el("button", { type: "button", class: "plain", testid: `${name}-retry`, onclick: () => saver.again() }, icon("retry"), T("retry"));
  const tell = (state) => outcome.replaceChildren(...(state === "saved"
    ? [icon("check"), phrase(T("consents.saved"))] : [icon("alert"), phrase(T("consents.failed")), again()]));
  return el("div", { class: "consent" }, box,
    el("div", {}, el("label", { for: name }, T(`consents.${purpose}`)), el("p", { class: "muted", id: why }, T(`consents.${purpose}.why`)), outcome));
}

function trouble(key) { return el("p", { class: "trouble", role: "alert" }, icon("alert"), T(key)); }
