/** Words and numbers in the language of the page. Everything is written anew at a switch of language. */
import { T, addTexts, currentLanguage, tag } from "../chat/phrases.js";
import { en } from "./texts.en.js";
import { zh } from "./texts.zh.js";

addTexts("en", en);
addTexts("zh", zh);

export function t(key, values = {}) { return String(T(key, values)); }

/** A text that came in both languages. */
export function said(texts) { return texts?.[currentLanguage()] || texts?.zh || texts?.en || ""; }

/** The word for a value of a kind, such as an intent; values without a word stay as they are. */
export function word(kind, value) {
  if (!value || value === "-") return t("unknown");
  return t(`${kind}.${value}`).replaceAll("_", " ");
}

const NAMES = new Map();

export function nameProducts(products) { for (const each of products) NAMES.set(each.id, each); }

export function productName(id) {
  if (!id || id === "-") return t("unknown");
  return said(NAMES.get(id)) || id;
}

const RULES = new Map();

/** Rules of the policy cards in words, by id. */
export function nameRules(rules) { for (const [id, words] of Object.entries(rules)) RULES.set(id, words); }

/** A rule in words: as the policy card has it, else as the agent's own rules are called, else its id. */
export function ruleName(id) {
  const [card, rule] = id.split(".");
  if (rule === "not_offered") return t("rule.not_offered", { what: t(`card.${card}`) });
  const own = t(`rule.${id}`);
  return said(RULES.get(id)) || (own === id ? said(RULES.get(card)) || id : own);
}

/** The value of a dimension of stages or conversations in words. */
export function valueName(dimension, value) {
  if (dimension === "product_id") return productName(value);
  if (dimension === "reason") return word("case", value);
  if (dimension === "language") return word("lang", value);
  return value && value !== "-" ? value : t("unknown");
}

const FORMATS = new Map();

/** A format of `Intl` in the language of the page; making one takes longer than using it a hundred times. */
function format(kind, form) {
  const key = `${kind.name} ${tag()} ${JSON.stringify(form)}`;
  if (!FORMATS.has(key)) FORMATS.set(key, new kind(tag(), form));
  return FORMATS.get(key);
}

export function number(value, digits = 0) {
  return format(Intl.NumberFormat, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

export function percent(value, digits = 1) {
  return value === null || value === undefined ? "–" : `${number(value * 100, digits)} %`;
}

/** Hours, from two days on as days. */
export function hours(value) {
  if (value === null || value === undefined) return "–";
  return Math.abs(value) < 48 ? t("unit.hours", { value: number(value, 1) }) : t("unit.days", { value: number(value / 24, 1) });
}

/** A figure of the overview in its unit. */
export function figure(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "share") return percent(value);
  if (unit === "score") return number(value, 2);
  if (unit === "mood") return signed(value, 2);
  if (unit === "ms") return t("unit.s", { value: number(value / 1000, 1) });
  return number(value);
}

/** With its sign, and a minus that is as wide as a plus. */
export function signed(value, digits) {
  const shown = number(Math.abs(value), digits);
  if (Number(value.toFixed(digits)) === 0) return number(0, digits);
  return `${value > 0 ? "+" : "−"}${shown}`;
}

/** A day of the shop ("2026-11-22"); it has no time zone. */
export function day(text, year = false) {
  const form = { month: "short", day: "numeric", timeZone: "UTC", ...(year ? { year: "numeric" } : {}) };
  return format(Intl.DateTimeFormat, form).format(new Date(`${text}T00:00:00Z`));
}

export function moment(text) {
  const form = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return format(Intl.DateTimeFormat, form).format(new Date(text));
}
