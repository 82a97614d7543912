"""What visitors get while the database cannot be reached: 503 and what to do, never the page of a fault."""

import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from evalsite.problems import CONTENT_TYPE, problem_document

RETRY_SECONDS = 30
SAFE_METHODS = ("GET", "HEAD")
# Pages for people are templates; these addresses are for programs.
PROGRAMS = ("/api/",)
UNAVAILABLE = "The database cannot be reached; send the request again later."


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a database that is away is answered with 503, everything else as a fault.

    The page is in every language at once and asks nothing of the database.
    """
    if not is_away(sys.exc_info()[1]):
        return defaults.server_error(request)
    if request.path.startswith(PROGRAMS):
        document = problem_document(503, "DatabaseAway", UNAVAILABLE)
        response: HttpResponse = JsonResponse(document, status=503, content_type=CONTENT_TYPE)
    else:
        page = render_to_string("503.html", {"sending": request.method not in SAFE_METHODS})
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def is_away(error: BaseException | None) -> bool:
    """Whether the database cannot be reached, is locked for too long or has no room; no fault in a query.

    SQLite reports a table that is missing as operational too, by its general code.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None) if isinstance(cause, sqlite3.Error) else None
    return code is None or code & 0xFF != sqlite3.SQLITE_ERROR
