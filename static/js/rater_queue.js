// Answers on their way to the server: in order, one at a time, kept in the browser until they arrive.

const RETRY_MS = 4000;

export class AnswerQueue {
  // `tell(state)` hears "saved", "waiting" (offline or the server is away) or "refused"; `taken(answer)` what arrived.
  constructor(name, token, { tell, taken }) {
    this.name = name;
    this.token = token;
    this.tell = tell;
    this.taken = taken;
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
      this.memory = null;
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

  drop(matches) {
    const waiting = this.waiting();
    if (waiting.some(matches)) this.write(waiting.filter((answer) => !matches(answer)));
  }

  // Send nothing while `post()` sends a form. It resolves to the addresses whose answers the form held and the server
  // now has: only then do those leave the browser, so that a crash in between loses nothing.
  async around(post) {
    while (this.sending) await this.sending;
    const before = new Set(this.waiting().map((answer) => answer.key));
    this.sending = post().then((urls) => {
      this.drop((answer) => before.has(answer.key) && urls.includes(answer.url));
      this.sending = null;
    });
    await this.sending;
    if (this.waiting().length) this.flush();
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
      this.drop((answer) => answer.key === first.key);
      if (state === "saved") this.taken(first);
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
