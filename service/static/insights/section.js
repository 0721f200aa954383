/** A section of the page: its own loading, its own trouble, its own numbers. */
import { el } from "../chat/dom.js";
import { announce } from "./announce.js";
import { tidy } from "./charts.js";
import { moment, t } from "./words.js";

// How often a computation that is under way is asked for, in milliseconds.
const AGAIN_MS = 2500;

/** `load(context)` gives what `draw(data, context)` makes elements of. `wide` takes the whole width. */
export class Section {
  constructor(name, load, draw, { wide = false, note = "" } = {}) {
    Object.assign(this, { name, load, draw, note, ticket: 0, data: null });
    this.title = el("h2", { id: `title-${name}` });
    this.body = el("div", { class: "body" });
    this.node = el("section", { class: wide ? "panel whole" : "panel", "aria-labelledby": `title-${name}`, testid: `section-${name}` }, this.title, this.body);
  }

  /** New numbers are to come: answers to earlier questions are dropped from now on. */
  wait() {
    this.ticket += 1;
    clearTimeout(this.timer);
    this.node.setAttribute("aria-busy", "true");
    if (!this.data) this.say("ins.loading");
  }

  /** Ask for the numbers. */
  async refresh(context) {
    this.wait();
    const { ticket } = this;
    this.context = context;
    try {
      const data = await this.load(context, this);
      if (ticket !== this.ticket) return;
      this.data = data;
      this.show();
      if (data?.computing) this.timer = setTimeout(() => this.refresh(context), AGAIN_MS);
    } catch (problem) {
      if (ticket === this.ticket) this.fail(problem);
    } finally {
      if (ticket === this.ticket) this.node.removeAttribute("aria-busy");
    }
  }

  /** Write again what is known, as after a switch of language. */
  show() {
    this.title.textContent = t(`sec.${this.name}`);
    if (!this.data) return;
    const focused = this.body.contains(document.activeElement) ? document.activeElement.id : "";
    this.body.replaceChildren(...[this.head(), this.shown()].flat().filter(Boolean));
    tidy();
    if (focused) document.getElementById(focused)?.focus();
  }

  shown() {
    const data = this.data;
    if (!("as_of" in data)) return this.draw(data, this.context, this);
    if (data.result) return this.draw(data.result, this.context, this);
    return data.error ? trouble(data.error, () => this.refresh(this.context)) : el("p", { class: "state" }, t("ins.computing"));
  }

  head() {
    const { as_of: at, computing } = this.data;
    const known = at && this.data.result ? t(computing ? "ins.renewing" : "ins.as_of", { at: moment(at) }) : "";
    const words = [known, this.note && this.context.open && t(this.note)].filter(Boolean).join(" · ");
    return words && el("p", { class: "as-of", testid: `as-of-${this.name}` }, words);
  }

  say(key) {
    this.title.textContent = t(`sec.${this.name}`);
    this.body.replaceChildren(el("p", { class: "state" }, t(key)));
  }

  fail(problem) {
    if (problem.name === "AbortError") return;
    this.title.textContent = t(`sec.${this.name}`);
    this.data = null;
    const why = problem.status === 0 ? t("ins.no_connection") : problem.message;
    announce(t("ins.failed", { why }));
    this.body.replaceChildren(trouble(why, () => this.refresh(this.context)));
  }
}

function trouble(why, again) {
  return el("div", { class: "trouble", testid: "trouble" }, el("p", {}, t("ins.failed", { why })),
    el("button", { type: "button", class: "button", onclick: again }, t("ins.retry")));
}

export function nothing(key = "ins.none") { return el("p", { class: "state", testid: "nothing" }, t(key)); }

export function lead(text) { return el("p", { class: "lead" }, text); }

/** A choice within a section, such as which process is shown. */
export function picker(id, label, options, value, pick) {
  const control = el("select", { id, testid: id, onchange: () => pick(control.value) },
    options.map(([name, text]) => el("option", { value: name, selected: name === value }, text)));
  return el("label", { class: "filter", for: id }, el("span", {}, label), control);
}
