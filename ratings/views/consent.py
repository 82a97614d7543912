"""A researcher sees the versions of a study's consent text, and amends it while raters come."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evalsite.roles import RESEARCHER, role_required
from ratings.errors import RatingsError
from ratings.selectors.consent import agreements, current_texts
from ratings.services.consent import amend_consent
from ratings.views.own_study import own_study


@role_required(RESEARCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def study_consent(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version with how many agreed to it; POST asks those who come from now on with another text."""
    study = own_study(request, slug)
    sent = {name: request.POST.get(name, "") for name in ("language", "text", "reason")}
    if request.method == "POST":
        try:
            amend_consent(study=study, actor=cast("User", request.user), **sent)
        except RatingsError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("Raters who come from now on agree to the new text; the report says so.")
            )
            return redirect("ratings:study_consent", slug=slug)
    current = current_texts(study)
    page = {
        "study": study,
        "versions": agreements(study),
        "languages": dict.fromkeys([*(row.language for row in current), *dict(settings.LANGUAGES)]),
        "sent": sent if request.method == "POST" else {"text": current[0].text if current else ""},
    }
    return render(
        request, "ratings/researcher/consent.html", page, status=422 if request.method == "POST" else 200
    )
