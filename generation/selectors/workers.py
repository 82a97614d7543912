"""Which workers listen."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from generation.models import WorkerBeat

SILENT_AFTER = timedelta(seconds=30)
WORKER_COMMAND = "celery -A evalsite worker"


def listening_workers() -> QuerySet[WorkerBeat]:
    """Workers heard of within half a minute; they say so every few seconds."""
    return WorkerBeat.objects.filter(seen_at__gte=timezone.now() - SILENT_AFTER)
