/** What the reason of one who will probably write speaks of: the order, the return, the complaint. */
import { el } from "../chat/dom.js";
import { moment, said, t, word } from "./words.js";

/** Asks for the row of a customer with `get`; gives what draws its records. Who is no longer on the list has none. */
export async function outreachOf(customer, get, unmasked) {
  const row = await get(`/v1/insights/outreach/${customer}`, { unmasked }).catch(missing);
  if (!row) return () => el("p", { class: "warning" }, t("outreach.gone"));
  const complaints = await Promise.all(row.about.filter(({ kind }) => kind === "complaint").map(({ id }) => complaintOf(id, get, unmasked)));
  return () => el("section", { class: "about", testid: "about" }, el("p", {}, said(row.why)), row.about.map(record), complaints.filter(Boolean).map(words));
}

function missing(problem) {
  if (problem.status === 404) return null;
  throw problem;
}

async function complaintOf(id, get, unmasked) {
  return (await get(`/v1/complaints/${encodeURIComponent(id)}`, { unmasked }).catch(missing))?.complaint;
}

function record({ kind, id, carrier, goods, moments }) {
  const facts = [
    goods.length > 0 && [t("about.goods"), goods.map(said).join(", ")], carrier && [t("about.carrier"), said(carrier)],
    ...Object.entries(moments).map(([name, at]) => [t(`about.${name}`), moment(at)]),
  ].filter(Boolean);
  return el("div", { class: "case", testid: `about-${kind}` }, el("p", { class: "case-head" }, el("b", {}, t(`about.${kind}`)), el("span", { class: "code" }, id)),
    el("dl", { class: "evidence" }, facts.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)))));
}

function words(complaint) {
  return el("div", { class: "case" }, el("p", { class: "case-head" }, el("span", { class: "badge" }, word("complaint", complaint.kind)), el("span", { class: "muted" }, t(`status.${complaint.status}`))),
    el("p", { class: "case-text", lang: complaint.language }, complaint.text));
}
