"""Rows that say which workers were heard of, and when."""

from datetime import timedelta

from django.utils import timezone

from generation.models import WorkerBeat

FORGOTTEN_AFTER = timedelta(days=1)


def note_worker(*, worker: str, device: str) -> None:
    """Note that `worker` is there and computes on `device`."""
    now = timezone.now()
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"device": device, "seen_at": now})
    WorkerBeat.objects.exclude(seen_at__range=(now - FORGOTTEN_AFTER, now + FORGOTTEN_AFTER)).delete()


def forget_worker(*, worker: str) -> None:
    """Note that `worker` has ended."""
    WorkerBeat.objects.filter(worker=worker).delete()
