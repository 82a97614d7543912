// Makes planning a study shorter: shows what fits the choices made so far, and adds rows without a reload.
// Without it the form asks the same things; what does not fit is then said by the server.

const form = document.querySelector(".study-form");

function show(element, visible) {
  if (element) {
    element.hidden = !visible;
  }
}

// Keeps in a select only the options that `fits` lets through, and what is chosen already.
function narrow(select, fits) {
  for (const option of select.options) {
    const visible = option.value === "" || option.selected || fits(option.value);
    option.hidden = option.disabled = !visible;
  }
}

function corpusChanged() {
  const corpus = form.elements.dataset.value;
  for (const group of form.querySelectorAll("[data-corpus]")) {
    show(group, group.dataset.corpus === corpus || group.querySelector("input[type=checkbox]:checked, .errorlist"));
  }
}

function systemsChanged() {
  const ticked = new Set([...form.querySelectorAll("input[name^=run_]:checked")].map((box) => box.name.slice(4)));
  for (const select of form.querySelectorAll("select[name$=target], select[name$=foil], select[name*=system_]")) {
    narrow(select, (run) => ticked.has(run));
  }
}

// What a kind of part does not have is hidden, and not sent.
function partsChanged() {
  const rows = [...form.querySelectorAll("[data-rows=parts] > [data-row]")];
  let stars = 0;
  rows.forEach((row, index) => {
    const kind = row.querySelector("select[data-fields]");
    const has = JSON.parse(kind.dataset.fields)[kind.value];
    row.querySelector("[data-number]").textContent = index + 1;
    show(row.querySelector("[data-part]"), Boolean(has));
    for (const place of row.querySelectorAll("[data-field]")) {
      const fits = Boolean(has?.includes(place.dataset.field));
      show(place, fits);
      place.querySelector("input, select, textarea").disabled = !fits;
    }
    stars += kind.value === "stars";
  });
  show(form.querySelector("[data-criteria]"), stars > 0);
  for (const place of form.querySelectorAll("[data-of-part]")) {
    show(place, stars > 1 || place.querySelector("select").value !== "");
  }
}

function claimsChanged() {
  for (const about of form.querySelectorAll("select[data-relations]")) {
    const row = about.closest("[data-row]");
    const measure = about.value.split(":")[0];
    const relations = JSON.parse(about.dataset.relations)[measure];
    const relation = row.querySelector("select[name$=relation]");
    if (relations && !relations.includes(relation.value)) {
      relation.value = relations[0];
    }
    narrow(relation, (value) => !relations || relations.includes(value));
    const criterion = row.querySelector("[data-criterion]");
    const asked = measure === "stars" || measure === "";
    show(criterion, asked);
    if (!asked) {
      criterion.querySelector("input").value = "";
    }
  }
}

function criteriaChanged() {
  const names = [...form.querySelectorAll("input[name^=criteria-][name$=-name]")].map((input) => input.value.trim());
  const list = document.getElementById("criterion-names");
  list.replaceChildren(
    ...names.filter(Boolean).map((name) => Object.assign(document.createElement("option"), { value: name })),
  );
}

// The empty row at the end is for those without scripts; a button brings it out here.
function hideEmptyRow(rows) {
  const row = [...rows.querySelectorAll("[data-row]")].at(-1);
  const texts = [...row.querySelectorAll(":scope > .fields :is(input, select)")];
  const filled = texts.some((field) => field.value !== "" && !field.name.endsWith("relation"));
  show(row, filled || row.querySelector(".errorlist"));
}

function addRow(prefix) {
  const rows = form.querySelector(`[data-rows="${prefix}"]`);
  const spare = rows.querySelector("[data-row][hidden]");
  if (spare) {
    show(spare, true);
    begin(spare);
    return;
  }
  const total = form.elements[`${prefix}-TOTAL_FORMS`];
  const template = rows.querySelector("template");
  const copy = document.createElement("template");
  copy.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  const row = copy.content.firstElementChild;
  template.before(row);
  total.value = Number(total.value) + 1;
  begin(row);
}

function begin(row) {
  everythingChanged();
  row.querySelector("input:not([type=hidden]), select").focus();
}

function everythingChanged() {
  if (!form.elements.dataset) {
    return; // the form of a size has rows, and none of the choices
  }
  corpusChanged();
  systemsChanged();
  partsChanged();
  claimsChanged();
  criteriaChanged();
}

if (form) {
  form.addEventListener("change", everythingChanged);
  for (const button of form.querySelectorAll("[data-add]")) {
    show(button, true);
    button.addEventListener("click", () => addRow(button.dataset.add));
  }
  show(form.querySelector("[data-without-script]"), false);
  form.querySelectorAll("[data-rows]").forEach(hideEmptyRow);
  everythingChanged();
}
