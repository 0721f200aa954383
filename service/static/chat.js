/** The chat page: puts the parts together and says what happens when. */
import { getDemo } from "./chat/api.js";
import { focusBox, fill, insert, setBusy, startComposer, stopPressed } from "./chat/composer.js";
import { startConsents } from "./chat/consents.js";
import { Conversation } from "./chat/conversation.js";
import { showDemo } from "./chat/demo.js";
import { el, icon } from "./chat/dom.js";
import { Exchange, greeting, welcome } from "./chat/exchange.js";
import { T, bind, currentLanguage, either, fillPage, onLanguage, setLanguage } from "./chat/phrases.js";
import { canRetry, detailOf, wordsFor } from "./chat/problems.js";
import { startScroll, toEnd } from "./chat/scroll.js";
import { forgetConversation, saveConversation, savePending, savedConversation } from "./chat/session.js";

const log = document.getElementById("log");
const announcer = document.getElementById("announce");
let conversation = null;
let exchanges = [];
let beginnings = 0;

async function open() {
  const saved = savedConversation();
  try {
    if (saved) await resume(saved);
    else await begin();
  } catch (problem) {
    if (saved && problem.status === 404) { forgetConversation(); await open(); } else showStartTrouble();
  }
}

async function begin(before = null) {
  const [ticket, said] = [++beginnings, exchanges.length];
  const { conversation: fresh, begun } = await Conversation.begin(currentLanguage());
  // Meanwhile the customer may have switched the language again, or written to the old conversation.
  if (ticket !== beginnings || said !== exchanges.length) return;
  conversation = fresh;
  saveConversation(fresh.id, begun.quick_replies ?? []);
  exchanges = [];
  log.replaceChildren(welcome(), ...(before ? [goBack(before)] : []), greeting(begun.greeting, begun.quick_replies ?? [], ask));
  toEnd();
}

async function resume(saved) {
  const { conversation: same, record, said } = await Conversation.resume(saved.id);
  conversation = same;
  exchanges = [];
  const first = record.turns.length || saved.pending ? [] : saved.quick_replies ?? [];
  log.replaceChildren(welcome(), greeting(record.greeting, first, ask));
  for (const turn of record.turns) add(turn.text).show(turn, said);
  const pending = saved.pending;
  if (pending && !record.turns.some((turn) => turn.message_id === pending.message_id)) await deliver(pending, add(pending.text));
  toEnd();
}

function add(text) {
  exchanges.at(-1)?.settle();
  log.querySelector("[data-testid=greeting] .quick")?.remove();
  const exchange = new Exchange(text, ask);
  exchanges.push(exchange);
  log.append(exchange.node);
  return exchange;
}

function ask(text) {
  if (!conversation || conversation.busy) return false;
  const byTouch = matchMedia("(pointer: coarse)").matches;
  const exchange = add(text);
  // On a phone the box would bring up the keyboard over the reply.
  if (byTouch) exchange.focus();
  else focusBox();
  deliver(conversation.prepare(text), exchange);
  return true;
}

async function deliver(message, exchange) {
  const mine = conversation;
  exchange.wait();
  setBusy(true);
  announce(T("stage.understanding"));
  toEnd();
  try {
    const turn = await mine.deliver(message, (event) => exchange.onEvent(event));
    exchange.show(turn);
    if (mine === conversation) announce(T("agent_said"), " ", spoken(turn));
  } catch (problem) {
    if (mine === conversation) fail(problem, message, exchange);
  } finally {
    if (mine === conversation) setBusy(false);
  }
}

function fail(problem, message, exchange) {
  const retry = () => { if (!conversation.busy) { focusBox(); deliver(message, exchange); } };
  exchange.fail(wordsFor(problem), detailOf(problem), canRetry(problem) ? retry : null);
  if ([400, 413, 422].includes(problem.status)) fill(message.text);
}

/** For screen readers: one polite word that it is under way, then the finished reply, never its pieces. */
function announce(...words) { announcer.replaceChildren(el("p", {}, words)); }

function spoken(turn) {
  // Neither the numbers of sources nor the dots between the cells of a table are words to be read aloud.
  return el("span", { lang: turn.language }, turn.reply.replace(/\s?\[\d{1,2}\]/g, "").replaceAll(" · ", " "));
}

function stop() {
  if (!conversation?.busy) return;
  exchanges.at(-1).stopping();
  stopPressed();
  conversation.stop();
}

async function startOver() {
  const before = exchanges.length ? savedConversation() : null;
  conversation?.stop();
  try {
    await begin(before);
    setBusy(false);
    focusBox();
  } catch {
    showStartTrouble();
  }
}

function goBack(saved) {
  const back = async () => {
    conversation.stop();
    saveConversation(saved.id, []);
    savePending(saved.id, saved.pending);
    await open();
    setBusy(false);
    focusBox();
  };
  return el("p", { class: "notice", testid: "notice" }, T("started_new"), " ",
    el("button", { type: "button", class: "plain", testid: "back", onclick: back }, T("back")));
}

function showStartTrouble() {
  log.replaceChildren(el("div", { class: "trouble", role: "alert", testid: "trouble" }, icon("alert"), el("div", {},
    el("p", {}, T("problem.start")),
    el("button", { type: "button", class: "plain", testid: "retry", onclick: open }, icon("retry"), T("retry")))));
}

function nameShop(name) {
  const heading = document.getElementById("shop-name");
  bind(heading, (text) => { heading.textContent = text; document.title = `${text} · Kefu`; }, name);
}

async function introduce() {
  const demo = await getDemo().catch(() => null);
  const shop = demo?.shop ?? {};
  if (shop.zh || shop.en) nameShop(either({ zh: shop.zh || shop.en, en: shop.en || shop.zh }));
  if (demo?.sample) showDemo(demo.customers ?? [], insert);
}

function startLanguages() {
  const buttons = [...document.querySelectorAll("[data-lang]")];
  const mark = () => buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.lang === currentLanguage())));
  for (const one of buttons) one.addEventListener("click", () => setLanguage(one.dataset.lang));
  // Nothing was said yet, so the greeting can still change its language.
  onLanguage(() => { mark(); if (conversation && !exchanges.length) begin().catch(showStartTrouble); });
  mark();
}

fillPage();
startLanguages();
startScroll();
startComposer(ask, stop);
startConsents(() => conversation?.id);
document.getElementById("new-conversation").addEventListener("click", startOver);
open();
introduce();
