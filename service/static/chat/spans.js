/** Cuts the sentence or the row of a table that claims rest on out of a passage. */

const FULL_STOPS = "。！？";
const STOPS = ".!?";

/**
 * What a `support` rests on: {"characters", "start", "end", "from", "to"}, of which `from`..`to` is worth showing.
 * Places count code points. Without the passage (null), or where it has changed since, the citation's quote has to do.
 */
export function spanOf(support, passage, citation) {
  const text = passage && Array.from(passage.text);
  const same = text?.slice(support.start, support.end).join("") === support.quote;
  if (same) return { characters: text, start: support.start, end: support.end, ...around(text, support.start, support.end) };
  const quote = citation?.quote?.includes(support.quote) ? citation.quote : support.quote;
  const start = Array.from(quote.slice(0, quote.indexOf(support.quote))).length;
  const characters = Array.from(quote);
  return { characters, start, end: start + Array.from(support.quote).length, from: 0, to: characters.length };
}

function around(text, start, end) {
  const edges = { from: text.lastIndexOf("\n", start - 1) + 1, to: text.indexOf("\n", end) };
  if (start === 0) edges.from = 0;
  if (edges.to < 0) edges.to = text.length;
  if (text[edges.from] === "|") return edges;
  let [from, to] = [start, Math.max(end, start + 1)];
  while (from > edges.from && !ends(text, from - 1)) from -= 1;
  while (to < edges.to && !ends(text, to - 1)) to += 1;
  return { from, to };
}

function ends(text, at) {
  return FULL_STOPS.includes(text[at]) || (STOPS.includes(text[at]) && /^\s?$/.test(text[at + 1] ?? ""));
}

/**
 * The pieces of `from`..`to`, each with those of `spans` that cover it: [{"text", "spans"}]. Markdown's marks are
 * left out, the cells of a row are told apart by a dot.
 */
export function pieces(characters, from, to, spans) {
  const cuts = [...new Set([from, to, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const found = cuts.slice(1).map((end, i) => ({
    text: readable(characters.slice(cuts[i], end).join("")),
    spans: spans.filter((span) => span.start <= cuts[i] && end <= span.end),
  })).filter((piece) => piece.text);
  if (found.length) {
    found[0].text = found[0].text.replace(/^[\s·]+/, "");
    found.at(-1).text = found.at(-1).text.replace(/[\s·]+$/, "");
  }
  return found;
}

function readable(text) {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*|`|^#+ /g, "").replace(/\s*\|\s*/g, " · ");
}
