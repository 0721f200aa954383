/** Finds the words of claims on the page, which shows sentences with markers, lists and tables in them. */
import { IGNORED, lettersOf } from "./highlight.js";
import { markLength } from "./reply.js";

const NAME = "claim";

/** The letters below `root`, in which sentences are looked for in the order of the reply. */
export class Places {
  constructor(root) {
    this.letters = lettersOf(root, ".cite");
    this.text = this.letters.map((letter) => letter.char).join("");
    this.cursor = 0;
  }

  /** A function from `start` and `end` in `sentence` (code points, as the service counts) to a Range or null. */
  of(sentence) {
    const kept = keptOf(sentence);
    const wanted = kept.map((letter) => letter.char).join("");
    const found = wanted ? this.text.indexOf(wanted, this.cursor) : -1;
    if (found < 0) return () => null;
    this.cursor = found + wanted.length;
    return (start, end) => this.#range(kept, found, start, end);
  }

  #range(kept, found, start, end) {
    const first = kept.findIndex(({ at }) => at >= start && at < end);
    const last = kept.findLastIndex(({ at }) => at >= start && at < end);
    if (first < 0) return null;
    const range = document.createRange();
    const [from, to] = [this.letters[found + first], this.letters[found + last]];
    range.setStart(from.node, from.at);
    range.setEnd(to.node, to.at + 1);
    return range;
  }
}

/** The letters that the page shows of a sentence, each with its place in it. */
function keptOf(sentence) {
  const kept = [];
  let before = 0;
  for (const line of sentence.split("\n")) {
    const mark = markLength(line);
    const characters = Array.from(line);
    characters.forEach((char, i) => {
      if (i < mark || IGNORED.test(char)) return;
      for (const unit of char.split("")) kept.push({ at: before + i, char: unit });
    });
    before += characters.length + 1;
  }
  return kept;
}

/** Marks these ranges and no others; the page itself stays as it is. Browsers without highlights mark nothing. */
export function point(ranges) {
  const marks = globalThis.CSS?.highlights;
  if (!marks) return;
  if (ranges.length) marks.set(NAME, new Highlight(...ranges));
  else marks.delete(NAME);
}
