/** Which cases are shown. */
import { cases, textOf } from "./data.js";
import { chosen } from "./place.js";

const STATUS = { failed: "Failed", error: "Error", passed: "Passed" };
export const TITLES = {
  suite: "Suite", kind: "Kind", language: "Language", intent: "Intent", tag: "Tag", words: "Wording", scorer: "Finding",
  latency: "Latency", trials: "Trials",
};
// Of these even one value is worth a filter.
const ALONE = ["scorer", "trials"];

const VALUES = {
  language: { zh: "Chinese", en: "English" },
  words: { "as-written": "as written", other: "told otherwise" },
};

/** The values of a record under the name of a filter. */
export function valuesOf(record, name) {
  if (name.startsWith("group.")) return [record.groups?.[name.slice(6)]];
  if (name === "words") return record.variant ? [record.words, "other"] : [record.words];
  if (name === "intent") return record.intents ?? [];
  if (name === "tag") return record.tags ?? [];
  if (name === "scorer") return (record.findings ?? []).map((finding) => finding.scorer);
  if (name === "latency") return record.latencies;
  return [record[name]];
}

/** The filters that tell something apart in this run. */
export function names() {
  const groups = new Set(cases.flatMap((record) => Object.keys(record.groups ?? {})).map((name) => `group.${name}`));
  return [...Object.keys(TITLES), ...[...groups].sort()].filter((name) => options(name).length > (ALONE.includes(name) ? 0 : 1));
}

/** The values of a filter with how many cases have them, the most frequent findings first. */
export function options(name) {
  const counts = new Map();
  for (const record of cases) {
    for (const value of new Set(valuesOf(record, name))) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([one, a], [other, b]) => (name === "scorer" ? b - a : one < other ? -1 : 1));
}

export function title(name) {
  return TITLES[name] ?? name.replace("group.", "").replace(/^./, (letter) => letter.toUpperCase());
}

export function label(name, value) {
  return name === "status" ? STATUS[value] ?? value : VALUES[name]?.[value] ?? value;
}

/** The cases of the filters that are chosen, those first that did not pass; `without` leaves a filter out. */
export function found(without = "") {
  const filters = Object.entries(chosen()).filter(([name]) => name !== without && name !== "q");
  const words = wordsOf(chosen().q ?? "");
  return cases.filter((record) => filters.every(([name, value]) => valuesOf(record, name).includes(value))
    && words.every((word) => textOf(record).includes(word)));
}

/** What is searched for: words, each of them anywhere; in quotes, exactly that. */
function wordsOf(text) {
  return [...text.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word);
}

const ORDER = { error: 0, failed: 1, passed: 2 };

export function sorted(records) {
  return [...records].sort((one, other) => ORDER[one.status] - ORDER[other.status]);
}
