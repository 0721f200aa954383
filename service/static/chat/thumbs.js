/** Thumbs under a reply: a press saves, and whoever found it of no use may say why. */
import { sendThumb } from "./api.js";
import { el, icon } from "./dom.js";
import { Opinion } from "./opinion.js";
import { T } from "./phrases.js";

const THUMBS = ["up", "down"];

/** The buttons, and what appears below them. `said` is the thumb that was given before, if one was. */
export function thumbsOf(turn, said) {
  const opinion = new Opinion((value) => sendThumb(turn.turn_id, value), "thumb-more");
  let given = said?.thumb;
  const buttons = THUMBS.map((thumb) => el("button", {
    type: "button", class: "thumb", testid: `thumb-${thumb}`, "aria-label": T(`thumb.${thumb}`),
    "aria-pressed": String(thumb === given), onclick: () => press(thumb),
  }, icon(`thumb-${thumb}`)));
  const press = (thumb) => {
    // What was written with it would be lost.
    if (thumb === given) return;
    given = thumb;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(THUMBS[i] === thumb)));
    opinion.give({ thumb }, thumb === "down");
  };
  return { buttons: el("span", { class: "thumbs", role: "group", "aria-label": T("thumb.group") }, buttons), more: opinion.node };
}
