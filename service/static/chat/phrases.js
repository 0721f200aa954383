/** The language of the page and everything on it that has to follow a switch of language. */
import { en } from "./texts.en.js";
import { en as ledgerEn } from "./texts.ledger.en.js";
import { zh as ledgerZh } from "./texts.ledger.zh.js";
import { en as consentsEn } from "./texts.consents.en.js";
import { zh as consentsZh } from "./texts.consents.zh.js";
import { en as opinionEn } from "./texts.opinion.en.js";
import { zh as opinionZh } from "./texts.opinion.zh.js";
import { zh } from "./texts.zh.js";
import { recall, remember } from "./storage.js";

const TEXTS = {
  zh: { ...zh, ...consentsZh, ...ledgerZh, ...opinionZh }, en: { ...en, ...consentsEn, ...ledgerEn, ...opinionEn },
};
const KEY = "kefu.language";
const writers = new WeakMap();
const listeners = [];
let language = preferred();

/** Add what another page says, by key. */
export function addTexts(lang, texts) { Object.assign(TEXTS[lang], texts); }

/** Something that can be said in either language. */
export class Phrase {
  constructor(say) { this.say = say; }
  toString() { return this.say(language); }
}

/** The text under `key`; `{name}` in it stands for `values.name`. An unknown key says its last word. */
export function T(key, values = {}) {
  return new Phrase((lang) => {
    const text = TEXTS[lang][key] ?? key.slice(key.indexOf(".") + 1);
    return text.replace(/\{(\w+)\}/g, (_, name) => said(values[name], lang));
  });
}

/** A text that came in both languages, such as {"zh": …, "en": …}. */
export function either(texts) {
  return new Phrase((lang) => texts?.[lang] ?? texts?.zh ?? texts?.en ?? "");
}

function said(value, lang) {
  return value instanceof Phrase ? value.say(lang) : String(value ?? "");
}

/** Write a phrase now and again at every switch, as long as `node` is in the page. */
export function bind(node, write, what) {
  node.dataset.said = "";
  if (!writers.has(node)) writers.set(node, []);
  writers.get(node).push(() => write(said(what, language)));
  write(said(what, language));
}

/** Fill the texts that index.html names. */
export function fillPage(root = document) {
  for (const node of root.querySelectorAll("[data-text]")) {
    bind(node, (text) => { node.textContent = text; }, T(node.dataset.text));
  }
  for (const node of root.querySelectorAll("[data-label]")) {
    bind(node, (text) => name(node, text), T(node.dataset.label));
  }
  for (const node of root.querySelectorAll("[data-placeholder]")) {
    bind(node, (text) => { node.placeholder = text; }, T(node.dataset.placeholder));
  }
  document.documentElement.lang = tag();
}

function name(node, text) {
  node.setAttribute("aria-label", text);
  if (node.matches("button")) node.title = text;
}

export function currentLanguage() { return language; }

/** The BCP 47 tag for dates, voices and hyphens. */
export function tag(lang = language) { return lang === "zh" ? "zh-CN" : "en"; }

export function onLanguage(listener) { listeners.push(listener); }

export function setLanguage(lang) {
  if (lang === language || !TEXTS[lang]) return;
  language = lang;
  remember(localStore, KEY, lang);
  document.documentElement.lang = tag();
  for (const node of document.querySelectorAll("[data-said]")) {
    for (const write of writers.get(node) ?? []) write();
  }
  for (const listener of listeners) listener(lang);
}

function localStore() { return window.localStorage; }

function preferred() {
  const chosen = recall(localStore, KEY);
  if (TEXTS[chosen]) return chosen;
  const wanted = (navigator.languages ?? [navigator.language]).map((name) => name.slice(0, 2).toLowerCase());
  return wanted.find((name) => TEXTS[name]) ?? "en";
}
