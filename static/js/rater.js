// The item page: each answer is saved as it is given, and one post saves the item and brings the next.

import { Keys } from "./rater_keys.js";
import { AnswerQueue } from "./rater_queue.js";

const stage = document.getElementById("stage");
const status = document.getElementById("save-status");
const link = location.pathname.split("/item/")[0];
const queue = new AnswerQueue(`answers ${link}`, csrfToken, { tell, taken });
let shownAt = performance.now();
let given = [];
let submitting = false;

function form() {
  return stage.querySelector("form");
}

function csrfToken() {
  return form().elements.csrfmiddlewaretoken.value;
}

function tell(state) {
  status.dataset.state = state;
  status.textContent = status.dataset[state] ?? "";
}

function elapsed() {
  return String(Math.round(performance.now() - shownAt));
}

function save(name, value) {
  const fields = name.startsWith("stars-") ? { place: name, stars: value } : { [name]: value };
  tell("");
  queue.drop(isFlag); // who answers after all no longer says that the item cannot be judged
  queue.add(form().dataset.answer, { ...fields, client_ms: elapsed() });
}

function radios(name) {
  const all = [...stage.querySelectorAll("input[type=radio]")];
  return name ? all.filter((radio) => radio.name === name) : all;
}

// Answers that have not arrived yet are newer than what the page came with.
function showWaiting() {
  const here = queue.waiting().filter((answer) => answer.url === form().dataset.answer);
  for (const { fields } of here) {
    const [name, value] = fields.place ? [fields.place, fields.stars] : Object.entries(fields)[0];
    if (name === "comment") form().elements.comment.value = value;
    else for (const radio of radios(name)) radio.checked = radio.value === value;
  }
  const flag = queue.waiting().find(isFlag);
  const reason = form().querySelector("textarea[name=cannot_judge]");
  if (!flag || !reason) return;
  reason.value = flag.fields.cannot_judge;
  reason.closest("details").open = true;
}

// Whether what waits says that the item on the page cannot be judged.
function isFlag(answer) {
  return answer.url === form().getAttribute("action");
}

// An item that was flagged while the line was down is done.
function taken(answer) {
  if (isFlag(answer)) location.assign(`${link}/next/`);
}

// What was answered when the page came, so that taking back goes to what stood before.
function remember() {
  given = [];
  for (const radio of radios()) {
    radio.dataset.before = radio.checked ? "1" : "";
  }
}

function changed(event) {
  const radio = event.target;
  if (radio.name === "comment") save(radio.name, radio.value);
  if (radio.type !== "radio") return;
  const same = radios(radio.name);
  const before = same.find((other) => other.dataset.before);
  given.push({ name: radio.name, before });
  for (const other of same) other.dataset.before = other === radio ? "1" : "";
  if (!isForSubmit(radio)) save(radio.name, radio.value);
}

// What brings the next question is final, so it is sent only when the form is.
function isForSubmit(radio) {
  return radio.closest("[data-at-submit]") !== null;
}

function undo() {
  const last = given.pop();
  if (!last) return;
  for (const radio of radios(last.name)) {
    radio.checked = radio === last.before;
    radio.dataset.before = radio.checked ? "1" : "";
  }
  // A first choice cannot be empty on the server; the next choice replaces it.
  if (isForSubmit(radios(last.name)[0])) return;
  if (last.before) save(last.name, last.before.value);
  else if (last.name.startsWith("stars-")) save(last.name, "");
  keys.focus(radios(last.name)[0].closest("[data-group]"));
}

async function submit(button) {
  if (submitting) return;
  submitting = true;
  await queue.around(() => post(form(), button));
  submitting = false;
}

// Resolves to the addresses whose waiting answers the server now has by this form.
async function post(target, button) {
  target.elements.client_ms.value = elapsed();
  const body = new URLSearchParams(new FormData(target));
  if (button?.name) body.append(button.name, button.value);
  const { answer } = target.dataset;
  const action = target.getAttribute("action");
  try {
    const response = await fetch(action, { method: "POST", body, headers: { "X-Rater-Script": "1" } });
    const ours = response.headers.has("Content-Location");
    await arrived(response, target, button);
    if (ours && response.ok) return [answer, action];
    return ours && response.status === 422 && button?.name !== "flag" ? [answer] : [];
  } catch {
    keep(target, button);
    return [];
  }
}

// The line is down: what the form holds goes into the queue, and Next can be pressed again later.
function keep(target, button) {
  const known = new Set(queue.waiting().map(({ url, fields }) => `${url} ${fields.place ?? Object.keys(fields)[0]}`));
  for (const radio of target.querySelectorAll("input:checked")) {
    if (!isForSubmit(radio) && !known.has(`${target.dataset.answer} ${radio.name}`)) save(radio.name, radio.value);
  }
  if (button?.name === "flag") keepFlag(target);
  tell("waiting");
}

function keepFlag(target) {
  const reason = target.elements.cannot_judge;
  if (!reason.value.trim()) {
    reason.focus();
    return;
  }
  queue.drop(isFlag);
  queue.add(target.getAttribute("action"), { flag: "1", cannot_judge: reason.value, client_ms: elapsed() });
}

async function arrived(response, target, button) {
  const address = response.headers.get("Content-Location");
  if (response.status === 204) {
    location.assign(address);
  } else if (address && (response.ok || response.status === 422)) {
    show(await response.text(), address);
    tell(response.ok ? "saved" : "");
  } else if (response.status >= 500) {
    keep(target, button);
  } else {
    location.reload();
  }
}

function show(html, address) {
  stage.innerHTML = html;
  if (address !== location.pathname) history.pushState(null, "", address);
  const heading = stage.querySelector("[data-title]");
  document.title = heading.textContent;
  window.scrollTo(0, 0);
  begin();
  const open = keys.firstOpen();
  const reason = stage.querySelector("[role=alert] ~ form .flag[open] textarea");
  if (reason) reason.focus();
  else if (open && !stage.querySelector("[role=alert]")) heading.focus({ preventScroll: true });
  else if (open) keys.focus(open);
}

function begin() {
  shownAt = performance.now();
  showWaiting();
  remember();
  keys.mark();
}

const keys = new Keys(stage, { undo, submit });
stage.addEventListener("change", changed);
stage.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.submitter);
});
// The second click of a double click is not meant for the item that has just come.
stage.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button[type=submit]")) event.preventDefault();
});
window.addEventListener("popstate", () => location.reload());
begin();
queue.flush();
