/** The message box. */
import { T, bind } from "./phrases.js";

export const LIMIT = 4000;
const WARN_AT = 3600;

const form = document.getElementById("composer");
const box = document.getElementById("message");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const counter = document.getElementById("counter");
let busy = false;
let composing = false;

/**
 * `onSend(text)` gets trimmed text within the limit and says whether it took it; `onStop()` runs when the
 * stop button is pressed.
 */
export function startComposer(onSend, onStop) {
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(onSend); });
  stop.addEventListener("click", onStop);
  box.addEventListener("input", refresh);
  box.addEventListener("compositionstart", () => { composing = true; });
  box.addEventListener("compositionend", () => { composing = false; });
  box.addEventListener("keydown", (event) => {
    // Safari ends a composition before the Enter that ended it arrives; key code 229 gives that one away.
    const picksWord = event.isComposing || composing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || event.altKey || picksWord) return;
    event.preventDefault();
    submit(onSend);
  });
  refresh();
}

function submit(onSend) {
  const text = box.value.trim();
  if (busy || !text || length(text) > LIMIT) return;
  if (onSend(text)) fill("");
}

/** While busy the stop button stands where the send button was. */
export function setBusy(now) {
  const hadFocus = document.activeElement === stop;
  busy = now;
  send.hidden = now;
  stop.hidden = !now;
  stop.disabled = false;
  if (hadFocus && !now) box.focus();
  refresh();
}

export function stopPressed() {
  stop.disabled = true;
  box.focus({ preventScroll: true });
}

/** Put `text` at the cursor, with a space where it would touch a word. */
export function insert(text) {
  const before = box.value.slice(0, box.selectionStart);
  const gap = before && !/\s$/.test(before) ? " " : "";
  box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, "end");
  refresh();
  box.focus();
}

export function fill(text) {
  box.value = text;
  refresh();
}

export function focusBox() { box.focus({ preventScroll: true }); }

/** Characters as the service counts them: code points, not UTF-16 units. */
function length(text) { return Array.from(text).length; }

function refresh() {
  const count = length(box.value.trim());
  send.disabled = busy || count === 0 || count > LIMIT;
  const key = count > LIMIT ? "too_long" : count > WARN_AT ? "counter" : null;
  counter.classList.toggle("over", count > LIMIT);
  counter.replaceChildren();
  if (key) {
    const words = document.createElement("span");
    bind(words, (text) => { words.textContent = text; }, T(key, { count, limit: LIMIT, over: count - LIMIT }));
    counter.append(words);
  }
  box.setAttribute("aria-invalid", String(count > LIMIT));
  grow();
}

function grow() {
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${box.scrollHeight}px`);
}
