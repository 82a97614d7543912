"""How often a sign-in may be tried: by account and address, by address, by account."""

from django.contrib.auth.models import User
from django.http import HttpRequest

from evalsite.audit import note
from evalsite.rate_limits import SIGN_IN, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, Limit, address_of, count, forget


def count_try(request: HttpRequest, username: str) -> int:
    """Count a try; gives the seconds to wait where it is one too many, else 0.

    The first try too many leaves an entry in the audit log. It names the account if there is one: a password
    may be typed into that field by mistake.
    """
    address = address_of(request)
    wait = 0
    for limit, who in _limits(username, address):
        tried = count(limit, who)
        if tried.tries == limit.tries + 1:
            known = User.objects.filter(username=username).exists()
            subject = username if known else "an unknown account"
            note(actor=None, action="sign-in held up", subject=subject, details={"limit": limit.name})
        wait = max(wait, tried.wait)
    return wait


def succeeded(request: HttpRequest, username: str) -> None:
    """Let the account's mistakes from this address count no more."""
    forget(SIGN_IN, f"{username} {address_of(request)}")


def _limits(username: str, address: str) -> tuple[tuple[Limit, str], ...]:
    pair = f"{username} {address}"
    return ((SIGN_IN, pair), (SIGN_IN_ADDRESS, address), (SIGN_IN_ACCOUNT, username))
