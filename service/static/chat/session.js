/** What this tab remembers over a reload: its conversation, and the message whose reply it has not seen. */
import { recall, remember } from "./storage.js";

const KEY = "kefu.conversation";
const store = () => window.sessionStorage;

/** {"id", "quick_replies", "pending": {"message_id", "text"} | null} or null. */
export function savedConversation() {
  const saved = recall(store, KEY);
  return typeof saved?.id === "string" ? saved : null;
}

export function saveConversation(id, quickReplies) {
  remember(store, KEY, { id, quick_replies: quickReplies, pending: null });
}

/** `id` is the conversation of the message: the tab may have moved on to another one. */
export function savePending(id, pending) {
  const saved = savedConversation();
  if (saved?.id === id) remember(store, KEY, { ...saved, pending });
}

export function forgetConversation() { remember(store, KEY, null); }

/** A new message id. `crypto.randomUUID` is missing on pages served over plain http. */
export function newMessageId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
