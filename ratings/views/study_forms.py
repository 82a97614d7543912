"""The list of studies, and the form that makes or changes a draft."""

import secrets
from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evalsite.roles import RESEARCHER, role_required
from ratings.errors import StudyPlanInvalid
from ratings.forms.study import StudyForm
from ratings.markdown import safe_html
from ratings.models import Study
from ratings.selectors import studies_of
from ratings.selectors.comparable_runs import finished_runs, starting_plan
from ratings.selectors.plans import plan_of
from ratings.selectors.studies import progress_of
from ratings.services.drafting import create_study, revise_study
from ratings.views.own_study import own_study

MOST_LISTED = 200
SEEDS_OFFERED = 10**9  # short enough to be read out


@role_required(RESEARCHER)
@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """One's own studies, all of them for an admin; how far each is, never what was answered."""
    archived = "archived" in request.GET
    found = studies_of(cast("User", request.user)).filter(archived_at__isnull=not archived)
    rows = list(found.order_by("-pk")[:MOST_LISTED])
    progress = progress_of(rows)
    page = {
        "studies": [(study, progress[study.pk]) for study in rows],
        "most": MOST_LISTED,
        "archived": archived,
    }
    return render(request, "ratings/researcher/studies.html", page)


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def study_new(request: HttpRequest) -> HttpResponse:
    """Plan a study; it starts from the newest comparison, or with `from` from one of one's own studies."""
    runs = finished_runs()
    seed = secrets.randbelow(SEEDS_OFFERED)
    plan = starting_plan(runs, seed=seed)
    model = request.GET.get("from")
    if model:
        study = own_study(request, model)
        plan = replace(plan_of(study), name="", seed=seed)
    form = StudyForm(runs=runs, plan=plan, posted=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            study = create_study(owner=cast("User", request.user), plan=form.plan)
        except StudyPlanInvalid as error:
            form.refuse(error)
        else:
            messages.success(request, _("The draft is stored. Look at its plan, then open it."))
            return redirect("ratings:study", slug=study.slug)
    return _form_page(request, form, study=None, compared=len({run.system_id for run in runs}) > 1)


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def study_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a draft; an opened study is frozen."""
    study = own_study(request, slug)
    if study.state != Study.State.DRAFT:
        messages.error(request, _("This study was opened, which froze its design."))
        return redirect("ratings:study", slug=slug)
    form = StudyForm(runs=finished_runs(), plan=plan_of(study), posted=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revise_study(study=study, plan=form.plan)
        except StudyPlanInvalid as error:
            form.refuse(error)
        else:
            messages.success(request, _("The draft is changed."))
            return redirect("ratings:study", slug=slug)
    return _form_page(request, form, study=study, compared=True)


@role_required(RESEARCHER)
@require_POST
def study_words(request: HttpRequest) -> HttpResponse:
    """What a form in hand would say to raters, as they will see it; nothing is stored."""
    page = {"words": request.POST, "instructions": safe_html(request.POST.get("instructions", ""))}
    return render(request, "ratings/researcher/words.html", page)


def _form_page(request: HttpRequest, form: StudyForm, *, study: Study | None, compared: bool) -> HttpResponse:
    page = {"form": form, "study": study, "compared": compared}
    return render(request, "ratings/researcher/study_form.html", page, status=422 if form.has_errors else 200)
