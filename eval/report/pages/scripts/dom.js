/** Makes elements. Texts go in as text nodes only: nothing in this page ever parses HTML. */

/** An element with attributes and children; functions under names like `onclick` listen; null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "testid") node.dataset.testid = value;
    else if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A value in words: texts as they are, lists with commas, anything else as JSON. */
export function plain(value) {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.join(", ");
  return JSON.stringify(value);
}

export function percent(value) {
  return `${(value * 100).toFixed(1)} %`;
}

export function many(count, one, several = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : several}`;
}

/** What a scorer found, in one line; many begin by what they looked at anyway. */
export function reason(finding) {
  return finding.why.startsWith(finding.scorer) ? finding.why : `${finding.scorer}: ${finding.why}`;
}

/** For screen readers: what has just happened. */
export function say(text) {
  byId("said").textContent = text;
}

const LANGS = { zh: "zh-Hans", en: "en" };

/** What the browser is told of the language of a text. */
export function langOf(language) {
  return LANGS[language] ?? null;
}
