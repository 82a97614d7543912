"""One line a request, with an id that is in every line written while it is answered; no secret address."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("evalsite.requests")
current: ContextVar[str] = ContextVar("request_id", default="-")
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestId(logging.Filter):
    """Puts the id of the request being answered on each record; "-" outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        return True


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
            view = request.resolver_match.view_name if request.resolver_match else "-"
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
