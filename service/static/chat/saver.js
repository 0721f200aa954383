/** Sends one opinion at a time. Of several given meanwhile only the last is sent, so that the last one stands. */
export class Saver {
  /** `send(value)` stores; `show(state, problem)` hears "saved", or "failed", when there is nothing left to send. */
  constructor(send, show) {
    this.send = send;
    this.show = show;
    this.wanted = null;
    this.running = false;
  }

  save(value) {
    this.wanted = value;
    if (!this.running) this.#run();
  }

  /** Once more what could not be sent. */
  again() { this.save(this.wanted); }

  async #run() {
    this.running = true;
    let [sent, problem] = [null, null];
    while (sent !== this.wanted && !problem) {
      sent = this.wanted;
      problem = await this.send(sent).then(() => null, (error) => error);
    }
    this.running = false;
    this.show(problem ? "failed" : "saved", problem);
  }
}
