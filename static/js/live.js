// Keeps a part of a page up to date without a reload.
//
// An element with data-live="URL" is filled from there again and again. What is in it says how long to wait
// before the next time: an element with data-live-next="2" (seconds). Without one nothing is going on, and
// the asking rests until the page comes to the front again. An element with data-live-summary holds a short
// sentence that is read out when it changes; one with data-live-hint, beside the part, is shown while the
// server cannot be reached, and one with data-live-gone once it will not answer any more.

const LONGEST_WAIT = 30;
const RESTING = 0;

// What tells a control from its neighbours, before and after the part was filled again.
function keyOf(element) {
  const names = ["id", "href", "name", "value", "form", "formaction"];
  return [element.tagName, ...names.map((name) => element.getAttribute(name) ?? ""), element.textContent.trim()].join("|");
}

function find(part, key) {
  return [...part.querySelectorAll("a, button, summary, [tabindex]")].find((element) => keyOf(element) === key);
}

class LivePart {
  constructor(part) {
    this.part = part;
    this.url = part.dataset.live;
    this.hint = document.querySelector("[data-live-hint]");
    this.gone = document.querySelector("[data-live-gone]");
    this.status = document.querySelector("[data-live-status]");
    this.part.tabIndex = -1; // takes the focus of a control that is gone
    this.shown = null;
    this.failures = 0;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => this.cameToFront());
    window.addEventListener("online", () => this.cameToFront());
    this.plan(this.wish());
  }

  // Seconds until the part wants to be asked for again.
  wish() {
    return Number(this.part.querySelector("[data-live-next]")?.dataset.liveNext ?? RESTING);
  }

  plan(seconds) {
    clearTimeout(this.timer);
    if (seconds > RESTING) {
      this.timer = setTimeout(() => this.ask(), 1000 * seconds);
    }
  }

  cameToFront() {
    if (!document.hidden && !this.ended) {
      this.ask();
    }
  }

  async ask() {
    clearTimeout(this.timer);
    if (document.hidden) {
      return;
    }
    try {
      const response = await fetch(this.url, { redirect: "manual", cache: "no-store" });
      if (response.ok) {
        this.answered(await response.text());
      } else if (response.type === "opaqueredirect" || (response.status >= 400 && response.status < 500)) {
        this.end();
      } else {
        this.failed();
      }
    } catch {
      this.failed();
    }
  }

  answered(text) {
    this.failures = 0;
    this.tell(this.hint, false);
    if (text !== this.shown && !this.isInUse()) {
      this.fill(text);
      this.shown = text;
    }
    this.plan(this.wish());
  }

  failed() {
    this.failures += 1;
    this.tell(this.hint, true);
    this.plan(Math.min(LONGEST_WAIT, 2 ** this.failures));
  }

  // Signed out, or the thing is gone: asking again would not help.
  end() {
    this.ended = true;
    this.tell(this.hint, false);
    this.tell(this.gone ?? this.hint, true);
  }

  tell(notice, visible) {
    if (notice) {
      notice.hidden = !visible;
    }
  }

  // A button that is being pressed or a text that is being selected must not vanish under the hand.
  isInUse() {
    const selection = window.getSelection();
    const selected = selection && !selection.isCollapsed && selection.containsNode(this.part, true);
    const typing = this.part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
    return selected || typing || this.part.matches(":active");
  }

  fill(text) {
    const focused = this.part.contains(document.activeElement) ? keyOf(document.activeElement) : null;
    const unfolded = [...this.part.querySelectorAll("details[open] > summary")].map(keyOf);
    const before = this.summary();
    const parsed = new DOMParser().parseFromString(text, "text/html");
    this.part.replaceChildren(...parsed.body.childNodes);
    for (const key of unfolded) {
      find(this.part, key)?.parentElement.setAttribute("open", "");
    }
    if (focused) {
      (find(this.part, focused) ?? this.part).focus({ preventScroll: true });
    }
    const after = this.summary();
    if (this.status && after !== before) {
      this.status.textContent = after;
    }
  }

  summary() {
    return this.part.querySelector("[data-live-summary]")?.textContent.trim() ?? "";
  }
}

for (const part of document.querySelectorAll("[data-live]")) {
  new LivePart(part);
}
