"""Ids in every line that is written while a request is answered or a run worked on; no secret address."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("evalsite.requests")
current: ContextVar[str] = ContextVar("request_id", default="-")
current_run: ContextVar[str] = ContextVar("run_id", default="-")
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Ids(logging.Filter):
    """Puts the ids of the request being answered and of the run worked on on each record, "-" for none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        record.run_id = current_run.get()
        return True


@contextmanager
def about_run(run_id: int) -> Iterator[None]:
    """Within this, every line of the log names the run."""
    token = current_run.set(str(run_id))
    try:
        yield
    finally:
        current_run.reset(token)


class NoAddress(logging.Filter):
    """Puts the view's name where Django's own lines on a request have its path, which may be a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            view = view_of(request)
            path = request.path.encode("unicode_escape").decode("ascii")
            if isinstance(record.args, tuple):
                record.args = tuple(view if argument == path else argument for argument in record.args)
            record.request = view
        return True


def view_of(request: HttpRequest) -> str:
    """The name of the view that answers; "-" where the address has none."""
    return request.resolver_match.view_name if request.resolver_match else "-"


def log_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: take the proxy's X-Request-ID or make one, answer with it, and log how it went.

    The address is logged by the name of its view: a path may hold a rater's link, which is a secret.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        token = current.set(request_id)
        started = time.perf_counter()
        try:
            response = get_response(request)
            view = view_of(request)
            logger.info(
                "%s %s %d",
                request.method,
                view,
                response.status_code,
                extra={
                    "method": request.method,
                    "view": view,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
        finally:
            current.reset(token)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware
