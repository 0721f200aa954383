/** One conversation: begins or resumes it, sends messages, keeps the page in step with the service. */
import { Problem, createConversation, getConversation, getOpinions, sendMessage } from "./api.js";
import { newMessageId, savePending } from "./session.js";

const TRIES = 12;

export class Conversation {
  constructor(id) {
    this.id = id;
    this.abort = null;
    this.stopped = false;
  }

  static async begin(locale) {
    const begun = await createConversation(locale);
    return { conversation: new Conversation(begun.conversation_id), begun };
  }

  static async resume(id) {
    // What was thought of it is worth no trouble: the conversation goes on without it.
    const [record, said] = await Promise.all([getConversation(id), getOpinions(id).catch(() => undefined)]);
    return { conversation: new Conversation(id), record, said };
  }

  get busy() { return this.abort !== null; }

  /** A message that this tab answers for until its turn was seen. */
  prepare(text) { return { message_id: newMessageId(), text }; }

  /**
   * Sends `message` and returns its turn; `onEvent` sees every event before. A stopped turn is finished by
   * the service and fetched. Throws `Problem`; the same message may then be delivered again.
   */
  async deliver(message, onEvent) {
    this.abort = new AbortController();
    this.stopped = false;
    savePending(this.id, message);
    try {
      const turn = await this.#stream(message, onEvent);
      savePending(this.id, null);
      return turn;
    } finally {
      this.abort = null;
    }
  }

  stop() {
    if (!this.abort) return;
    this.stopped = true;
    this.abort.abort();
  }

  async #stream(message, onEvent) {
    try {
      for await (const event of sendMessage(this.id, message.text, message.message_id, this.abort.signal)) {
        if (event.event === "turn") return event.data;
        onEvent(event);
      }
    } catch (error) {
      if (!this.stopped) throw error;
    }
    return this.#fetchTurn(message, this.stopped ? TRIES : 2);
  }

  /** The stream ended without a turn: the service finishes it all the same, so ask for it with patience. */
  async #fetchTurn(message, tries) {
    for (let i = 0; i < tries; i += 1) {
      await pause(Math.min(150 * 2 ** i, 2000));
      const { turns } = await getConversation(this.id);
      const turn = turns.find((one) => one.message_id === message.message_id);
      if (turn) return turn;
    }
    throw new Problem({ status: 504, title: "lost" });
  }
}

function pause(ms) { return new Promise((resolve) => { setTimeout(resolve, ms); }); }
