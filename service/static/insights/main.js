/** The dashboard: asks for the token, draws the filters, and lets every section ask for its numbers. */
import { fillPage } from "../chat/phrases.js";
import { get, hasToken } from "./api.js";
import { preload } from "./charts.js";
import { isUnmasked, openList, openTalk, personal, redraw, watchUnmasked } from "./drawer.js";
import { chosen, drawFilters } from "./filters.js";
import { askAgain, askToken } from "./gate.js";
import { startLanguages } from "./languages.js";
import { dashboard } from "./sections.js";
import { nameProducts, nameRules, t } from "./words.js";

// What is read of somebody by name, and so asked for again when personal data are to be shown.
const PERSONAL = ["complaints", "outreach", "risks"];
// What the server computes for seconds begins when the charts have their numbers: it would take the processor from them.
const LATER = ["findings", "satisfaction", "forecasts", "outreach", "risks"];
const form = document.getElementById("filters");
const page = document.getElementById("sections");
const sections = dashboard();
let choices = null;
let asking = null;
// Numbers are asked for at once, and drawn when it is known what products and rules are called.
let known = null;
const named = new Promise((resolve) => { known = resolve; });

async function start() {
  if (!hasToken()) { askToken(start); return; }
  const first = Promise.all([get("/v1/insights/choices"), get("/v1/insights/rules")]);
  refresh();
  preload();
  try {
    const [offered, rules] = await first;
    nameRules(rules);
    choices = offered;
  } catch (problem) {
    asking.abort();
    if ([401, 404].includes(problem.status)) askToken(start, problem.status);
    else trouble(problem);
    return;
  }
  nameProducts(choices.products);
  page.replaceChildren(...sections.map((each) => each.node));
  drawTop();
  known();
}

function drawTop() {
  drawFilters(form, choices, refresh);
  form.append(personal());
}

/** What an earlier choice asked for and is still under way is no longer wanted. */
async function refresh(names = null) {
  if (!names) { asking?.abort(); asking = new AbortController(); }
  const { signal } = asking;
  const context = { get: (path, query) => drawable(get(path, query, signal)), filter: chosen(), open: openList, talk: openTalk, unmasked: isUnmasked };
  if (form.isConnected && choices && !form.querySelector(".personal")) form.append(personal());
  const wanted = sections.filter((each) => !names || names.includes(each.name));
  const later = wanted.filter((each) => LATER.includes(each.name));
  for (const each of later) each.wait();
  await Promise.all(wanted.filter((each) => !later.includes(each)).map((each) => each.refresh(context)));
  if (!signal.aborted) for (const each of later) each.refresh(context);
}

async function drawable(answer) {
  // Whether it failed is told below, not while the names are on their way.
  answer.catch(() => {});
  await named;
  return answer;
}

function trouble(problem) {
  const text = document.createElement("p");
  text.className = "state";
  text.setAttribute("role", "alert");
  text.textContent = t("ins.failed", { why: problem.status === 0 ? t("ins.no_connection") : problem.message });
  page.replaceChildren(text);
}

fillPage();
document.title = `${t("ins.title")} · Kefu`;
startLanguages(() => {
  document.title = `${t("ins.title")} · Kefu`;
  if (choices) { drawTop(); for (const each of sections) each.show(); }
  askAgain();
  redraw();
});
watchUnmasked(() => { drawTop(); refresh(PERSONAL); });
addEventListener("popstate", () => { if (choices) { drawTop(); refresh(); } });
start();
