/** The report: the sections of the dashboard over numbers that are part of the page. */
import { fillPage, setLanguage } from "../chat/phrases.js";
import { startLanguages } from "./languages.js";
import { report } from "./sections.js";
import { day, moment, nameProducts, nameRules, t } from "./words.js";

const data = JSON.parse(document.getElementById("data").textContent);
const sections = report();
const page = document.getElementById("sections");

/** What the server would have answered. */
async function get(path, { process = "", by = "" } = {}) {
  const found = data.answers[process ? `${path} ${process} ${by}`.trimEnd() : path];
  if (found === undefined) throw new Error(path);
  return found;
}

function title() {
  document.title = `${t("ins.title")} · ${data.shop[document.documentElement.lang.slice(0, 2)] || "Kefu"}`;
  const { since, until } = data;
  document.getElementById("period").textContent = since ? t("ins.report_of", { since: day(since, true), until: day(until, true) }) : t("ins.all_time");
  document.getElementById("made").textContent = t("ins.made_at", { at: moment(data.made_at) });
}

nameProducts(data.products);
nameRules(data.answers["/v1/insights/rules"] ?? {});
setLanguage(data.language);
fillPage();
page.replaceChildren(...sections.map((each) => each.node));
startLanguages(() => { title(); for (const each of sections) each.show(); });
title();
for (const each of sections) each.refresh({ get, filter: {}, open: null, talk: null });
