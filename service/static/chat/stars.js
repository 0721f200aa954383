/** One to five stars for the conversation, when the service says that this is the moment to ask. */
import { sendRating } from "./api.js";
import { el, icon } from "./dom.js";
import { Opinion } from "./opinion.js";
import { T } from "./phrases.js";

const SCORES = [1, 2, 3, 4, 5];
let made = 0;

/** The question and its stars. `said` is the rating that was given before, if one was. */
export function starsOf(turn, said) {
  const opinion = new Opinion((value) => sendRating(turn.conversation_id, value), "rating-more");
  const name = `stars-${++made}`;
  const light = (score) => stars.forEach((star, i) => star.classList.toggle("lit", i < score));
  const choose = (score) => {
    light(score);
    const reason = opinion.saver.wanted?.reason ?? said?.reason ?? "";
    opinion.give({ score, reason }, true);
  };
  const stars = SCORES.map((score) => starOf(score, name, score === said?.score, () => choose(score)));
  light(said?.score ?? 0);
  return el("section", { class: "rating", testid: "rating" },
    el("fieldset", {}, el("legend", {}, T("stars.title")), el("div", { class: "stars" }, stars)), opinion.node);
}

/** A radio button, so that arrow keys move between the stars. */
function starOf(score, name, checked, onchange) {
  const label = T("stars.score", { score, words: T(`stars.${score}`) });
  return el("label", { class: "star", testid: `star-${score}` },
    el("input", { type: "radio", class: "hidden-label", name, value: score, checked, "aria-label": label, onchange }), icon("star"));
}
