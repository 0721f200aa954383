/** Follows the conversation down, unless the customer scrolled up to read. */

const NEAR = 80;
const view = document.getElementById("scroll");
const latest = document.getElementById("latest");
let following = true;
let last = 0;

export function startScroll() {
  view.addEventListener("scroll", noticeReader, { passive: true });
  latest.addEventListener("click", () => toEnd(true));
  new ResizeObserver(() => keepUp()).observe(document.getElementById("log"));
  new ResizeObserver(() => keepUp()).observe(view);
}

/** Only a move upwards is the reader's wish: the page itself may scroll late while the reply still grows. */
function noticeReader() {
  following = atEnd() || (following && view.scrollTop >= last);
  last = view.scrollTop;
  latest.hidden = following;
}

/** Go to the newest message. */
export function toEnd(smooth = false) {
  following = true;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  view.scrollTo({ top: view.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
}

function keepUp() {
  if (following) toEnd();
  latest.hidden = following;
}

function atEnd() { return view.scrollHeight - view.scrollTop - view.clientHeight < NEAR; }
