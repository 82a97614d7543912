// Answers on their way to the server: in order, one at a time, kept in the browser until they arrive.

const RETRY_MS = 4000;

export class AnswerQueue {
  // `tell(state)` hears "saved", "waiting" (offline or the server is away) or "refused".
  constructor(name, token, tell) {
    this.name = name;
    this.token = token;
    this.tell = tell;
    this.sending = null;
    this.timer = 0;
    window.addEventListener("online", () => this.flush());
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? [];
    } catch {
      return [];
    }
  }

  write(waiting) {
    try {
      if (waiting.length) {
        localStorage.setItem(this.name, JSON.stringify(waiting));
      } else {
        localStorage.removeItem(this.name);
      }
    } catch {
      this.memory = waiting;
    }
  }

  waiting() {
    return this.memory ?? this.read();
  }

  add(url, fields) {
    this.write([...this.waiting(), { url, fields, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` }]);
    return this.flush();
  }

  // Answers to `url` need no sending of their own any more: the form that holds them is sent.
  async forget(url) {
    await this.sending;
    this.write(this.waiting().filter((answer) => answer.url !== url));
  }

  flush() {
    this.sending ??= this.drain().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async drain() {
    clearTimeout(this.timer);
    let state = "";
    for (let [first] = [this.waiting()[0]]; first; first = this.waiting()[0]) {
      state = await this.send(first);
      if (state === "waiting") {
        this.timer = setTimeout(() => this.flush(), RETRY_MS);
        break;
      }
      this.write(this.waiting().filter((answer) => answer.key !== first.key));
    }
    if (state) this.tell(state);
  }

  async send({ url, fields, key }) {
    const body = new URLSearchParams({ ...fields, key, csrfmiddlewaretoken: this.token() });
    try {
      const headers = { "X-Rater-Script": "1" };
      const response = await fetch(url, { method: "POST", body, headers, keepalive: true });
      if (response.ok) return "saved";
      return response.status >= 500 ? "waiting" : "refused";
    } catch {
      return "waiting";
    }
  }
}
