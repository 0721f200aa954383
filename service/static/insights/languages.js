/** The switch between Chinese and English. */
import { currentLanguage, onLanguage, setLanguage } from "../chat/phrases.js";

export function startLanguages(changed) {
  const buttons = [...document.querySelectorAll("[data-lang]")];
  const mark = () => buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.lang === currentLanguage())));
  for (const one of buttons) one.addEventListener("click", () => setLanguage(one.dataset.lang));
  onLanguage(() => { mark(); changed(); });
  mark();
}
