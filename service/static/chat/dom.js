/** Makes elements. Text goes in as text nodes only: nothing in this page ever parses HTML. */
import { Phrase, bind } from "./phrases.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children. A `Phrase`, as a child or as an attribute, follows the
 * language of the page; a function under a name like `onclick` listens; null and false are left out.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  for (const child of children.flat(Infinity)) add(node, child);
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "testid") node.dataset.testid = value;
  else if (typeof value === "function") node.addEventListener(name.slice(2), value);
  else if (value instanceof Phrase) bind(node, (text) => node.setAttribute(name, text), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function add(node, child) {
  if (child === null || child === undefined || child === false) return;
  node.append(child instanceof Phrase ? phrase(child) : child);
}

/** A span that follows the language of the page. */
export function phrase(what, attributes = {}) {
  const node = el("span", attributes);
  bind(node, (text) => { node.textContent = text; }, what);
  return node;
}

/** One symbol of icons.svg; silent for screen readers, so its button needs a name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}
