/** The dashboard: asks for the token, draws the filters, and lets every section ask for its numbers. */
import { fillPage } from "../chat/phrases.js";
import { get, hasToken } from "./api.js";
import { preload } from "./charts.js";
import { isUnmasked, openList, openTalk, personal, redraw, watchUnmasked } from "./drawer.js";
import { chosen, drawFilters } from "./filters.js";
import { askAgain, askToken } from "./gate.js";
import { startLanguages } from "./languages.js";
import { dashboard } from "./sections.js";
import { nameProducts, t } from "./words.js";

// What is read of somebody by name, and so asked for again when personal data are to be shown.
const PERSONAL = ["complaints", "outreach", "risks"];
const form = document.getElementById("filters");
const page = document.getElementById("sections");
const sections = dashboard();
let choices = null;
let asking = null;

async function start() {
  if (!hasToken()) { askToken(start); return; }
  try {
    choices = await get("/v1/insights/choices");
  } catch (problem) {
    if ([401, 404].includes(problem.status)) askToken(start, problem.status);
    else trouble(problem);
    return;
  }
  nameProducts(choices.products);
  page.replaceChildren(...sections.map((each) => each.node));
  drawTop();
  refresh();
}

function drawTop() {
  drawFilters(form, choices, refresh);
  form.append(personal());
}

/** What an earlier choice asked for and is still under way is no longer wanted. */
function refresh(names = null) {
  if (!names) { asking?.abort(); asking = new AbortController(); }
  const { signal } = asking;
  const context = { get: (path, query) => get(path, query, signal), filter: chosen(), open: openList, talk: openTalk, unmasked: isUnmasked };
  for (const each of sections) if (!names || names.includes(each.name)) each.refresh(context);
  if (form.isConnected && choices && !form.querySelector(".personal")) form.append(personal());
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
preload();
start();
