"""Which workers listen, and which finished runs nobody has scored."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from generation.models import Run, WorkerBeat
from generation.models.leases import WorkState

SILENT_AFTER = timedelta(seconds=30)
WORKER_COMMAND = "celery -A evalsite worker"


def listening_workers() -> QuerySet[WorkerBeat]:
    """Workers heard of within half a minute; they say so every few seconds."""
    return WorkerBeat.objects.filter(seen_at__gte=timezone.now() - SILENT_AFTER)


def unscored_runs() -> QuerySet[Run]:
    """Finished runs that have outputs and no metric yet."""
    return Run.objects.filter(state=WorkState.DONE, scores__isnull=True, outputs__isnull=False).distinct()
