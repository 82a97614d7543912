"""Checkpoints: what they are, weigh and cost, and the fine-tunings that make new ones."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evalsite.roles import ADMIN, RESEARCHER, role_required
from generation.errors import GenerationError
from generation.forms.runs import StartFinetuneForm
from generation.forms.training import TrainingFactsForm
from generation.models import Checkpoint, FinetuneJob
from generation.selectors.checkpoints import checkpoint_row, checkpoint_rows, jobs_stopped, jobs_under_way
from generation.selectors.runs import runs_with_checkpoint
from generation.selectors.workers import WORKER_COMMAND, listening_workers
from generation.services.checkpoint_removal import remove_checkpoint
from generation.services.finetunes import cancel_finetune, start_finetune
from generation.tasks import wake_workers
from generation.views.curve import loss_curve


@role_required(RESEARCHER)
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """All checkpoints, and the fine-tunings under way."""
    return render(request, "generation/checkpoints.html", _all_checkpoints())


@role_required(RESEARCHER)
@require_safe
def checkpoints_live(request: HttpRequest) -> HttpResponse:
    """The part of the page of checkpoints that changes while fine-tunings go on."""
    return render(request, "generation/_partials/checkpoints.html", _all_checkpoints())


@role_required(RESEARCHER)
@require_safe
def checkpoint(request: HttpRequest, checkpoint: int) -> HttpResponse:
    """One checkpoint: facts, files, cost with the loss curve, and who uses it."""
    row = checkpoint_row(checkpoint)
    if row is None:
        raise Http404
    shown = row.checkpoint
    page = {
        "row": row,
        "checkpoint": shown,
        "files": shown.files.all(),
        "curve": loss_curve(shown.training_record.get("loss_curve", [])),
        "derived": shown.derived.all(),
        "runs": runs_with_checkpoint(shown),
        "systems": shown.systems.select_related("decoding"),
    }
    return render(request, "generation/checkpoint.html", page)


@role_required(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint_training(request: HttpRequest, checkpoint: int) -> HttpResponse:
    """GET shows the form, POST records what training cost that was done elsewhere."""
    trained = get_object_or_404(Checkpoint.objects.select_related("base"), pk=checkpoint)
    form = TrainingFactsForm(request.POST or None, checkpoint=trained)
    if form.is_valid():
        try:
            form.state(actor=cast("User", request.user))
        except GenerationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The training of %(name)s is recorded.") % {"name": trained.name})
            return redirect("generation:checkpoint", checkpoint=trained.pk)
    page = {"form": form, "checkpoint": trained}
    return render(request, "generation/checkpoint_training.html", page, status=422 if form.errors else 200)


@role_required(ADMIN)
@require_POST
def checkpoint_delete(request: HttpRequest, checkpoint: int) -> HttpResponse:
    """Delete a checkpoint that nothing rests on."""
    unwanted = get_object_or_404(Checkpoint, pk=checkpoint)
    try:
        remove_checkpoint(checkpoint=unwanted, actor=cast("User", request.user))
    except GenerationError as error:
        messages.error(request, str(error))
        return redirect("generation:checkpoint", checkpoint=checkpoint)
    messages.success(request, _("%(name)s is deleted.") % {"name": unwanted.name})
    return redirect("generation:checkpoints")


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def finetune(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST queues a fine-tuning."""
    form = StartFinetuneForm(request.POST or None, initial=request.GET.dict())
    if form.is_valid():
        try:
            job = form.start()
        except GenerationError as error:
            form.add_error(None, str(error))
        else:
            return _queued(request, job)
    return render(request, "generation/finetune.html", {"form": form}, status=422 if form.errors else 200)


@role_required(RESEARCHER)
@require_POST
def finetune_cancel(request: HttpRequest, job: int) -> HttpResponse:
    """Cancel a fine-tuning that is not over."""
    unwanted = get_object_or_404(FinetuneJob, pk=job)
    cancel_finetune(job=unwanted)
    messages.success(request, _("The fine-tuning %(name)s is cancelled.") % {"name": unwanted.name})
    return redirect("generation:checkpoints")


@role_required(RESEARCHER)
@require_POST
def finetune_again(request: HttpRequest, job: int) -> HttpResponse:
    """Queue a fine-tuning that failed or was cancelled once more, from its beginning."""
    stopped = get_object_or_404(FinetuneJob.objects.select_related("base", "dataset"), pk=job)
    try:
        again = start_finetune(
            base=stopped.base,
            dataset=stopped.dataset,
            adaptation=stopped.adaptation,
            name=stopped.name,
            steps=stopped.steps,
            seed=stopped.seed,
        )
    except GenerationError as error:
        messages.error(request, str(error))
        return redirect("generation:checkpoints")
    return _queued(request, again)


def _queued(request: HttpRequest, job: FinetuneJob) -> HttpResponse:
    wake_workers()
    messages.success(request, _("The fine-tuning %(name)s is queued.") % {"name": job.name})
    return redirect("generation:checkpoints")


def _all_checkpoints() -> dict[str, object]:
    return {
        "rows": checkpoint_rows(),
        "jobs": jobs_under_way(),
        "stopped": jobs_stopped(),
        "workers": listening_workers(),
        "worker_command": WORKER_COMMAND,
    }
