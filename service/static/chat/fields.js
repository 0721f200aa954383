/** Says in words what a path such as "order.lines.0.unit_price" stands for. */
import { Phrase, T } from "./phrases.js";
import { en } from "./texts.ledger.en.js";

const NUMBER = /^\d+$/;
// What only says in which language or how something is kept.
const SILENT = new Set(["zh", "en", "value", "text", "data", "effect", "command", "proposal"]);

export function fieldWords(path) {
  const steps = path.split(".").filter((step, i, all) => !SILENT.has(step) || all.length === 1);
  const last = steps.findLastIndex((step) => !NUMBER.test(step));
  return new Phrase((lang) => steps.reduce((said, step, i) => {
    if (NUMBER.test(step)) return said && `${said} ${Number(step) + 1}`;
    return [said, word(step, i === last, lang)].filter(Boolean).join(" · ");
  }, ""));
}

/** Steps on the way that have no word are left out; the field itself is always named. */
function word(step, isLast, lang) {
  if (`field.${step}` in en) return T(`field.${step}`).say(lang);
  return isLast ? step.replaceAll("_", " ") : "";
}
