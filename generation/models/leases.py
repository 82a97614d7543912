"""Work that a worker claims for a while: the database, not the broker, is the queue of record."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


def over(field: str, *, lease: timedelta) -> models.Q:
    """Rows whose time in `field`, at most a `lease` ahead when it was written, has passed.

    One that is further ahead was written before the clock was put back, and its holder has not been heard of
    since: whoever goes on renews it. The clocks of two hosts may differ by as much as a lease.
    """
    now = timezone.now()
    return models.Q(**{f"{field}__lt": now}) | models.Q(**{f"{field}__gt": now + 2 * lease})


class LeasedWork(models.Model):
    """A row that one worker at a time may hold, by a token that it must show with each write."""

    state = models.CharField(max_length=10, choices=WorkState, default=WorkState.QUEUED)
    token = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
