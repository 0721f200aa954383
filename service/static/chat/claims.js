/** One sentence of the ledger: its claims, and under them what they rest on. */
import { momentWithZone } from "./cards.js";
import { el, icon, phrase } from "./dom.js";
import { fieldWords } from "./fields.js";
import { openPassage } from "./passage.js";
import { Phrase, T } from "./phrases.js";
import { Places, point } from "./places.js";
import { reason } from "./reasons.js";
import { nameOf } from "./reply.js";
import { pieces, spanOf } from "./spans.js";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/**
 * A sentence that was said. `places` finds its words in the reply, `sources` knows passages and citations by id:
 * {"passage": (id) => …, "citation": (id) => …}. Hovering or focusing a claim marks its words.
 */
export function heldSentence(claim, places, sources, language) {
  const said = el("p", { class: "claim-sentence", lang: language }, claim.sentence);
  const pointer = new Pointer([places.of(claim.sentence), new Places(said).of(claim.sentence)]);
  const [kind, name] = apart(claim.source);
  const parts = claim.parts ?? [];
  const rests = kind === "template" ? fixedText(name, parts, pointer)
    : claim.why === "quoted" ? wordForWord(name, parts, pointer, sources)
      : fromPassages(name, parts, pointer, sources);
  return el("li", { class: "ledger-sentence", testid: "ledger-sentence" }, said, rests);
}

/** A sentence that did not leave, and why. */
export function droppedSentence({ sentence, why }, language) {
  return el("li", { testid: "ledger-dropped" }, el("del", { lang: language }, sentence),
    el("p", { class: "muted" }, icon("cross"), phrase(reason(why))));
}

/** Marks the words of one claim at a time, in the reply, in the panel and in what the claim rests on. */
class Pointer {
  constructor(finders) {
    this.finders = finders;
    this.marks = new Map();
  }

  remember(part, mark) { this.marks.set(part, [...(this.marks.get(part) ?? []), mark]); }

  /** Makes `node` point at the words of `part` while the mouse is over it or the focus in it. */
  attach(node, part) {
    const held = new Set();
    const change = (what, now) => () => {
      if (now) held.add(what);
      else held.delete(what);
      this.#show(part, held.size > 0);
    };
    node.addEventListener("pointerenter", change("mouse", true));
    node.addEventListener("pointerleave", change("mouse", false));
    node.addEventListener("focusin", change("focus", true));
    node.addEventListener("focusout", change("focus", false));
    return node;
  }

  #show(part, now) {
    point(now ? this.finders.map((find) => find(part.start, part.end)).filter(Boolean) : []);
    for (const mark of this.marks.get(part) ?? []) mark.classList.toggle("now", now);
  }
}

function apart(source) {
  const at = source.indexOf(":");
  return [source.slice(0, at), source.slice(at + 1)];
}

function row(part, pointer, rests = null) {
  const rule = part.kind === "rule" && phrase(ruleWords(part), { class: "claim-rule" });
  const words = el("button", { type: "button", class: "claim", testid: "ledger-claim" },
    phrase(T(`claim.${part.kind}`), { class: "claim-kind" }), el("span", { class: "claim-words" }, part.said), rule);
  return pointer.attach(el("li", {}, words, rests), part);
}

/** What a rule word amounts to, unless it says so itself. */
function ruleWords({ said, value }) {
  const words = T(`rule.${value}`);
  return new Phrase((lang) => (alike(words.say(lang), said) ? "" : words.say(lang)));
}

function rows(list, extra = "") { return list.length ? el("ul", { class: `claim-list${extra}` }, list) : null; }

function fixedText(name, parts, pointer) {
  const words = T(name === "approved" ? "ledger.approved" : "ledger.fixed");
  return [
    el("p", { class: "ledger-source", testid: "ledger-source" }, icon("pen"), el("span", {}, words, " ", el("span", { class: "code muted" }, name))),
    rows(parts.map((part) => row(part, pointer, field(part)))),
  ];
}

/** The field of the order or the receipt that a claim of a fixed text was filled from. */
function field({ said, support }) {
  if (!support) return el("span", { class: "claim-rests muted" }, T("ledger.own_words"));
  const [kind, path] = apart(support.source);
  if (kind !== "field") return el("span", { class: "claim-rests muted" }, T("ledger.fixed"));
  const value = INSTANT.test(support.quote) ? momentWithZone(support.quote) : support.quote;
  return el("span", { class: "claim-rests" }, phrase(fieldWords(path)), " ", el("span", { class: "code muted" }, path),
    alike(said, support.quote) ? null : el("span", { class: "claim-value" }, value));
}

function alike(one, other) { return lean(one) === lean(other); }

function lean(text) { return text.normalize("NFKC").replace(/\s/g, "").toLowerCase(); }

/** A passage that speaks for itself: its claims stand in it as they stand in the reply. */
function wordForWord(id, parts, pointer, sources) {
  return [sourceLine(id, sources, sources.citation(id)?.quote, "ledger.quoted"), rows(parts.map((part) => row(part, pointer)), " compact")];
}

/** By passage, and in it by sentence: the claims that rest on one sentence stand above it together. */
function fromPassages(id, parts, pointer, sources) {
  const groups = new Map();
  const free = [];
  for (const part of parts) {
    const [kind, of] = part.support ? apart(part.support.source) : ["", ""];
    if (!kind) { free.push(part); continue; }
    const span = kind === "passage" ? spanOf(part.support, sources.passage(of), sources.citation(of)) : null;
    const key = span ? `${of} ${span.from} ${span.to}` : `${of} ${kind}`;
    if (!groups.has(key)) groups.set(key, { id: of, span, parts: [] });
    groups.get(key).parts.push({ ...part, place: span });
  }
  // A sentence without a figure or a rule still rests on what it is cited from.
  if (!groups.size) groups.set("whole", { id, span: whole(sources.citation(id)?.quote ?? ""), parts: [] });
  const ids = [...new Set([...groups.values()].map((group) => group.id))];
  return [...ids.map((each) => ofPassage(each, [...groups.values()].filter((group) => group.id === each), pointer, sources)),
    rows(free.map((part) => row(part, pointer, el("span", { class: "claim-rests muted" }, T("ledger.nothing")))))];
}

function whole(text) {
  const characters = Array.from(text);
  return { characters, from: 0, to: characters.length };
}

function ofPassage(id, groups, pointer, sources) {
  const [first] = groups.map(({ span }) => span).filter(Boolean);
  const opened = first ? first.characters.slice(first.from, first.to).join("") : "";
  return [sourceLine(id, sources, opened), groups.map(({ span, parts }) => [
    rows(parts.map((part) => row(part, pointer, wording(part)))),
    span && quote(span, parts, pointer, sources.passage(id)?.language),
  ])];
}

/** What the passage says where it is not what the reply says, or that it says so in its title. */
function wording({ kind, said, support, place }) {
  if (!place) return el("span", { class: "claim-rests muted" }, T("ledger.title_of"));
  if (kind === "rule" || alike(said, support.quote)) return null;
  return el("span", { class: "claim-rests" }, T("ledger.from", { quote: support.quote }));
}

function quote({ characters, from, to }, parts, pointer, lang) {
  const shown = pieces(characters, from, to, parts.map((part) => ({ start: part.place.start, end: part.place.end, part })));
  if (!shown.length) return null;
  return el("blockquote", { class: "ledger-quote", testid: "ledger-quote", lang }, shown.map(({ text, spans }) => {
    if (!spans.length) return text;
    const mark = el("mark", {}, text);
    for (const { part } of spans) pointer.remember(part, mark);
    return mark;
  }));
}

/** The passage's title; pressed, it opens the passage with `quoted` marked. */
function sourceLine(id, sources, quoted = "", how = null) {
  const known = sources.passage(id) ?? sources.citation(id);
  if (!known) return el("p", { class: "ledger-source", testid: "ledger-source" }, icon("book"), el("span", { class: "code" }, id));
  const { title, heading, revision } = known;
  const open = el("button", {
    type: "button", class: "ledger-open", testid: "ledger-open",
    onclick: () => openPassage({ passage_id: id, title, heading, revision, quote: quoted }),
  }, nameOf(known));
  return el("p", { class: "ledger-source", testid: "ledger-source" }, icon("book"),
    el("span", {}, open, " ", how && phrase(T(how), { class: "muted" })));
}
