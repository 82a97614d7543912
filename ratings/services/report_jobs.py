"""The work of building a report: asked for, claimed by one builder, and stored; the database is its queue."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generation.models.leases import WorkState
from ratings.models import Report, Study
from ratings.selectors import require_closed

LEASE = timedelta(minutes=10)
UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)


def request_report(*, study: Study) -> Report:
    """Ask for the study's report to be built; while one is being built, nothing changes.

    A report that is there stays readable until the new one is stored. Raises ResultsLocked before closing.
    """
    require_closed(study)
    with transaction.atomic():
        report, _made = Report.objects.select_for_update().get_or_create(study=study)
        expired = report.leased_until is not None and report.leased_until < timezone.now()
        if report.state not in UNFINISHED or (report.state == WorkState.RUNNING and expired):
            report.state, report.token, report.leased_until = WorkState.QUEUED, "", None
            report.steps_done, report.error = 0, ""
            report.save(update_fields=["state", "token", "leased_until", "steps_done", "error"])
    return report


def claim_report(*, report_id: int, steps: int) -> str | None:
    """Become the one builder; None where another builds, or where nothing is asked for."""
    token, now = secrets.token_hex(16), timezone.now()
    free = Q(state=WorkState.QUEUED) | Q(state=WorkState.RUNNING, leased_until__lt=now)
    claimed = Report.objects.filter(free, pk=report_id).update(
        state=WorkState.RUNNING, token=token, leased_until=now + LEASE, steps=steps, steps_done=0, error=""
    )
    return token if claimed else None


def note_step(*, report_id: int, token: str, steps_done: int) -> None:
    """Say how far building is, and keep the lease."""
    Report.objects.filter(pk=report_id, token=token).update(
        steps_done=steps_done, leased_until=timezone.now() + LEASE
    )


def store_report(*, report_id: int, token: str, document: str, fingerprint: str) -> bool:
    """Store what was built; False where the lease was lost to another builder."""
    stored = Report.objects.filter(pk=report_id, token=token).update(
        state=WorkState.DONE,
        token="",
        leased_until=None,
        document=document,
        fingerprint=fingerprint,
        built_at=timezone.now(),
    )
    return bool(stored)


def fail_report(*, report_id: int, token: str, reason: str) -> None:
    """Say why building failed; an older report stays."""
    Report.objects.filter(pk=report_id, token=token).update(
        state=WorkState.FAILED, token="", leased_until=None, error=reason
    )
