/** The disclosure under a reply: what was understood, decided and found. */
import { el, icon, phrase } from "./dom.js";
import { T } from "./phrases.js";

/** `evidence` is the event of that name, or null where the page did not see it. */
export function detailsOf(turn, evidence) {
  return el("details", { class: "details", testid: "details" },
    el("summary", { testid: "details-open" }, icon("chevron"), T("details")),
    el("div", { class: "details-body" },
      part("part.understood", understood(turn.understanding, turn.language)),
      part("part.decision", decided(turn)),
      part("part.evidence", found(evidence)),
      part("part.timings", timed(turn.timings_ms ?? {}))));
}

function part(key, content) {
  return content && el("section", {}, el("h3", {}, T(key)), content);
}

function understood(seen, language) {
  if (!seen) return null;
  return el("dl", { testid: "understood" },
    row("language", T(`lang.${seen.language ?? language}`)),
    row("act", seen.act && scored("act", [seen.act])),
    row("intents", seen.intents?.length ? scored("intent", seen.intents) : T("none")),
    row("sentiment", seen.sentiment && scored("sentiment", [seen.sentiment])),
    row("complaint", seen.complaint && seen.complaint.label !== "none" && scored("complaint", [seen.complaint])),
    row("urgent", seen.urgent && T("yes")),
    row("entities", seen.entities?.length && el("ul", { class: "tags" }, seen.entities.map(tagged))));
}

function row(key, value) {
  if (!value) return null;
  return el("div", {}, el("dt", {}, T(`row.${key}`)), el("dd", {}, value));
}

function scored(kind, scores) {
  return el("ul", { class: "scores" }, scores.map(({ label, probability }) => {
    const percent = Math.round((probability ?? 0) * 100);
    return el("li", {}, phrase(T(`${kind}.${label}`)),
      el("meter", { min: 0, max: 100, value: percent, "aria-hidden": "true" }), el("span", { class: "number" }, `${percent} %`));
  }));
}

function tagged({ kind, value }) {
  return el("li", {}, phrase(T(`entity.${kind}`), { class: "muted" }), " ", el("span", { class: "code" }, String(value)));
}

function decided({ decision, snapshot_id: snapshot, turn_id: id }) {
  const code = (value) => value && el("span", { class: "code" }, value);
  return el("dl", {},
    row("decision", T(`kind.${decision.kind}`)),
    row("rule", code(decision.rule)),
    row("awaiting", decision.awaiting && T(`awaiting.${decision.awaiting}`)),
    row("action", code(decision.action)),
    row("snapshot", code(snapshot)),
    row("turn", code(id)));
}

function found(evidence) {
  if (!evidence?.passages?.length) return null;
  return el("ul", { class: "found" }, evidence.passages.map(({ title, heading, score }) =>
    el("li", {},
      el("span", {}, [title, heading].filter(Boolean).join(" › ")),
      el("span", { class: "number" }, Number(score).toFixed(2)))));
}

function timed(timings) {
  const rows = Object.entries(timings).filter(([, value]) => Number.isFinite(value));
  if (!rows.length) return null;
  const most = Math.max(...rows.map(([, value]) => value), 1);
  return el("ul", { class: "scores" }, rows.map(([stage, value]) => el("li", {}, phrase(T(`timing.${stage}`)),
    el("meter", { min: 0, max: most, value, "aria-hidden": "true" }),
    phrase(T("ms", { value: value < 10 ? value.toFixed(1) : Math.round(value) }), { class: "number" }))));
}
