/** What thumbs and stars have in common: saving at once, an optional reason, and a line that says how it went. */
import { el, icon, phrase } from "./dom.js";
import { T } from "./phrases.js";
import { Saver } from "./saver.js";

const LONGEST = 1000;
// The service would not take it later either.
const FINAL = { 404: "opinion.gone", 409: "opinion.final" };

export class Opinion {
  /** `send(value)` stores. `node` is empty until something was given. */
  constructor(send, testid) {
    this.outcome = el("p", { class: "opinion-outcome", role: "status", tabindex: "-1", testid: "opinion-outcome" });
    this.node = el("div", { class: "opinion", testid });
    this.form = null;
    this.saver = new Saver(send, (state, problem) => (state === "saved" ? this.#thank() : this.#fail(problem)));
  }

  /** Saves `value`, and asks for a reason if `why`. */
  give(value, why) {
    this.form = why ? this.#ask(value) : null;
    this.node.replaceChildren(...(this.form ? [this.form] : []), this.outcome);
    this.saver.save(value);
  }

  #ask(value) {
    const box = el("input", { type: "text", class: "reason-box", maxlength: LONGEST, autocomplete: "off", enterkeyhint: "send",
      testid: "reason", "aria-label": T("opinion.reason"), placeholder: T("opinion.reason") });
    box.value = value.reason ?? "";
    const submit = (event) => {
      event.preventDefault();
      if (box.value.trim()) this.saver.save({ ...value, reason: box.value.trim() });
    };
    return el("form", { class: "reason", testid: "reason-form", onsubmit: submit }, box,
      el("button", { type: "submit", class: "reason-send", testid: "reason-send" }, T("opinion.send")));
  }

  #thank() {
    this.outcome.replaceChildren(icon("check"), phrase(T("opinion.thanks"), { testid: "opinion-thanks" }));
    const told = this.saver.wanted.reason && this.form?.querySelector("input").value.trim() === this.saver.wanted.reason;
    if (!told) return;
    if (this.form.contains(document.activeElement)) this.outcome.focus({ preventScroll: true });
    this.form.remove();
  }

  #fail(problem) {
    const known = FINAL[problem.status];
    const press = { type: "button", class: "plain", testid: "opinion-retry", onclick: () => this.saver.again() };
    this.outcome.replaceChildren(el("span", { class: "opinion-trouble", testid: "opinion-trouble" }, icon("alert"),
      phrase(T(known ?? "opinion.failed")), known ? null : el("button", press, icon("retry"), T("retry"))));
  }
}
