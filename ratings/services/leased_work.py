"""A row of work that one worker at a time holds by a token: claimed, kept while it goes on, given up."""

import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from generation.models.leases import WorkState
from ratings.models import Report, SizePlan

LEASE = timedelta(minutes=10)
UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)

Work = type[Report] | type[SizePlan]


def claim(work: Work, key: int, **started: int) -> str | None:
    """Become the one who works, and set `started`; None where another does or nothing is asked for."""
    token, now = secrets.token_hex(16), timezone.now()
    free = Q(state=WorkState.QUEUED) | Q(state=WorkState.RUNNING, leased_until__lt=now)
    claimed = work.objects.filter(free, pk=key).update(
        state=WorkState.RUNNING, token=token, leased_until=now + LEASE, error="", **started
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
