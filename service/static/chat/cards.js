/** What stands under the words of a reply: receipts and sources. */
import { el, icon } from "./dom.js";
import { Phrase, T, tag } from "./phrases.js";
import { nameOf } from "./reply.js";

const SIGNS = { CNY: "¥", USD: "$", EUR: "€", GBP: "£" };

const TITLED = ["return_started", "order_cancelled", "exchange_started", "repair_started", "items_changed",
  "address_changed", "payment_changed", "default_address_changed", "complaint_opened"];
const PARCELS = ["return_started", "exchange_started"];

export function receiptCard(receipt) {
  const title = T(TITLED.includes(receipt.kind) ? `receipt.${receipt.kind}` : "receipt.other");
  return el("section", { class: "card receipt", testid: "receipt", "aria-label": title },
    el("h3", { class: "card-title" }, icon("check"), title),
    el("dl", {},
      row("order", receipt.order_id, "receipt-order"),
      row("return", receipt.return_id, "receipt-return"),
      row("subject", receipt.return_id ? null : receipt.subject_id, "receipt-subject"),
      row("refund", sum(receipt.refund, receipt.currency), "receipt-refund", "big"),
      row("due", sum(receipt.due, receipt.currency), "receipt-due", "big"),
      row("postage", PARCELS.includes(receipt.kind) ? postage(receipt) : null, "receipt-postage"),
      row("at", receipt.at && moment(receipt.at))));
}

/** An amount, or nothing where it is none. */
function sum(amount, currency) {
  return amount && amount !== "0.00" ? money(amount, currency) : null;
}

function row(key, value, testid = null, kind = null) {
  if (value === null || value === undefined || value === "") return null;
  return el("div", { class: kind }, el("dt", {}, T(key)), el("dd", { testid }, value));
}

function postage({ postage: amount, currency, postage_payer: payer }) {
  if (amount === null || amount === undefined) return null;
  return new Phrase((lang) => {
    const who = payer ? T(`payer.${payer}`).say(lang) : "";
    const sum = money(amount, currency);
    return who ? (lang === "zh" ? `${sum}（${who}）` : `${sum}, ${who}`) : sum;
  });
}

/** Amounts arrive as decimal strings and stay strings: a float could show another sum than was paid. */
function money(amount, currency) {
  return SIGNS[currency] ? `${SIGNS[currency]}${amount}` : `${amount} ${currency ?? ""}`.trim();
}

/** Day and time for people, in the language of the page. */
export function moment(at) {
  const date = new Date(at);
  return new Phrase((lang) => date.toLocaleString(tag(lang), { dateStyle: "medium", timeStyle: "short" }));
}

/** A moment whose timezone matters, because it stands beside one that the shop told. */
export function momentWithZone(at) {
  const date = new Date(at);
  const parts = { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
  return new Phrase((lang) => date.toLocaleString(tag(lang), parts));
}

/** Hours and minutes. */
export function clock(at) {
  const date = new Date(at);
  return new Phrase((lang) => date.toLocaleTimeString(tag(lang), { hour: "numeric", minute: "2-digit" }));
}

export function sourceList(citations, open) {
  if (!citations.length) return null;
  const entries = citations.map((citation) => el("li", {}, el("button", {
    type: "button", class: "source", testid: "source", onclick: () => open(citation),
    "aria-label": T("source", { n: citation.n, name: nameOf(citation) }),
  },
  el("span", { class: "source-n" }, String(citation.n)),
  el("span", { class: "source-name" }, nameOf(citation)),
  icon("chevron"))));
  return el("section", { class: "sources", testid: "sources", "aria-label": T("sources") },
    el("h3", { class: "small-title" }, icon("book"), T("sources")), el("ol", {}, entries));
}
