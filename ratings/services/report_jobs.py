"""Ask for a report; building it is leased work, of which the database is the queue."""

from django.db import transaction

from generation.models.leases import WorkState
from ratings.models import Report, Study
from ratings.selectors import require_unlocked
from ratings.services.leased_work import UNFINISHED, waiting


def request_report(*, study: Study) -> Report:
    """Ask for the study's report to be built; while one is being built, nothing changes.

    A report that is there stays readable until the new one is stored. Raises ResultsLocked before closing.
    """
    require_unlocked(study)
    with transaction.atomic():
        report, _made = Report.objects.select_for_update().get_or_create(study=study)
        if report.state not in UNFINISHED or Report.objects.filter(waiting(), pk=report.pk).exists():
            report.state, report.token, report.leased_until = WorkState.QUEUED, "", None
            report.steps_done, report.attempts, report.error = 0, 0, ""
            report.save(update_fields=["state", "token", "leased_until", "steps_done", "attempts", "error"])
    return report
