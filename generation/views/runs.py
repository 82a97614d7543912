"""Runs: started by a form, followed without reload, cancelled and resumed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evalsite.roles import RESEARCHER, role_required
from generation.errors import GenerationError
from generation.forms.runs import StartRunsForm
from generation.models import Run
from generation.selectors.runs import RunRow, run_row, runs_over, runs_under_way, worker_shares
from generation.selectors.workers import WORKER_COMMAND, listening_workers
from generation.services.runs import cancel_run, decoding_presets, resume_run
from generation.tasks import wake_workers


@role_required(RESEARCHER)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Runs under way with their progress, and those that are over with their scores."""
    return render(request, "generation/runs.html", _all_runs())


@role_required(RESEARCHER)
@require_safe
def runs_live(request: HttpRequest) -> HttpResponse:
    """The part of the page of runs that changes."""
    return render(request, "generation/_partials/runs.html", _all_runs())


@role_required(RESEARCHER)
@require_safe
def run(request: HttpRequest, run: int) -> HttpResponse:
    """One run: progress, scores with their signatures, and what reproduces it."""
    return render(request, "generation/run.html", _one_run(run))


@role_required(RESEARCHER)
@require_safe
def run_live(request: HttpRequest, run: int) -> HttpResponse:
    """The part of a run's page that changes."""
    return render(request, "generation/_partials/run.html", _one_run(run))


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def run_start(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST queues a run for each checkpoint chosen."""
    presets = decoding_presets()
    first = next(iter(presets.values()))
    form = StartRunsForm(request.POST or None, initial={"decoding": first, **request.GET.dict()})
    if form.is_valid():
        try:
            started = form.start()
        except GenerationError as error:
            form.add_error(None, str(error))
        else:
            wake_workers()
            queued = ngettext("%(n)d run is queued.", "%(n)d runs are queued.", len(started))
            messages.success(request, queued % {"n": len(started)})
            return redirect("generation:runs")
    return render(request, "generation/run_start.html", {"form": form}, status=422 if form.errors else 200)


@role_required(RESEARCHER)
@require_POST
def run_cancel(request: HttpRequest, run: int) -> HttpResponse:
    """Cancel a run; the outputs that are there stay."""
    cancel_run(run=get_object_or_404(Run, pk=run))
    messages.success(request, _("The run is cancelled; the outputs that are there stay."))
    return redirect("generation:run", run=run)


@role_required(RESEARCHER)
@require_POST
def run_resume(request: HttpRequest, run: int) -> HttpResponse:
    """Go on with a run that was cancelled or failed, where it stopped."""
    try:
        resume_run(run=get_object_or_404(Run.objects.select_related("system", "dataset"), pk=run))
    except GenerationError as error:
        messages.error(request, str(error))
    else:
        wake_workers()
        messages.success(request, _("The run is queued again; it goes on where it stopped."))
    return redirect("generation:run", run=run)


def _all_runs() -> dict[str, object]:
    return {"active": runs_under_way(), "over": runs_over(), **_workers()}


def _one_run(pk: int) -> dict[str, object]:
    row = run_row(pk)
    if row is None:
        raise Http404
    return {
        "row": row,
        "run": row.run,
        "hashes": _hashes(row),
        "shares": worker_shares(row.run),
        **_workers(),
    }


def _workers() -> dict[str, object]:
    return {"workers": listening_workers(), "worker_command": WORKER_COMMAND}


def _hashes(row: RunRow) -> list[tuple[str, str]]:
    """The names and SHA-256 of the files that the run loaded."""
    recorded = row.run.environment
    files = {**recorded.get("checkpoint", {}), **recorded.get("adapter", {})}
    return sorted((str(name), str(sha256)) for name, sha256 in files.items())
