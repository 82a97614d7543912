"""Errors of the API as problem details (RFC 9457): one sentence, a status, a name that programs can go by."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from generation.errors import GenerationError, NameTaken, NotFound
from ratings.errors import RatingsError, ResultsLocked

CONTENT_TYPE = "application/problem+json"
# Statuses of the apps' own refusals; all others are the caller's bad request.
_STATUS: Mapping[type[Exception], int] = {NotFound: 404, NameTaken: 409, ResultsLocked: 409}


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal in one form; None, and so a 500, for what is our own fault."""
    if isinstance(error, GenerationError | RatingsError):
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        return _response(status, type(error).__name__, str(error))
    answer = exception_handler(error, context)
    if answer is None:
        return None
    fields = error.detail if isinstance(error, exceptions.ValidationError) else None
    detail = "Some fields do not fit." if fields else _sentence(error)
    found = _response(answer.status_code, type(error).__name__, detail, fields)
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if answer.has_header(name):
            found[name] = answer[name]
    return found


def _sentence(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is no such thing here."
    if isinstance(error, PermissionDenied):
        return "This account may not do that."
    return str(getattr(error, "detail", error))


def problem_document(status: int, kind: str, detail: str) -> dict[str, Any]:
    """The members that every problem has."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "code": kind, "detail": detail}


def _response(status: int, kind: str, detail: str, fields: Any = None) -> Response:
    body = problem_document(status, kind, detail)
    if fields is not None:
        body["errors"] = fields
    return Response(body, status=status, content_type=CONTENT_TYPE)
