"""Raters by how they work, and who is left out: by a frozen rule, or by hand with a reason."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evalsite.roles import RESEARCHER, role_required
from ratings.design.exclusions import rules_from_json
from ratings.errors import RatingsError
from ratings.forms.exclusions import rule_words
from ratings.models import Study
from ratings.selectors.exclusions import quality_of
from ratings.selectors.flags import flagged_items
from ratings.selectors.raters import rater_named
from ratings.services.exclusions import exclude_rater, readmit_rater
from ratings.views.own_study import own_study


@role_required(RESEARCHER)
@require_safe
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole page."""
    return render(request, "ratings/researcher/quality.html", _page(own_study(request, slug)))


@role_required(RESEARCHER)
@require_safe
def quality_live(request: HttpRequest, slug: str) -> HttpResponse:
    """The part that changes while raters work."""
    return render(request, "ratings/researcher/_partials/quality.html", _page(own_study(request, slug)))


@role_required(RESEARCHER)
@require_POST
def quality_decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave a rater out by hand or take one back; without a reason nothing changes."""
    study = own_study(request, slug)
    try:
        rater = rater_named(study, request.POST.get("rater", ""))
        reason, actor = request.POST.get("reason", ""), cast("User", request.user)
        if "readmit" in request.POST:
            readmit_rater(rater=rater, reason=reason, actor=actor)
            messages.success(request, _("%(rater)s counts again.") % {"rater": rater})
        else:
            exclude_rater(rater=rater, reason=reason, actor=actor)
            messages.success(
                request,
                _("%(rater)s is left out of the primary results; the report says so.") % {"rater": rater},
            )
    except RatingsError as error:
        messages.error(request, str(error))
    return redirect("ratings:quality", slug=slug)


def _page(study: Study) -> dict[str, Any]:
    rules = rules_from_json(study.exclusion_rules)
    return {
        "study": study,
        "rows": quality_of(study),
        "rules": rule_words(rules),
        "flags": flagged_items(study),
        "screened_out": study.screen_outs.count(),
    }
