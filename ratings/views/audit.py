"""The audit of a study's blinding, for its owner and admins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from evalsite.roles import RESEARCHER, role_required
from ratings.errors import RatingsError
from ratings.services.blinding_audit import audit_blinding
from ratings.views.own_study import own_study


@role_required(RESEARCHER)
@require_POST
def study_audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Run the audit now and show its rows; nothing is stored."""
    study = own_study(request, slug)
    try:
        rows = audit_blinding(study=study)
    except RatingsError as error:
        messages.error(request, str(error))
        return redirect("ratings:study", slug=slug)
    words = {
        "pass": pgettext("audit", "pass"),
        "fail": pgettext("audit", "fail"),
        "measured": pgettext("audit", "measured"),
    }
    page = {
        "study": study,
        "rows": [(row, words[row.state]) for row in rows],
        "failed": sum(row.state == "fail" for row in rows),
    }
    return render(request, "ratings/researcher/audit.html", page)
