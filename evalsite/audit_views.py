"""The audit log for admins: page by page, and as a file."""

from typing import cast

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evalsite import audit
from evalsite.audit_log import AuditFilter, csv_lines
from evalsite.roles import ADMIN, role_required

ENTRIES_A_PAGE = 50


@role_required(ADMIN)
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """The entries that fit what is looked for, newest first."""
    form = AuditFilter(request.GET)
    page = Paginator(form.entries(), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audit_log.html", {"form": form, "page": page})


@role_required(ADMIN)
@require_safe
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """The same entries as a CSV file; that it was taken is an entry too."""
    form = AuditFilter(request.GET)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    audit.note(actor=cast("User", request.user), action="exported the audit log", subject="", details=asked)
    return StreamingHttpResponse(
        csv_lines(form.entries()),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="audit-log.csv"',
            "Cache-Control": "private, no-store",
        },
    )
