/** What was played, as it stands in the page. */
import { byId, plain } from "./dom.js";

const read = JSON.parse(byId("data").textContent);

export const charts = read.charts;
export const cases = read.cases;
const numbers = new Map(cases.map((each, number) => [each.key, number]));

/** Sides of a pair are records; those of this run stand in the data as their number. */
export const pairs = read.pairs.map((pair) => ({ ...pair, before: side(pair.before), after: side(pair.after) }));
const pairsByKey = new Map(pairs.filter((pair) => pair.way !== "flaky").map((pair) => [pair.key, pair]));
const pairsById = new Map(pairs.map((pair) => [pair.id, pair]));

function side(value) {
  return typeof value === "number" ? cases[value] : value;
}

export function caseOf(key) {
  return cases[numbers.get(key)];
}

export function pairOf(id) {
  return pairsById.get(id);
}

/** How the case differs from the other run, if it does. */
export function pairOfCase(key) {
  return pairsByKey.get(key);
}

/** The same case in the other language. */
export function sibling(record) {
  if (!record.pair) return undefined;
  return cases.find((each) => each.pair === record.pair && each.suite === record.suite && each.language !== record.language
    && each.customer === record.customer && each.variant === record.variant && each.trial === record.trial);
}

const texts = new Map();

/** Everything that a search looks through, in small letters; made when it is first asked for. */
export function textOf(record) {
  let text = texts.get(record.key);
  if (text === undefined) {
    const turns = record.turns.map((turn) => [turn.say, turn.reply, turn.decision, turn.rule, turn.action, turn.receipt,
      plain(turn.arguments ?? ""), plain(turn.cites ?? "")].join("\n"));
    const findings = (record.findings ?? []).map((finding) => `${finding.scorer} ${finding.why}`);
    text = [record.key, record.about, record.error, ...findings, ...turns].join("\n").toLowerCase();
    texts.set(record.key, text);
  }
  return text;
}
