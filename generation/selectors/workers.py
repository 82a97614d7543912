"""Which workers listen."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from generation.models import WorkerBeat

SILENT_AFTER = timedelta(seconds=30)
WORKER_COMMAND = "celery -A evalsite worker"


def listening_workers() -> QuerySet[WorkerBeat]:
    """Workers heard of within half a minute; they say so every few seconds."""
    now = timezone.now()
    # What is further ahead was written before the clock was put back.
    return WorkerBeat.objects.filter(seen_at__range=(now - SILENT_AFTER, now + SILENT_AFTER))
