"""How often the API may be asked: by an account, and with tokens that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from evalsite.rate_limits import UNKNOWN_TOKEN, Limit, address_of, count

if TYPE_CHECKING:  # the framework loads this module while it loads its own views
    from rest_framework.request import Request
    from rest_framework.views import APIView


class AccountThrottle(BaseThrottle):
    """So many requests an account, as API_RATE says, from the first of them on."""

    _wait = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        tries, seconds = SimpleRateThrottle.parse_rate(self, settings.API_RATE)  # type: ignore[arg-type]
        limit = Limit(name="API requests", tries=tries or 0, seconds=seconds or 1)
        self._wait = count(limit, str(request.user.pk)).wait
        return self._wait == 0

    def wait(self) -> float:
        return self._wait


class CountedTokens(TokenAuthentication):
    """Tokens of accounts; an address that shows very many which are none has to wait."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            tried = count(UNKNOWN_TOKEN, address_of(request._request))  # noqa: SLF001 - DRF's own way
            if tried.is_over:
                raise Throttled(wait=tried.wait) from None
            raise
