"""Claim work from the database for a while: one holder at a time, by token, on SQLite and PostgreSQL."""

import secrets
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generation.errors import LeaseLost
from generation.models.leases import LeasedWork, WorkState, over

Work = TypeVar("Work", bound=LeasedWork)


def claimable(*, limit: int | None = None) -> Q:
    """Work that waits, and work whose holder has not been heard of in time and that may be tried again.

    It may be claimed `limit` times, settings.MAX_ATTEMPTS where None.
    """
    return Q(state=WorkState.QUEUED) | _lapsed() & Q(attempts__lt=limit or settings.MAX_ATTEMPTS)


def exhausted(*, limit: int | None = None) -> Q:
    """Work whose holder has not been heard of in time, for the last time that it may be tried."""
    return _lapsed() & Q(attempts__gte=limit or settings.MAX_ATTEMPTS)


def claim(candidates: QuerySet[Work], *, limit: int | None = None, **noted: object) -> Work | None:
    """Take the first of `candidates` that can be claimed, at most `limit` times each, or None.

    Fields in `noted` are written with the claim.

    SQLite's immediate transaction lets one claimant in at a time; elsewhere the row is locked, and rows that
    others are claiming at this moment are passed over.
    """
    with transaction.atomic():
        queue = candidates.filter(claimable(limit=limit))
        if connection.features.has_select_for_update_skip_locked:
            queue = queue.select_for_update(skip_locked=True, of=("self",))
        work = queue.first()
        if work is None:
            return None
        work.state = WorkState.RUNNING
        work.token = secrets.token_hex(16)
        work.leased_until = timezone.now() + _lease()
        work.attempts += 1
        for field, value in noted.items():
            setattr(work, field, value)
        work.save(update_fields=["state", "token", "leased_until", "attempts", *noted])
    return work


def held(work: Work) -> QuerySet[Work]:
    """The row of `work`, if it is still held by the token that claimed it."""
    rows: QuerySet[Work] = type(work)._default_manager.filter(  # noqa: SLF001 - Django's documented way
        pk=work.pk, token=work.token, state=WorkState.RUNNING
    )
    return rows


def renew(work: LeasedWork, **progress: object) -> None:
    """Hold `work` for another lease and note its progress; raises LeaseLost where it is somebody else's."""
    if not held(work).update(leased_until=timezone.now() + _lease(), **progress):
        raise LeaseLost(f"{work} is not held by this worker any more")


def release(work: LeasedWork, state: WorkState, error: str = "") -> bool:
    """Let go of `work` in `state`; says whether it was still held."""
    return bool(held(work).update(state=state, error=error, token="", leased_until=None))


def hand_back(work: LeasedWork) -> None:
    """Queue `work` again because its worker is told to stop, which does not count as an attempt."""
    held(work).update(state=WorkState.QUEUED, token="", leased_until=None, attempts=F("attempts") - 1)


def put_off(work: LeasedWork, error: str) -> None:
    """Let `work` lie until its lease is over, for a reason not its own: this attempt does not count."""
    held(work).update(error=error, token="", attempts=F("attempts") - 1)


def give_up_or_retry(work: LeasedWork, error: str) -> WorkState:
    """Queue `work` again after a failed attempt, or fail it after the last; gives the new state."""
    last = work.attempts >= settings.MAX_ATTEMPTS
    state = WorkState.FAILED if last else WorkState.QUEUED
    release(work, state, error)
    return state


def _lapsed() -> Q:
    return Q(state=WorkState.RUNNING) & over("leased_until", lease=_lease())


def _lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)
