"""What a researcher does with a study while raters work: let it rest, and let it go on."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ratings.models import Study
from ratings.services.running import pause_study, resume_study
from ratings.views.study_actions import study_action


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
