/** The typing indicator: which stage of the turn is under way. */
import { el, phrase } from "./dom.js";
import { T } from "./phrases.js";

const STAGES = ["understanding", "searching", "deciding", "writing"];
// An event tells that a stage is over, so the next one is under way.
const NEXT = { understanding: "searching", evidence: "deciding", decision: "writing" };

export function stageIndicator() {
  const words = el("span", { class: "stage-words" });
  const dots = STAGES.map(() => el("i"));
  const node = el("div", { class: "stages", testid: "stages" },
    el("span", { class: "dots", "aria-hidden": "true" }, dots), words);
  const show = (key, at) => {
    words.replaceChildren(phrase(T(key)));
    dots.forEach((dot, i) => { dot.className = i < at ? "over" : i === at ? "now" : ""; });
    node.dataset.stage = STAGES[at] ?? "stopping";
  };
  const reached = (event) => { if (NEXT[event]) show(`stage.${NEXT[event]}`, STAGES.indexOf(NEXT[event])); };
  show("stage.understanding", 0);
  return { node, reached, say: (key) => show(key, STAGES.length) };
}
