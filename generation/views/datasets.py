"""Corpora: which there are, what they hold, and how a new one comes in."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evalsite.roles import RESEARCHER, role_required
from generation.errors import GenerationError
from generation.forms.datasets import ImportDatasetForm
from generation.selectors.datasets import datasets_with_counts, examples_of

EXAMPLES_A_PAGE = 20


@role_required(RESEARCHER)
@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """All corpora with their counts."""
    return render(request, "generation/datasets.html", {"datasets": datasets_with_counts()})


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_import(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST imports the file whole or says what is wrong with it."""
    form = ImportDatasetForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            imported = form.import_file(cast("User", request.user))
        except GenerationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is imported.") % {"name": imported.name})
            return redirect("generation:dataset", dataset=imported.pk)
    return render(
        request, "generation/dataset_import.html", {"form": form}, status=422 if form.errors else 200
    )


@role_required(RESEARCHER)
@require_safe
def dataset(request: HttpRequest, dataset: int) -> HttpResponse:
    """A corpus, its examples page by page, and those that hold the words looked for."""
    shown = get_object_or_404(datasets_with_counts(), pk=dataset)
    search = request.GET.get("q", "").strip()
    paginator = Paginator(examples_of(shown, search=search), EXAMPLES_A_PAGE)
    page = {
        "dataset": shown,
        "search": search,
        "page": paginator.get_page(request.GET.get("page")),
    }
    return render(request, "generation/dataset.html", page)
