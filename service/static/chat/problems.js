/** Friendly words for what went wrong. */
import { T } from "./phrases.js";

const SAID = new Set([0, 400, 404, 409, 413, 429, 500, 503]);
// Sending the same message again cannot help here.
const FINAL = new Set([400, 404, 413]);

export function wordsFor(problem) {
  if (problem.status === 429 && problem.retryAfter) return T("problem.429_wait", { seconds: problem.retryAfter });
  if (problem.detail === "lost") return T("problem.lost");
  return T(`problem.${known(problem.status)}`);
}

/** What the service itself says, where that helps the customer to change the message. */
export function detailOf(problem) {
  return FINAL.has(known(problem.status)) && problem.status !== 404 ? problem.detail : "";
}

export function canRetry(problem) { return !FINAL.has(known(problem.status)); }

function known(status) {
  if (SAID.has(status)) return status;
  if (status >= 500) return status === 502 || status === 504 ? 503 : 500;
  return status >= 400 ? 400 : 500;
}
