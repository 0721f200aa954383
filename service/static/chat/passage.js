/** The panel that shows where a sentence comes from. */
import { getPassage } from "./api.js";
import { el, icon, phrase } from "./dom.js";
import { highlight } from "./highlight.js";
import { renderMarkdown } from "./markdown.js";
import { T } from "./phrases.js";
import { openSheet, sheetHead } from "./sheet.js";

const sheet = document.getElementById("passage");
let shown = 0;

/** Opens at once with what the citation knows, then fills in the passage. */
export async function openPassage(citation) {
  const ticket = ++shown;
  const body = el("div", { class: "sheet-body passage", tabindex: "0", role: "region", "aria-labelledby": "passage-title" },
    phrase(T("loading"), { class: "muted" }));
  sheet.replaceChildren(head(citation), body);
  openSheet(sheet);
  const content = await load(citation);
  if (ticket === shown) {
    body.replaceChildren(...content);
    body.querySelector("mark")?.scrollIntoView({ block: "center" });
  }
}

function head({ title, heading, revision }) {
  const titleNode = el("h2", { id: "passage-title", testid: "passage-title" }, title);
  const below = el("p", { class: "passage-heading", testid: "passage-heading" }, heading || title);
  const version = phrase(T("revision", { revision }), { class: "chip", "data-testid": "passage-revision" });
  return sheetHead(sheet, el("div", {}, titleNode, heading && heading !== title ? below : null, version));
}

async function load(citation) {
  try {
    const passage = await getPassage(citation.passage_id);
    const text = el("div", { class: "prose", lang: passage.language, testid: "passage-text" }, renderMarkdown(passage.text));
    const found = highlight(text, citation.quote);
    return found || !citation.quote ? [text] : [quoted(citation), text];
  } catch {
    return [el("p", { class: "trouble" }, icon("alert"), T("passage_failed")), quoted(citation)];
  }
}

function quoted({ quote }) {
  return el("figure", { class: "quoted" }, el("figcaption", {}, T("quoted")), el("blockquote", { testid: "quoted" }, quote));
}
