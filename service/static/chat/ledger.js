/** "Why this?": a panel under a reply with what the reply claims and what each claim rests on. */
import { getPassage, getTrace } from "./api.js";
import { droppedSentence, heldSentence } from "./claims.js";
import { el, icon, phrase } from "./dom.js";
import { T } from "./phrases.js";
import { Places } from "./places.js";

let made = 0;

/** The button and its panel. `reply` is the element with the words of `turn`; all is loaded at the first opening. */
export function ledgerOf(turn, reply) {
  const panel = el("section", { class: "ledger", id: `ledger-${++made}`, testid: "ledger", "aria-label": T("ledger.title"), hidden: true });
  const button = el("button", {
    type: "button", class: "foot-button", testid: "ledger-open-panel", "aria-expanded": "false", "aria-controls": panel.id,
    onclick: () => toggle(),
  }, icon("chevron"), T("ledger.open"));
  let filled = false;
  const toggle = () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!filled && !panel.hidden) { filled = true; fill(); }
  };
  const fill = async () => {
    panel.setAttribute("aria-busy", "true");
    panel.replaceChildren(el("p", { class: "muted" }, T("loading")));
    try {
      panel.replaceChildren(...content(await load(turn), turn, reply));
    } catch (problem) {
      panel.replaceChildren(trouble(problem, () => { fill(); button.focus(); }));
    }
    panel.removeAttribute("aria-busy");
  };
  return { button, panel };
}

/** What the ledger is made from. Throws `Problem` when there is no trace or no network. */
async function load(turn) {
  const told = turn.claims?.length && turn.claims.every((claim) => Array.isArray(claim.parts));
  const trace = told ? { claims: turn.claims } : (await getTrace(turn.turn_id)).trace;
  const ids = new Set(trace.claims.filter((claim) => claim.supported).flatMap(passagesOf));
  const passages = new Map();
  // A passage may have been changed or withdrawn since: the citation's quote is enough then.
  await Promise.all([...ids].map(async (id) => passages.set(id, await getPassage(id).catch(() => null))));
  return { claims: trace.claims, unwanted: trace.generation?.dropped ?? [], passages };
}

function passagesOf(claim) {
  return [claim.source, ...(claim.parts ?? []).map((part) => part.support?.source ?? "")]
    .filter((source) => /^(passage|title):/.test(source)).map((source) => source.slice(source.indexOf(":") + 1));
}

function content({ claims, unwanted, passages }, turn, reply) {
  const places = new Places(reply);
  const sources = {
    passage: (id) => passages.get(id) ?? null,
    citation: (id) => turn.citations?.find((citation) => citation.passage_id === id) ?? null,
  };
  const held = claims.filter((claim) => claim.supported).map((claim) => heldSentence(claim, places, sources, turn.language));
  const dropped = [...claims.filter((claim) => !claim.supported), ...unwanted].map((each) => droppedSentence(each, turn.language));
  return [
    el("p", { class: "muted" }, T(held.length ? "ledger.note" : "ledger.empty")),
    held.length ? el("ol", { class: "ledger-held" }, held) : "",
    dropped.length ? el("h3", { class: "small-title" }, T("ledger.dropped")) : "",
    dropped.length ? el("ul", { class: "ledger-dropped" }, dropped) : "",
  ];
}

function trouble(problem, retry) {
  const gone = problem.status === 404;
  return el("div", { class: "ledger-trouble", role: "alert", testid: "ledger-trouble" }, icon("alert"),
    phrase(T(gone ? "ledger.gone" : "ledger.failed")),
    gone ? null : el("button", { type: "button", class: "plain", testid: "ledger-retry", onclick: retry }, icon("retry"), T("retry")));
}
