/** The agent endpoint. Everything that can go wrong arrives as a `Problem`. */
import { readEvents } from "./sse.js";

/** RFC 9457 problem details; status 0 means that no answer came at all. `retryAfter` is in seconds. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "" }, retryAfter = null) {
    super(detail || title || `status ${status}`);
    this.status = status;
    this.detail = detail || title;
    this.retryAfter = retryAfter;
  }
}

export const getDemo = () => getJson("/v1/demo");
export const getPassage = (id) => getJson(`/v1/passages/${encodeURIComponent(id)}`);
export const getTrace = (turnId) => getJson(`/v1/turns/${encodeURIComponent(turnId)}/trace`);
export const getConversation = (id) => getJson(`/v1/conversations/${encodeURIComponent(id)}`);
export const getOpinions = (id) => getJson(`/v1/conversations/${encodeURIComponent(id)}/feedback`);
export const sendRating = (id, rating) => postJson(`/v1/conversations/${encodeURIComponent(id)}/rating`, rating);
export const sendThumb = (turnId, thumb) => postJson(`/v1/turns/${encodeURIComponent(turnId)}/feedback`, thumb);
export const getConsents = (id) => getJson(`/v1/conversations/${encodeURIComponent(id)}/consents`);
export const sendConsent = (id, consent) => sendJson("PUT", `/v1/conversations/${encodeURIComponent(id)}/consents`, consent);
export const createConversation = (locale) => postJson("/v1/conversations", { channel: "web", locale });

/** Sends a message and yields the events of its turn; the same `messageId` again is the same turn. */
export async function* sendMessage(conversationId, text, messageId, signal) {
  const path = `/v1/conversations/${encodeURIComponent(conversationId)}/messages`;
  const response = await call(path, {
    method: "POST",
    headers: { Accept: "text/event-stream", "Content-Type": "application/json" },
    body: JSON.stringify({ text, message_id: messageId }),
    signal,
  });
  if (!(response.headers.get("Content-Type") ?? "").includes("text/event-stream")) {
    yield { event: "turn", data: await json(response) };
    return;
  }
  try {
    for await (const event of readEvents(response.body)) {
      if (event.event === "error") throw new Problem(event.data);
      yield event;
    }
  } catch (error) {
    throw asProblem(error);
  }
}

async function getJson(path) { return json(await call(path)); }

const postJson = (path, value) => sendJson("POST", path, value);

async function sendJson(method, path, value) {
  const headers = { "Content-Type": "application/json" };
  return json(await call(path, { method, headers, body: JSON.stringify(value) }));
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    throw asProblem(error);
  }
  if (response.ok) return response;
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const details = await response.json().catch(() => ({}));
  throw new Problem({ ...details, status: response.status }, Number.isFinite(wait) ? wait : null);
}

async function json(response) {
  try {
    return await response.json();
  } catch (error) {
    throw asProblem(error);
  }
}

function asProblem(error) {
  if (error instanceof Problem || error.name === "AbortError") return error;
  return new Problem({ detail: "" });
}
