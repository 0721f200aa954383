/** The conversation: bubbles, and under each reply what was decided and why. */
import { el, langOf, plain } from "./dom.js";
import { bubble, findings, json } from "./parts.js";

export function conversation(record) {
  return el("ol", { class: "turns", "aria-label": "Conversation" }, record.turns.map((turn, number) => (
    el("li", { class: "turn", testid: "turn" },
      bubble("mine", langOf(record.language), turn.say),
      reply(turn),
      findings(record.findings, number),
      decided(turn, record.seconds?.[number]),
      known(turn),
      dropped(turn),
      trace(turn)))));
}

function reply(turn) {
  const lang = langOf(turn.language);
  const made = bubble("agent", lang, turn.reply ?? "");
  if (!turn.reply) made.lastChild.append(el("span", { class: "muted" }, "no reply"));
  const choices = turn.quick_replies ?? [];
  return [made, choices.length ? el("ul", { class: "quick", "aria-label": "Quick replies" }, choices.map((each) => el("li", { lang }, each))) : null];
}

/** In short: decision, rule, what is waited for, action, class and time. */
function decided(turn, seconds) {
  const marks = [
    ["decision", turn.decision], ["rule", turn.rule], ["awaiting", turn.awaiting], ["action", turn.action],
    ["receipt", turn.receipt], ["latency", [turn.latency, seconds !== undefined && `${seconds.toFixed(2)} s`].filter(Boolean).join(" ")],
  ];
  return el("ul", { class: "marks", "aria-label": "Decided", testid: "decided" }, marks.filter(([, value]) => value).map(([name, value]) => (
    el("li", { class: `mark-${name}` }, el("span", {}, name), " ", el("b", {}, value)))));
}

function known(turn) {
  const rows = [
    ["Arguments", fields(turn.arguments)], ["Slots", fields(turn.slots)], ["Cites", plain(turn.cites ?? [])],
    ["Understood", fields(turn.understood)],
  ].filter(([, value]) => value && value.length);
  if (!rows.length) return null;
  return el("dl", { class: "details" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function fields(values = {}) {
  return Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== false && value?.length !== 0)
    .map(([name, value]) => el("span", { class: "pair" }, el("i", {}, name), " ", plain(value)));
}

function dropped(turn) {
  if (!turn.dropped) return null;
  return el("div", { class: "dropped" }, el("h4", {}, "Not let through"), el("ul", {}, turn.dropped.map(([sentence, objection]) => (
    el("li", {}, el("del", { lang: langOf(turn.language) }, sentence), " ", el("span", { class: "objection" }, objection))))));
}

function trace(turn) {
  if (!turn.steps) return null;
  const details = el("details", { class: "fold", testid: "trace" }, el("summary", {}, "Trace"));
  // Traces are long; most are never looked at.
  details.addEventListener("toggle", () => { if (details.childElementCount < 2) details.append(json(turn.steps)); });
  return details;
}
