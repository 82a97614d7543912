"""Planning the size of a study: the form, what came of it, and its pictures; for whoever asked."""

from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evalsite.roles import RESEARCHER, role_required
from generation.models.leases import WorkState
from ratings.design.size_plan import SizeAnswer, SizeQuestion, answer_from_json, question_from_json
from ratings.errors import RatingsError
from ratings.forms.size import AssumptionsForm, SizeForm
from ratings.models import SizePlan, Study
from ratings.reports.figure_words import FigureWords, language_in_use
from ratings.reports.pilots import pilot_spread
from ratings.reports.reason_words import reason_in
from ratings.reports.size_presentation import figure_name, raters_words, size_axis, size_sections
from ratings.selectors import studies_of
from ratings.selectors.size_questions import pilots_of, question_of, size_plans_of
from ratings.services.leased_work import UNFINISHED
from ratings.services.size_plans import answer_size_plan, request_size_plan
from ratings.statistics.results import NotEstimable
from ratings.tasks import plan_size_soon

MOST_LISTED = 10


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def sizes(request: HttpRequest) -> HttpResponse:
    """Ask for a size; with `study` of a study's claims, with `take` by a closed study's spreads."""
    user = cast("User", request.user)
    slug = request.GET.get("study")
    study = get_object_or_404(studies_of(user), slug=slug) if slug else None
    posted: QueryDict | None = request.POST or None
    refused = ""
    if "take" in request.POST:
        posted, refused = _with_pilot(request.POST, user)
    form = SizeForm(question_of(study) if study else SizeQuestion(claims=()), posted)
    if request.method == "POST" and "take" not in request.POST and form.is_valid():
        asked = request_size_plan(owner=user, question=form.question, study=study)
        plan_size_soon(asked.pk)
        return redirect("ratings:size", plan=asked.pk)
    page = {
        "form": form,
        "study": study,
        "refused": refused,
        "pilots": pilots_of(user),
        "asked": size_plans_of(user)[:MOST_LISTED],
    }
    wrong = request.method == "POST" and (refused or "take" not in request.POST)
    return render(request, "ratings/size/form.html", page, status=422 if wrong else 200)


@role_required(RESEARCHER)
@require_safe
def size(request: HttpRequest, plan: int) -> HttpResponse:
    """The sizes that were found, or how far finding them is."""
    asked = _own(request, plan)
    page = {
        "asked": asked,
        "under_way": asked.state in UNFINISHED,
        "failed": asked.state == WorkState.FAILED,
        "sections": [],
    }
    if asked.state == WorkState.DONE:
        question, answers = question_from_json(asked.question), _answers(asked)
        language = language_in_use()
        sources = {
            figure_name(number): reverse("ratings:size_figure", args=[plan, language, number])
            for number, answer in enumerate(answers, start=1)
            if answer.curves
        }
        page["sections"] = [section.with_figures_at(sources) for section in size_sections(question, answers)]
    return render(request, "ratings/size/size.html", page)


@role_required(RESEARCHER)
@require_POST
def size_here(request: HttpRequest, plan: int) -> HttpResponse:
    """Simulate in this request, where no worker runs."""
    answer_size_plan(plan_id=_own(request, plan).pk)
    return redirect("ratings:size", plan=plan)


@role_required(RESEARCHER)
@require_safe
def size_state(request: HttpRequest, plan: int) -> JsonResponse:
    """How far it is, for the page that waits."""
    asked = _own(request, plan)
    return JsonResponse(
        {"under_way": asked.state in UNFINISHED, "steps_done": asked.steps_done, "steps": asked.steps}
    )


@role_required(RESEARCHER)
@require_safe
def size_figure_file(request: HttpRequest, plan: int, language: str, number: int) -> HttpResponse:
    """The picture of one claim as SVG, in `language`."""
    from ratings.reports.figure_size import size_figure  # noqa: PLC0415 - loads matplotlib

    asked = _own(request, plan)
    answers = _answers(asked)
    if not 1 <= number <= len(answers) or not answers[number - 1].curves:
        raise Http404
    question, curves = question_from_json(asked.question), answers[number - 1].curves
    with override(language):
        picture = size_figure(
            curves,
            question.assumptions.power,
            FigureWords.active(),
            axis=size_axis(question.claims[number - 1]),
            names=[raters_words(curve.raters) for curve in curves],
        )
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(picture, content_type="image/svg+xml", headers=headers)


def _with_pilot(posted: QueryDict, user: User) -> tuple[QueryDict, str]:
    """What was posted with the spreads of the chosen study in it; or why they cannot be taken."""
    slug, _sep, criterion = posted.get("pilot", "").partition(":")
    study = get_object_or_404(studies_of(user).filter(state=Study.State.CLOSED), slug=slug)
    try:
        spread = pilot_spread(study, criterion)
    except RatingsError as refusal:
        return posted, str(refusal)
    except NotEstimable as refusal:
        return posted, f"{reason_in(language_in_use(), str(refusal))}."
    changed = posted.copy()
    for name, value in AssumptionsForm.spread_fields(spread).items():
        changed[name] = str(value)
    return changed, ""


def _own(request: HttpRequest, plan: int) -> SizePlan:
    return get_object_or_404(size_plans_of(cast("User", request.user)), pk=plan)


def _answers(asked: SizePlan) -> list[SizeAnswer]:
    return [answer_from_json(stored) for stored in asked.answers]
