/** Lays out a reply: paragraphs, numbered and dotted lists, tables of quoted passages, and [n] as buttons. */
import { el } from "./dom.js";
import { T } from "./phrases.js";

const NUMBERED = /^\s*(\d{1,2})(?:[.)]\s+|[、．]\s*)(.+)$/;
const DOTTED = /^\s*[-*•·]\s+(.+)$/;
const CELLS = " · ";
const MARK = /\s?\[(\d{1,2})\]/g;

/**
 * A fragment for `text`. `open(citation)` runs when the button of one of `citations` is pressed; without
 * citations (null) the text is still coming and its marks are shown, but lead nowhere yet.
 */
export function layOut(text, citations = null, open = null) {
  const out = document.createDocumentFragment();
  for (const block of blocks(text)) {
    const show = (words) => inline(words, citations, open);
    const rows = block.kind === "table" ? [] : block.rows.map((row) => show(row.text));
    if (block.kind === "p") out.append(paragraph(rows));
    else if (block.kind === "table") out.append(table(block.rows, show));
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
    if (open?.kind !== row.kind || open.rows[0].cells !== row.cells) found.push(open = { kind: row.kind, rows: [] });
    open.rows.push(row);
  }
  return found.flatMap(whole);
}

/** One row alone is no table but a line with dots in it. */
function whole(block) {
  return block.kind === "table" && block.rows.length === 1 ? [{ kind: "p", rows: block.rows }] : [block];
}

function rowOf(line) {
  const numbered = NUMBERED.exec(line);
  if (numbered) return { kind: "ol", number: numbered[1], text: numbered[2] };
  const dotted = DOTTED.exec(line);
  if (dotted) return { kind: "ul", text: dotted[1] };
  const cells = line.split(CELLS).length;
  return cells > 1 ? { kind: "table", text: line, cells } : { kind: "p", text: line };
}

/** How many characters at the beginning of a line are its number or dot, which a list shows in its own way. */
export function markLength(line) { return line.length - rowOf(line).text.length; }

function paragraph(rows) {
  return el("p", {}, rows.flatMap((row, i) => (i ? [document.createElement("br"), row] : [row])));
}

/** The service quotes the rows of a table line by line, their cells told apart by dots; the first names the columns. */
function table([head, ...body], show) {
  const last = body.at(-1);
  const [marks] = /(?:\s?\[\d{1,2}\])*$/.exec(last.text);
  body[body.length - 1] = { text: last.text.slice(0, last.text.length - marks.length) };
  const row = (tag, { text }) => el("tr", {}, text.split(CELLS).map((cell) => el(tag, { scope: tag === "th" && "col" }, show(cell))));
  return el("div", { class: "table" }, el("table", {}, el("thead", {}, row("th", head)), el("tbody", {}, body.map((each) => row("td", each)))),
    // What the whole table is taken from is no part of its last cell.
    marks && el("p", { class: "table-source" }, show(marks)));
}

function inline(text, citations, open) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    const citation = citations?.find((one) => one.n === Number(match[1]));
    if (citations && !citation) continue;
    const mark = citation ? marker(citation, open) : el("span", { class: "cite" }, match[1]);
    out.append(...together(text.slice(from, match.index), mark));
    from = match.index + match[0].length;
  }
  out.append(text.slice(from));
  return out;
}

/** A marker stays on the line of the last letter before it. */
function together(text, mark) {
  const last = Array.from(text).at(-1) ?? "";
  return [text.slice(0, text.length - last.length), el("span", { class: "together" }, last, mark)];
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
