/** One message and its reply on the page, from the first dot to the finished turn. */
import { clock, receiptCard, sourceList } from "./cards.js";
import { detailsOf } from "./details.js";
import { el, icon, phrase } from "./dom.js";
import { ledgerOf } from "./ledger.js";
import { openPassage } from "./passage.js";
import { T } from "./phrases.js";
import { layOut } from "./reply.js";
import { stageIndicator } from "./stages.js";
import { starsOf } from "./stars.js";
import { thumbsOf } from "./thumbs.js";

const NOTHING = { rating: null, thumbs: [] };

export class Exchange {
  /** `text` is what the customer wrote. `pick(text)` runs when a quick reply is chosen. */
  constructor(text, pick) {
    this.pick = pick;
    this.streamed = "";
    this.evidence = null;
    this.mine = el("article", { class: "mine", testid: "mine", tabindex: "-1" },
      el("h2", { class: "hidden-label" }, T("you_said")), el("div", { class: "bubble" }, plain(text)));
    this.slot = el("div", { class: "slot" });
    this.node = el("div", { class: "exchange", testid: "exchange" }, this.mine, this.slot);
  }

  /** Nothing has come yet. */
  wait() {
    this.streamed = "";
    this.stages = stageIndicator();
    this.slot.replaceChildren(agentRow({ kind: "waiting" }, this.stages.node));
  }

  onEvent({ event, data }) {
    if (event === "delta") this.#stream(data.text);
    else this.stages?.reached(event);
    if (event === "evidence") this.evidence = data;
  }

  stopping() {
    if (this.streamed) this.slot.querySelector(".bubble")?.append(phrase(T("stopping"), { class: "muted" }));
    else this.stages?.say("stopping");
  }

  #stream(text) {
    if (!this.streamed) {
      this.body = el("div", { class: "reply prose", testid: "streaming" });
      this.slot.replaceChildren(agentRow({ kind: "writing" }, this.body));
    }
    this.streamed += text;
    this.body.replaceChildren(layOut(this.streamed));
  }

  /** The finished turn takes the place of what was streamed. `said` is what the customer thought of it before. */
  show(turn, said = NOTHING) {
    this.mine.querySelector(".bubble").replaceChildren(plain(turn.text));
    if (turn.understanding?.language) this.mine.lang = turn.understanding.language;
    this.slot.replaceChildren(agentRow(turn.decision, ...this.#parts(turn, said)),
      turn.ask_rating ? starsOf(turn, said.rating) : "", this.#quick(turn.quick_replies ?? [], turn));
  }

  #parts(turn, said) {
    const open = (citation) => openPassage(citation);
    const reply = el("div", { class: "reply prose", testid: "reply", lang: turn.language }, layOut(turn.reply, turn.citations ?? [], open));
    const ledger = ledgerOf(turn, reply);
    const thumbs = thumbsOf(turn, said.thumbs.find((each) => each.turn_id === turn.turn_id));
    return [
      headline(turn.decision),
      reply,
      (turn.receipts ?? []).map(receiptCard),
      sourceList(turn.citations ?? [], open),
      el("footer", { class: "reply-foot" }, ledger.button, detailsOf(turn, this.evidence), thumbs.buttons,
        turn.at && el("time", { datetime: turn.at }, clock(turn.at))),
      thumbs.more,
      ledger.panel,
    ];
  }

  #quick(replies, turn) {
    return quickReplies(replies, this.pick, turn.decision.awaiting === "confirmation", turn.language);
  }

  /** Something went wrong: `what` says so and `retry` tries again (null where that would not help). */
  fail(what, detail, retry) {
    const press = { type: "button", class: "plain", testid: "retry", onclick: retry };
    const again = retry && el("button", press, icon("retry"), T("retry"));
    this.slot.replaceChildren(el("div", { class: "trouble", role: "alert", testid: "trouble" }, icon("alert"),
      el("div", {}, el("p", {}, what), detail && el("p", { class: "muted" }, detail), again)));
  }

  /** The conversation goes on: choices and second tries belong to the last message only. */
  settle() { for (const node of this.node.querySelectorAll(".quick, .trouble button")) node.remove(); }

  /** Where a screen reader goes on when the button that was pressed is gone. */
  focus() { this.mine.focus({ preventScroll: true }); }
}

/** What a customer may expect here, above the first words. */
export function welcome() {
  const promises = [["book", "welcome.sources"], ["pen", "welcome.confirm"], ["person", "welcome.person"]];
  return el("section", { class: "welcome", testid: "welcome" },
    el("h2", {}, T("welcome.title")),
    el("ul", {}, promises.map(([sign, key]) => el("li", {}, icon(sign), T(key)))));
}

/** The first words of a conversation. */
export function greeting(text, replies, pick) {
  return el("div", { class: "exchange", testid: "greeting" },
    agentRow({ kind: "greeting" }, el("div", { class: "reply prose" }, layOut(text, []))), quickReplies(replies, pick, false));
}

function agentRow(decision, ...content) {
  const face = el("img", { class: "face", src: "/static/leaf.svg", alt: "", width: 32, height: 32 });
  const proposal = decision.kind === "propose" || decision.awaiting === "confirmation";
  return el("article", { class: `agent ${decision.kind}${proposal ? " proposal" : ""}`, testid: proposal ? "proposal" : "agent" },
    face, el("h2", { class: "hidden-label" }, T("agent_said")), el("div", { class: "bubble" }, content));
}

function headline({ kind, awaiting }) {
  if (kind === "propose" || awaiting === "confirmation") return el("p", { class: "headline" }, icon("pen"), T("proposal"));
  if (kind === "handover") return el("p", { class: "headline" }, icon("person"), T("handover"));
  return kind === "refuse" ? el("p", { class: "headline" }, icon("alert"), T("refuse")) : null;
}

function quickReplies(replies, pick, firstMatters, lang = null) {
  if (!replies.length) return "";
  return el("div", { class: "quick", role: "group", testid: "quick", "aria-label": T("quick"), lang }, replies.map((reply, i) =>
    el("button", { type: "button", class: firstMatters && i === 0 ? "chip-button strong" : "chip-button", testid: "quick-reply",
      onclick: () => pick(reply.text) }, reply.title)));
}

function plain(text) {
  return el("p", { class: "typed", testid: "my-text" }, text);
}
