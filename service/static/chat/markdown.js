/** The little Markdown that passages use: headings, paragraphs, lists, tables, bold, code. Unknown marks stay text. */
import { el } from "./dom.js";

const HEADING = /^#{1,6}\s+(.+?)(?:\s*\{#[^}]*\})?\s*$/;
const ITEM = /^\s*(?:[-*+]|\d{1,2}[.)])\s+(.*)$/;
const ORDERED = /^\s*\d/;
const RULE = /^\s*\|?(?:\s*:?-{2,}:?\s*\|?)+\s*$/;

export function renderMarkdown(text) {
  const out = document.createDocumentFragment();
  const lines = text.replace(/<!--[\s\S]*?-->/g, "").split(/\r?\n/);
  for (let at = 0; at < lines.length;) {
    if (!lines[at].trim()) { at += 1; continue; }
    const end = blockEnd(lines, at);
    out.append(block(lines.slice(at, end)));
    at = end;
  }
  return out;
}

function kind(line) {
  if (HEADING.test(line)) return "heading";
  if (line.trim().startsWith("|")) return "table";
  if (ITEM.test(line)) return ORDERED.test(line) ? "ol" : "ul";
  return "p";
}

function blockEnd(lines, start) {
  const first = kind(lines[start]);
  let end = start + 1;
  if (first === "heading") return end;
  while (end < lines.length && lines[end].trim() && kind(lines[end]) === first) end += 1;
  return end;
}

function block(lines) {
  const what = kind(lines[0]);
  if (what === "heading") return el("h3", {}, inline(HEADING.exec(lines[0])[1]));
  if (what === "table") return table(lines);
  if (what === "p") return el("p", {}, inline(lines.join(" ")));
  return el(what, {}, lines.map((line) => el("li", {}, inline(ITEM.exec(line)[1]))));
}

function table(lines) {
  const [head, ...rows] = lines.filter((line) => !RULE.test(line)).map(cells);
  return el("div", { class: "table" }, el("table", {},
    el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col" }, inline(text))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((text) => el("td", {}, inline(text))))))));
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((text) => text.trim());
}

function inline(text) {
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return plain.split(/(\*\*[^*]+\*\*|`[^`]+`)/).filter(Boolean).map((piece) => {
    if (/^\*\*[^*]+\*\*$/.test(piece)) return el("strong", {}, piece.slice(2, -2));
    return /^`[^`]+`$/.test(piece) ? el("code", {}, piece.slice(1, -1)) : document.createTextNode(piece);
  });
}
