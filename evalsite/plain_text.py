"""Middleware that turns away texts which not every database can hold: PostgreSQL knows no NUL."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext as _


@sync_only_middleware
class PlainTextMiddleware:
    """Answers 400 for a NUL or half a surrogate pair in address, query, headers, cookies or a form's fields.

    What the API is sent as JSON is read by `evalsite.api_parsing`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check what comes with the address, then go on."""
        sent = [value for value in request.META.values() if isinstance(value, str)]
        query = [part for pair in request.GET.lists() for part in (pair[0], *pair[1])]
        if _unfit([request.path_info, *sent, *query, *request.COOKIES.values()]):
            return _refusal(request)
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        """Check a form's fields; the API takes no forms, and so its bodies are left unread here."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        fields = (part for name, values in request.POST.lists() for part in (name, *values))
        return _refusal(request) if _unfit(fields) else None


def storable(text: str) -> bool:
    """Whether every database can hold `text`: it has neither a NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _unfit(texts: Iterable[str]) -> bool:
    return not all(storable(text) for text in texts)


def _refusal(request: HttpRequest) -> HttpResponse:
    detail = _("What was sent holds a character that is none (a NUL or half a surrogate pair); leave it out.")
    status = HTTPStatus.BAD_REQUEST
    if request.path_info.startswith("/api/"):
        body = {"type": "about:blank", "title": status.phrase, "status": status, "code": "ParseError"}
        body["detail"] = detail
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
