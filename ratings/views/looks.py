"""Looks at an open study's results: the planned ones, and unblinding for a reason."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ratings.design.looks import LookedClaim
from ratings.models import Claim, Study
from ratings.selectors.looks import PlannedLook, planned_looks
from ratings.services.looks import take_look, unblind_study
from ratings.views.study_actions import study_action, whole_number


@dataclass(frozen=True, kw_only=True)
class LookRow:
    """A planned look as the study's page tells it: what it said of each claim in words, once it is taken."""

    look: PlannedLook
    said: tuple[tuple[Claim, LookedClaim], ...]


def look_rows(study: Study) -> list[LookRow]:
    """Every look that `study` plans, in order."""
    looks = planned_looks(study)
    taken = any(look.taken for look in looks)
    claims = study.claims.select_related("criterion", "system_a", "system_b").order_by("pk") if taken else ()
    numbered = dict(enumerate(claims, start=1))
    return [
        LookRow(
            look=look,
            said=tuple((numbered[row.number], row) for row in (look.taken.claims if look.taken else ())),
        )
        for look in looks
    ]


@study_action
def study_look(request: HttpRequest, study: Study) -> HttpResponse:
    """Take a planned look that is due; it is recorded and told on the study's page."""
    look = take_look(study=study, number=whole_number(request, "number"), actor=cast("User", request.user))
    messages.success(request, _("Look %(number)s is taken and recorded.") % {"number": look.number})
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_unblind(request: HttpRequest, study: Study) -> HttpResponse:
    """Open the results before closing, for a reason that the report repeats."""
    unblind_study(study=study, reason=request.POST.get("reason", ""), actor=cast("User", request.user))
    messages.warning(
        request, _("The results are open. The report says so, and calls its verdicts exploratory.")
    )
    return redirect("ratings:report", slug=study.slug)
