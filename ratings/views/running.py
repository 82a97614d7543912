"""What a researcher does with a study while raters work: let it rest, let it go on, extend it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ratings.models import Study
from ratings.services.extending import extend_study
from ratings.services.running import pause_study, resume_study
from ratings.views.study_actions import study_action, whole_number


@study_action
def study_pause(request: HttpRequest, study: Study) -> HttpResponse:
    """Let the study rest for a while, with the reason."""
    pause_study(study=study, reason=request.POST.get("reason", ""), actor=cast("User", request.user))
    messages.success(request, _("The study is paused. Answers that raters have in hand are still taken."))
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_resume(request: HttpRequest, study: Study) -> HttpResponse:
    """Let a paused study go on, with the reason."""
    resume_study(study=study, reason=request.POST.get("reason", ""), actor=cast("User", request.user))
    messages.success(request, _("The study goes on; raters find their places as they left them."))
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_extend(request: HttpRequest, study: Study) -> HttpResponse:
    """Add places, and items where asked for, with the reason."""
    extend_study(
        study=study,
        raters=whole_number(request, "raters"),
        items=whole_number(request, "items"),
        reason=request.POST.get("reason", ""),
        actor=cast("User", request.user),
        seen_places=whole_number(request, "places"),
    )
    messages.success(request, _("The study is extended; invite raters to the new places next."))
    return redirect("ratings:study", slug=study.slug)
