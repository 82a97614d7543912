"""What visitors get while the database or room is wanting: 503 and what to do, never the page of a fault."""

import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from evalsite.disk import is_full
from evalsite.problems import CONTENT_TYPE, problem_document

RETRY_SECONDS = 30
SAFE_METHODS = ("GET", "HEAD")
# Pages for people are templates; these addresses are for programs.
PROGRAMS = ("/api/",)
AWAY = ("DatabaseAway", "The database cannot be reached; send the request again later.")
FULL = ("DiskFull", "The server's disk is full; send the request again once its operator has made room.")
# What PostgreSQL and SQLite say where their disk is full.
DATABASE_FULL = ("53100", sqlite3.SQLITE_FULL)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a database that is away and a full disk are answered with 503, faults as such.

    The page is in every language at once and asks nothing of the database.
    """
    error = sys.exc_info()[1]
    full = has_no_room(error)
    if not full and not is_away(error):
        return defaults.server_error(request)
    if request.path.startswith(PROGRAMS):
        document = problem_document(503, *(FULL if full else AWAY))
        response: HttpResponse = JsonResponse(document, status=503, content_type=CONTENT_TYPE)
    else:
        page = render_to_string("503.html", {"sending": request.method not in SAFE_METHODS, "full": full})
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def has_no_room(error: BaseException | None) -> bool:
    """Whether this machine's disk is full, or the database's."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    code = getattr(cause, "sqlite_errorcode", None) or getattr(cause, "sqlstate", None)
    return is_full(error) or code in DATABASE_FULL


def is_away(error: BaseException | None) -> bool:
    """Whether the database cannot be reached or is locked for too long; no fault in a query.

    SQLite reports a table that is missing as operational too, by its general code.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None) if isinstance(cause, sqlite3.Error) else None
    return code is None or code & 0xFF != sqlite3.SQLITE_ERROR
