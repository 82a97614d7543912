"""The report's pages, for the study's owner and admins: locked until closing, then verdicts first."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from generation.models.leases import WorkState
from ratings.models import Report, Study
from ratings.reports.document import Report as ReportDocument
from ratings.reports.exports import FORMATS
from ratings.reports.figure_words import FigureWords, language_in_use
from ratings.reports.json_export import report_from_json
from ratings.reports.presentation import presented, simulated_notice
from ratings.selectors.report_inputs import report_fingerprint
from ratings.selectors.results import are_unlocked
from ratings.services.exporting import export_report
from ratings.services.leased_work import UNFINISHED
from ratings.services.report_jobs import request_report
from ratings.tasks import build_now, build_soon
from ratings.views.own_study import own_study


@require_GET
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report, the way to it, or why there is none yet."""
    study = own_study(request, slug)
    if not are_unlocked(study):
        return render(request, "ratings/report/locked.html", {"study": study})
    stored = Report.objects.filter(study=study).first()
    context: dict[str, Any] = {
        "study": study,
        "stored": stored,
        "simulated_notice": simulated_notice() if study.is_simulated else "",
        "under_way": stored is not None and stored.state in UNFINISHED,
        "failed": stored is not None and stored.state == WorkState.FAILED,
    }
    document = _document(stored) if stored else None
    if stored is None or document is None:
        return render(request, "ratings/report/unbuilt.html", context)
    context["outdated"] = stored.fingerprint != report_fingerprint(study)
    context["formats"] = list(FORMATS)
    context["report"] = presented(document, _figure_addresses(document, stored))
    return render(request, "ratings/report/report.html", context)


@require_POST
def report_build(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the report: built by a worker, or with `here` in this request."""
    study = _unlocked_study(request, slug)
    asked = request_report(study=study)
    if "here" in request.POST:
        build_now(asked.pk)
    else:
        build_soon(asked.pk)
        messages.success(request, _("The report is being built."))
    return redirect("ratings:report", slug=slug)


@require_GET
def report_state(request: HttpRequest, slug: str) -> JsonResponse:
    """How far building is, for the page that waits for it."""
    stored = get_object_or_404(Report, study=_unlocked_study(request, slug))
    return JsonResponse(
        {
            "under_way": stored.state in UNFINISHED,
            "steps_done": stored.steps_done,
            "steps": stored.steps,
        }
    )


@require_GET
def report_figure(request: HttpRequest, slug: str, language: str, name: str) -> HttpResponse:
    """One figure as an SVG picture, in `language`."""
    from ratings.reports.figures import figures_of  # noqa: PLC0415 - loads matplotlib

    stored = _stored(request, slug)
    document = _document(stored)
    draw = figures_of(document).get(name) if document else None
    if draw is None:
        raise Http404
    with override(language):
        picture = draw(FigureWords.active())
    return HttpResponse(
        picture,
        content_type="image/svg+xml",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
    )


@require_GET
def report_download(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The report as a file."""
    stored = _stored(request, slug)
    document = _document(stored)
    if form not in FORMATS or document is None:
        raise Http404
    actor = cast("User", request.user)
    file = export_report(report=document, study=stored.study, form=form, actor=actor)
    return HttpResponse(file.content, content_type=file.media_type, headers=file.headers)


def _unlocked_study(request: HttpRequest, slug: str) -> Study:
    study = own_study(request, slug)
    if not are_unlocked(study):
        raise Http404
    return study


def _stored(request: HttpRequest, slug: str) -> Report:
    study = _unlocked_study(request, slug)
    return get_object_or_404(Report.objects.select_related("study").exclude(document=""), study=study)


def _document(stored: Report) -> ReportDocument | None:
    """The report as it was built; None where there is none, or one of an earlier version's form."""
    try:
        return report_from_json(stored.document) if stored.document else None
    except (KeyError, TypeError):
        return None


def _figure_addresses(document: ReportDocument, stored: Report) -> dict[str, str]:
    """Where each figure is; the fingerprint in the address keeps an older picture out of the page."""
    from ratings.reports.figures import figures_of  # noqa: PLC0415 - loads matplotlib

    slug, language, version = document.study.slug, language_in_use(), stored.fingerprint[:12]
    return {
        name: f"{reverse('ratings:report_figure', args=[slug, language, name])}?v={version}"
        for name in figures_of(document)
    }
