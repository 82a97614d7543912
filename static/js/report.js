// Watch a report being built and show the page again when it is there.

const PAUSE = 1500;
const notice = document.querySelector("[data-report-state]");

async function look() {
  const response = await fetch(notice.dataset.reportState, { headers: { Accept: "application/json" } });
  if (response.ok) {
    const state = await response.json();
    if (!state.under_way) {
      window.location.reload();
      return;
    }
    const progress = notice.querySelector("progress");
    progress.max = state.steps || 1;
    progress.value = state.steps_done;
  }
  window.setTimeout(look, PAUSE);
}

window.setTimeout(look, PAUSE);
