"""The page for who tried too often: kind, in their language, with the time after which to come back."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evalsite.rate_limits import UNKNOWN_LINK, address_of, count


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """A 429 that says, also to programs, to come back after `wait` seconds."""
    page = {"minutes": -(-wait // 60)}
    answer = render(request, "429.html", page, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = str(wait)
    answer["Cache-Control"] = "no-store"
    return answer


def unknown_link(request: HttpRequest, template: str) -> HttpResponse:
    """A 404 with `template` for a link that is none; a 429 for an address that tries very many of them."""
    tried = count(UNKNOWN_LINK, address_of(request))
    return too_many(request, tried.wait) if tried.is_over else render(request, template, status=404)
