/** Marks a quote inside rendered text, whatever markup and white space lie between its words. */
import { el } from "./dom.js";

/** Letters that passages have as marks and the page does not show, or the other way round. */
export const IGNORED = /[\s*`#|>…·]/;

/** Wraps the quote in <mark>; returns the first mark, or null when `root` does not hold the quote. */
export function highlight(root, quote) {
  const letters = lettersOf(root);
  const wanted = Array.from(quote.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")).filter((c) => !IGNORED.test(c)).join("");
  const start = wanted ? letters.map((letter) => letter.char).join("").indexOf(wanted) : -1;
  if (start < 0) return null;
  const marks = runs(letters.slice(start, start + wanted.length)).map(wrap);
  return marks[0];
}

/** Every letter below `root` with its text node and place, but for those within elements that match `skip`. */
export function lettersOf(root, skip = null) {
  const letters = [];
  const taken = (node) => (skip && node.parentElement.closest(skip) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, taken);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // UTF-16 units on both sides: `indexOf` counts them, and so do the offsets of a text node.
    for (let at = 0; at < node.data.length; at += 1) {
      if (!IGNORED.test(node.data[at])) letters.push({ node, at, char: node.data[at] });
    }
  }
  return letters;
}

function runs(letters) {
  const found = new Map();
  for (const { node, at } of letters) {
    if (!found.has(node)) found.set(node, { node, from: at });
    found.get(node).to = at + 1;
  }
  return [...found.values()];
}

function wrap({ node, from, to }) {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  const mark = el("mark", { testid: "quoted" });
  range.surroundContents(mark);
  return mark;
}
