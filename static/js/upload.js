// The upload page: a folder dropped or chosen goes up file by file, resumably, by tus-js-client.

const page = document.querySelector("[data-upload]");
const csrf = page.querySelector("[name=csrfmiddlewaretoken]").value;
const list = page.querySelector("[data-files]");
const live = page.querySelector("[data-announce]");
const submit = page.querySelector("[data-submit]");
const template = page.querySelector("template");
const known = new Map();
const rows = new Map();

for (const row of list.querySelectorAll("[data-file]")) {
  rows.set(row.dataset.file, row);
  known.set(row.dataset.file, { url: row.dataset.url, length: Number(row.dataset.length) });
}

function rowFor(file) {
  let row = rows.get(file.name);
  if (!row) {
    row = template.content.firstElementChild.cloneNode(true);
    row.dataset.file = file.name;
    row.querySelector("[data-name]").textContent = file.name;
    list.append(row);
    rows.set(file.name, row);
    page.querySelector("[data-empty]")?.remove();
  }
  return row;
}

function show(row, sent, total, words) {
  const bar = row.querySelector("progress");
  bar.max = total;
  bar.value = sent;
  row.querySelector("[data-state]").textContent = words ?? `${percent(sent, total)} %`;
  row.classList.toggle("invalid", false);
}

function percent(sent, total) {
  return total ? Math.floor((100 * sent) / total) : 100;
}

function fail(row, sentence) {
  row.classList.toggle("invalid", true);
  row.querySelector("[data-state]").textContent = sentence;
  live.textContent = sentence;
}

function reason(error) {
  const body = error.originalResponse?.getBody?.();
  return body || page.dataset.lineCut;
}

function send(file) {
  const row = rowFor(file);
  const earlier = known.get(file.name);
  if (earlier && earlier.length !== file.size) {
    fail(row, page.dataset.otherFile);
    return;
  }
  const upload = new tus.Upload(file, {
    endpoint: page.dataset.upload,
    uploadUrl: earlier?.url || null,
    chunkSize: Number(page.dataset.chunk),
    retryDelays: [0, 1000, 3000, 5000, 10000, 20000, 40000],
    storeFingerprintForResuming: false,
    metadata: { filename: file.name },
    headers: { "X-CSRFToken": csrf },
    onUploadUrlAvailable() {
      known.set(file.name, { url: upload.url, length: file.size });
    },
    onProgress(sent, total) {
      show(row, sent, total);
    },
    onError(error) {
      if (!navigator.onLine) {
        fail(row, page.dataset.offline);
        addEventListener("online", () => upload.start(), { once: true });
        return;
      }
      fail(row, reason(error));
      pause.hidden = true;
    },
    onSuccess() {
      show(row, file.size, file.size, page.dataset.done);
      pause.hidden = true;
      row.dataset.complete = "";
      ready();
    },
  });
  delete row.dataset.complete;
  const pause = row.querySelector("[data-pause]");
  pause.hidden = false;
  pause.textContent = page.dataset.pauseWord;
  let going = true;
  pause.onclick = () => {
    going = !going;
    pause.textContent = going ? page.dataset.pauseWord : page.dataset.resumeWord;
    if (going) upload.start();
    else upload.abort();
  };
  upload.start();
  ready();
}

function ready() {
  const all = [...rows.values()];
  submit.disabled = all.length === 0 || all.some((row) => !("complete" in row.dataset));
  if (!submit.disabled) live.textContent = page.dataset.allHere;
}

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const batch = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (batch.length === 0) return found;
    for (const inner of batch) if (inner.isFile) found.push(...(await filesOf(inner)));
  }
}

page.querySelectorAll("input[type=file]").forEach((input) =>
  input.addEventListener("change", () => {
    for (const file of input.files) send(file);
    input.value = "";
  }),
);

const zone = page.querySelector("[data-drop]");
zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", async (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  for (const entry of entries) for (const file of await filesOf(entry)) send(file);
});

ready();
