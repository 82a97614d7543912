// The keyboard: 1 to 5 answer the marked question and move on, arrows move, Z takes back, ? shows the keys.

const OFF = "rater-keys-off";

export class Keys {
  // `undo()` takes back the last answer; `submit()` hands the item in.
  constructor(stage, { undo, submit }) {
    this.stage = stage;
    this.actions = { undo, submit };
    this.dialog = document.getElementById("keys");
    this.switch = document.getElementById("keys-on");
    this.switch.checked = localStorage.getItem(OFF) === null;
    this.switch.addEventListener("change", () => {
      if (this.switch.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
    const button = document.getElementById("keys-button");
    button.hidden = false;
    button.addEventListener("click", () => this.dialog.showModal());
    document.addEventListener("keydown", (event) => this.pressed(event));
    stage.addEventListener("focusin", () => this.mark());
    stage.addEventListener("change", () => this.mark());
    this.mark();
  }

  // Show which question a key would answer.
  mark() {
    const current = this.current();
    for (const group of this.groups()) group.toggleAttribute("data-current", group === current);
  }

  groups() {
    return [...this.stage.querySelectorAll("[data-group]")];
  }

  // The question that has the focus, else the first one without an answer.
  current() {
    const groups = this.groups();
    return groups.find((group) => group.contains(document.activeElement)) ?? this.firstOpen() ?? groups.at(-1);
  }

  firstOpen() {
    return this.groups().find((group) => !group.querySelector(":checked"));
  }

  focus(group) {
    const radio = group.querySelector("input:checked") ?? group.querySelector("input");
    radio.focus({ focusVisible: true });
    group.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.dialog.open) return;
    if (event.target.matches("textarea")) return;
    if (event.repeat && !event.key.startsWith("Arrow")) return event.key === "Enter" && event.preventDefault();
    if (event.key === "Enter") this.enter(event);
    else if (this.switch.checked && this.take(event.key)) event.preventDefault();
  }

  enter(event) {
    if (event.target.closest("a, button, select, summary, textarea")) return;
    event.preventDefault();
    this.actions.submit();
  }

  // Whether the key meant something.
  take(key) {
    if (/^[1-9]$/.test(key)) return this.answer(Number(key));
    if (key === "ArrowDown") return this.step(1);
    if (key === "ArrowUp") return this.step(-1);
    if (key === "z" || key === "Z") {
      this.actions.undo();
      return true;
    }
    if (key === "?") {
      this.dialog.showModal();
      return true;
    }
    return false;
  }

  answer(number) {
    const group = this.current();
    const radio = group?.querySelectorAll("input")[number - 1];
    if (!radio) return false;
    const isNew = !radio.checked;
    radio.checked = true;
    if (isNew) radio.dispatchEvent(new Event("change", { bubbles: true }));
    const groups = this.groups();
    const following = groups[groups.indexOf(group) + 1] ?? this.firstOpen();
    if (following) this.focus(following);
    else this.stage.querySelector("button[type=submit]").focus({ focusVisible: true });
    return true;
  }

  step(by) {
    const groups = this.groups();
    const group = groups[groups.indexOf(this.current()) + by];
    if (group) this.focus(group);
    return true;
  }
}
