/** The conversations behind a number, and one of them as it was. What says who somebody is stays masked unless asked for. */
import { el, icon } from "../chat/dom.js";
import { openSheet } from "../chat/sheet.js";
import { announce } from "./announce.js";
import { get } from "./api.js";
import { moment, number, productName, ruleName, signed, t, word } from "./words.js";

const PAGE = 50;
const dialog = document.getElementById("drawer");
let unmasked = false;
let onUnmasked = () => {};
let again = null;
let ticket = 0;

export function isUnmasked() { return unmasked; }

/** `changed` is called when personal data begin or cease to be shown. */
export function watchUnmasked(changed) { onUnmasked = changed; }

/** The switch that shows names, numbers and texts as they are. It is off again on every visit. */
export function personal() {
  const box = el("input", { type: "checkbox", role: "switch", testid: "unmasked", checked: unmasked, onchange: () => {
    unmasked = box.checked;
    if (dialog.open) again?.();
    onUnmasked();
  } });
  return el("label", { class: unmasked ? "personal on" : "personal" }, box, el("span", {}, t("ins.personal")));
}

/**
 * List the conversations of a selection. `note()` is a sentence above them; `about()` asks for what stands there beside
 * them and gives what draws it.
 */
export async function openList(selection, title, { note = null, about = null } = {}) {
  const seen = { title, note, items: [], next: "", about: null };
  again = () => openList(selection, title, { note, about });
  await load(async () => {
    const [page, drawn] = await Promise.all([
      get("/v1/insights/conversations", { ...selection, limit: PAGE, unmasked }), about?.(get, unmasked)]);
    Object.assign(seen, { items: page.conversations, next: page.next, about: drawn });
    return () => drawList(selection, seen);
  }, title);
}

function drawList(selection, seen) {
  const told = t(seen.next ? "drawer.shown_more" : "drawer.shown", { count: number(seen.items.length) });
  announce(`${seen.title}: ${told}`);
  const more = async () => {
    const page = await get("/v1/insights/conversations", { ...selection, limit: PAGE, after: seen.next, unmasked });
    const first = seen.items.length;
    Object.assign(seen, { items: [...seen.items, ...page.conversations], next: page.next });
    drawList(selection, seen);
    dialog.querySelectorAll("[data-testid=conversation]")[first]?.focus();
  };
  fill(el("h2", { id: "drawer-title" }, seen.title), [
    seen.note && el("p", { class: "warning", testid: "drawer-note" }, seen.note()),
    seen.about?.(),
    el("p", { class: "drawer-tools" }, el("span", { class: "muted", testid: "shown" }, seen.items.length ? told : t("drawer.empty")), personal()),
    el("ul", { class: "talks" }, seen.items.map((each) => el("li", {}, item(each, () => drawList(selection, seen))))),
    seen.next && el("button", { type: "button", class: "button", testid: "more", onclick: () => more().catch(fail) }, t("drawer.more")),
  ]);
}

function item(each, back) {
  const what = [each.reason && word("intent", each.reason), each.product_id && productName(each.product_id), each.order_id].filter(Boolean).join(" · ");
  const ends = [t(`res.${each.resolution}`), each.came_back && t("res.came_back"), each.complaint && word("complaint", each.complaint), each.csat && `★ ${each.csat}`].filter(Boolean).join(" · ");
  return el("button", { type: "button", class: "talk", testid: "conversation", onclick: () => openTalk(each.conversation_id, back) },
    el("span", { class: "talk-meta" }, `${moment(each.started_at)} · ${each.channel || t("unknown")} · ${t("drawer.turns", { count: each.turns })}`, moodMark(each.mood)),
    el("span", { class: "talk-text", lang: each.language }, each.opening || t("drawer.no_text")),
    el("span", { class: "talk-meta" }, [what, ends].filter(Boolean).join(" — ")));
}

function moodMark(mood) {
  if (mood === null) return null;
  const side = mood <= -0.2 ? "bad" : mood >= 0.2 ? "good" : "even";
  return el("span", { class: `mood ${side}`, title: t("fig.mood") }, signed(mood, 1));
}

/** One conversation; with `back` from a list. */
export async function openTalk(id, back = null) {
  again = () => openTalk(id, back);
  await load(async () => {
    const talk = await get(`/v1/insights/conversations/${encodeURIComponent(id)}`, { unmasked });
    return () => drawTalk(talk, back);
  }, id);
}

function drawTalk(talk, back) {
  const head = el("div", {},
    back && el("button", { type: "button", class: "link", testid: "back", onclick: back }, t("drawer.back")),
    el("h2", { id: "drawer-title" }, talk.conversation_id),
    el("p", { class: "muted" }, `${talk.channel || t("unknown")} · ${t("drawer.customer")}: ${talk.customer || t("drawer.anonymous")}`));
  fill(head, [el("p", { class: "drawer-tools" }, el("span", {}), personal()),
    unmasked && el("p", { class: "warning" }, t("ins.personal_on")),
    el("ol", { class: "said", testid: "transcript" }, talk.turns.map((each) => el("li", {}, turn(each))))]);
  announce(talk.conversation_id);
}

function turn(each) {
  if (!each.text && !each.reply) return el("p", { class: "state" }, t("drawer.unreadable"));
  return [
    el("p", { class: "talk-meta" }, moment(each.at), moodMark(each.mood)),
    el("p", { class: "bubble mine" }, el("span", { class: "hidden-label" }, `${t("drawer.customer")}: `), each.text),
    el("p", { class: "bubble" }, el("span", { class: "hidden-label" }, `${t("drawer.kefu")}: `), each.reply),
    el("p", { class: "talk-meta code", title: each.rule && ruleName(each.rule) }, [t(`kind.${each.kind}`), each.rule].filter(Boolean).join(" · ")),
  ];
}

async function load(make, title) {
  const mine = ++ticket;
  if (!dialog.open) fill(el("h2", { id: "drawer-title" }, title), [el("p", { class: "state" }, t("ins.loading"))]);
  openSheet(dialog);
  try {
    const draw = await make();
    if (mine === ticket && dialog.open) draw();
  } catch (problem) {
    if (mine === ticket) fail(problem);
  }
}

function fail(problem) {
  const why = problem.status === 0 ? t("ins.no_connection") : problem.message;
  fill(el("h2", { id: "drawer-title" }, t("drawer.list")), [
    el("div", { class: "trouble", role: "alert" }, el("p", {}, t("ins.failed", { why })), el("button", { type: "button", class: "button", onclick: () => again() }, t("ins.retry")))]);
}

function fill(head, body) {
  const close = el("button", { type: "button", class: "round", testid: "close", "aria-label": t("drawer.close"), onclick: () => dialog.close() }, icon("close"));
  const inside = dialog.contains(document.activeElement);
  dialog.replaceChildren(el("header", { class: "sheet-head" }, head, close), el("div", { class: "sheet-body", tabindex: "0" }, body.filter(Boolean)));
  if (inside) close.focus();
}

/** After a switch of language. */
export function redraw() { if (dialog.open) again?.(); }
