/** Lays out a reply: paragraphs, numbered and dotted lists, and [n] as buttons. */
import { el } from "./dom.js";
import { T } from "./phrases.js";

const NUMBERED = /^\s*(\d{1,2})(?:[.)]\s+|[、．]\s*)(.+)$/;
const DOTTED = /^\s*[-*•·]\s+(.+)$/;
const MARK = /\s?\[(\d{1,2})\]/g;

/**
 * A fragment for `text`. `open(citation)` runs when the button of one of `citations` is pressed; without
 * citations (null) the text is still coming and its marks are shown, but lead nowhere yet.
 */
export function layOut(text, citations = null, open = null) {
  const out = document.createDocumentFragment();
  for (const block of blocks(text)) {
    const rows = block.rows.map((row) => inline(row.text, citations, open));
    if (block.kind === "p") out.append(paragraph(rows));
    else out.append(el(block.kind, {}, block.rows.map((row, i) => el("li", { value: row.number }, rows[i]))));
  }
  return out;
}

function blocks(text) {
  const found = [];
  let open = null;
  for (const line of text.split(/\r?\n/)) {
    if (!line.trim()) { open = null; continue; }
    const row = rowOf(line);
    if (open?.kind !== row.kind) found.push(open = { kind: row.kind, rows: [] });
    open.rows.push(row);
  }
  return found;
}

function rowOf(line) {
  const numbered = NUMBERED.exec(line);
  if (numbered) return { kind: "ol", number: numbered[1], text: numbered[2] };
  const dotted = DOTTED.exec(line);
  return dotted ? { kind: "ul", text: dotted[1] } : { kind: "p", text: line };
}

function paragraph(rows) {
  return el("p", {}, rows.flatMap((row, i) => (i ? [document.createElement("br"), row] : [row])));
}

function inline(text, citations, open) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    const citation = citations?.find((one) => one.n === Number(match[1]));
    if (citations && !citation) continue;
    const mark = citation ? marker(citation, open) : el("span", { class: "cite" }, match[1]);
    out.append(text.slice(from, match.index), mark);
    from = match.index + match[0].length;
  }
  out.append(text.slice(from));
  return out;
}

function marker(citation, open) {
  return el("button", {
    type: "button", class: "cite", testid: "citation",
    "aria-label": T("source", { n: citation.n, name: nameOf(citation) }),
    onclick: () => open(citation),
  }, String(citation.n));
}

/** Title and heading, the heading only where it adds something. */
export function nameOf({ title, heading }) {
  return heading && heading !== title ? `${title} › ${heading}` : title;
}
