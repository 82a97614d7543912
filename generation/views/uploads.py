"""Bring a checkpoint in: name it, send its files, see it checked."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from evalsite.roles import ADMIN, role_required
from generation.errors import GenerationError
from generation.forms.uploads import NewUploadForm
from generation.models import Upload
from generation.services.uploads import UploadLimits, cancel_upload, start_upload, submit_upload
from generation.tasks import wake_checkers


@role_required(ADMIN)
def uploads(request: HttpRequest) -> HttpResponse:
    """One's own uploads, and the form that begins one."""
    form = NewUploadForm(request.POST or None)
    if form.is_valid():
        try:
            upload = start_upload(owner=cast("User", request.user), **form.asked())
        except GenerationError as error:
            form.add_error(None, str(error))
        else:
            return redirect("generation:upload", upload=upload.pk)
    own = Upload.objects.filter(owner=cast("User", request.user)).select_related("base", "checkpoint")[:50]
    page = {"form": form, "uploads": own, "limits": UploadLimits.current()}
    return render(request, "generation/uploads/list.html", page, status=422 if form.errors else 200)


@role_required(ADMIN)
@require_safe
def upload(request: HttpRequest, upload: int) -> HttpResponse:
    """The files of an upload; once they are handed in, the check as it goes."""
    page = {"upload": _own(request, upload), "chunk": settings.UPLOAD_CHUNK_BYTES}
    return render(request, "generation/uploads/upload.html", page)


@role_required(ADMIN)
@require_safe
def findings(request: HttpRequest, upload: int) -> HttpResponse:
    """What the check found so far; the page fetches this again until it is over."""
    return render(request, "generation/uploads/_findings.html", {"upload": _own(request, upload)})


@role_required(ADMIN)
@require_POST
def submit(request: HttpRequest, upload: int) -> HttpResponse:
    """Hand the files in for checking."""
    own = _own(request, upload)
    try:
        submit_upload(upload=own)
    except GenerationError as error:
        page = {"upload": own, "chunk": settings.UPLOAD_CHUNK_BYTES, "error": str(error)}
        return render(request, "generation/uploads/upload.html", page, status=422)
    wake_checkers()
    return redirect("generation:upload", upload=own.pk)


@role_required(ADMIN)
@require_POST
def cancel(request: HttpRequest, upload: int) -> HttpResponse:
    """Drop an upload that is not over."""
    cancel_upload(upload=_own(request, upload))
    return redirect("generation:uploads")


def _own(request: HttpRequest, upload: int) -> Upload:
    own = Upload.objects.filter(owner=cast("User", request.user)).select_related("base", "checkpoint")
    return get_object_or_404(own.prefetch_related("files"), pk=upload)
