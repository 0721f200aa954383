/** Tiles and rows of tables choose filters; then the cases are what one wants to see. */
import { byId, many, say } from "./dom.js";
import { inOrder } from "./list.js";
import { chooseOnly } from "./place.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** Show the cases of these filters and of no others. */
export function showCases(filters) {
  chooseOnly(filters);
  const heading = byId("cases-title");
  heading.scrollIntoView({ behavior: CALM.matches ? "auto" : "smooth", block: "start" });
  heading.focus({ preventScroll: true });
  say(many(inOrder().length, "case"));
}

export function linksOfFilters() {
  const main = document.querySelector("main");
  main.addEventListener("click", (event) => {
    const link = event.target.closest(".tiles a, .lines a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showCases(Object.fromEntries(new URLSearchParams(link.hash.slice(1))));
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("cases-title").focus();
  });
}
