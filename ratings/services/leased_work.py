"""A row of work that one worker at a time holds by a token: claimed, kept while it goes on, given up."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from generation.models.leases import WorkState, over
from ratings.models import Report, SizePlan

LEASE = timedelta(minutes=10)
VANISHED = (
    "The worker ended {times} times while it worked on this, without a word: it may need more memory. "
    "Ask for it again."
)
UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)

Work = type[Report] | type[SizePlan]


def waiting() -> Q:
    """Work that nobody holds: asked for, or left by a worker that has not been heard of for a lease."""
    return Q(state=WorkState.QUEUED) | Q(state=WorkState.RUNNING) & over("leased_until", lease=LEASE)


def give_up_exhausted(work: Work) -> None:
    """Fail work whose workers have vanished as often as it may be tried."""
    left = work.objects.exclude(state=WorkState.QUEUED).filter(waiting(), attempts__gte=settings.MAX_ATTEMPTS)
    reason = VANISHED.format(times=settings.MAX_ATTEMPTS)
    left.update(state=WorkState.FAILED, token="", leased_until=None, error=reason)


def claim(work: Work, key: int, **started: int) -> str | None:
    """Become the one who works, and set `started`; None where another does or nothing is asked for."""
    token, now = secrets.token_hex(16), timezone.now()
    claimed = work.objects.filter(waiting(), pk=key).update(
        state=WorkState.RUNNING,
        token=token,
        leased_until=now + LEASE,
        attempts=F("attempts") + 1,
        error="",
        **started,
    )
    return token if claimed else None


def note_step(work: Work, key: int, *, token: str, steps_done: int) -> None:
    """Say how far the work is, and keep the lease."""
    work.objects.filter(pk=key, token=token).update(
        steps_done=steps_done, leased_until=timezone.now() + LEASE
    )


def store(work: Work, key: int, *, token: str, **result: object) -> bool:
    """Store the result; False where the lease was lost to another."""
    held = work.objects.filter(pk=key, token=token)
    return bool(held.update(state=WorkState.DONE, token="", leased_until=None, **result))


def fail(work: Work, key: int, *, token: str, reason: str) -> None:
    """Say why it failed; a result from before stays."""
    work.objects.filter(pk=key, token=token).update(
        state=WorkState.FAILED, token="", leased_until=None, error=reason
    )
