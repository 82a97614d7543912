"""Ask for a report; building it is leased work, of which the database is the queue."""

from django.db import transaction
from django.utils import timezone

from generation.models.leases import WorkState
from ratings.models import Report, Study
from ratings.selectors import require_closed
from ratings.services.leased_work import UNFINISHED


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
