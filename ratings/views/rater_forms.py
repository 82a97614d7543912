"""Read answers out of a rater's form: `stars-TOKEN-CRITERION`, `client_ms` and `key`."""

import secrets

from django.http import HttpRequest

from ratings.errors import AnswerInvalid
from ratings.services.answers import Place, Sent

LONGEST_KEY = 64
MOST_DIGITS = 12
LONGEST_MS = 2_147_483_647  # what the column holds; a tab left open for weeks is no response time anyway


def fresh(request: HttpRequest) -> Sent:
    """The key and time that came along; a form without scripts has no key and gets one."""
    key = request.POST.get("key", "")[:LONGEST_KEY]
    return Sent(key=key or secrets.token_urlsafe(16), client_ms=client_ms(request))


def client_ms(request: HttpRequest) -> int | None:
    """Milliseconds by the browser's monotonic clock; None where there is no such number."""
    spent = whole(request.POST.get("client_ms", ""))
    return None if spent is None else min(spent, LONGEST_MS)


def ratings_of(request: HttpRequest) -> dict[Place, int]:
    """All stars in a whole form. Raises AnswerInvalid where a name or number is none that a page makes."""
    return {_place(name): _stars(request.POST[name]) for name in request.POST if name.startswith("stars-")}


def rates(request: HttpRequest, shown: str = "") -> bool:
    """Whether the form holds stars, of the shown text with that token where one is named."""
    start = f"stars-{shown}-" if shown else "stars-"
    return any(name.startswith(start) for name in request.POST)


def one_rating(request: HttpRequest) -> tuple[str, int, int | None]:
    """The shown text's token, the criterion's position and the stars, which are None to take them back."""
    shown, criterion = _place(request.POST.get("place", ""))
    stars = request.POST.get("stars", "")
    return shown, criterion, _stars(stars) if stars else None


def is_answered(request: HttpRequest) -> bool:
    """Whether the form of a practice item answers its last question."""
    return any(name in request.POST for name in ("choice", "preference", "accepts")) or bool(
        ratings_of(request)
    )


def _place(name: str) -> Place:
    head, _, tail = name.rpartition("-")
    criterion = whole(tail)
    if not head.startswith("stars-") or criterion is None:
        raise AnswerInvalid(f"'{name}' names no question.")
    return head.removeprefix("stars-"), criterion


def _stars(text: str) -> int:
    stars = whole(text)
    if stars is None:
        raise AnswerInvalid(f"'{text}' is no number of stars.")
    return stars


def whole(text: str) -> int | None:
    """The whole number that `text` is, of a length that a page makes; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
