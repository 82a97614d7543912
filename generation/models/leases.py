"""Work that a worker claims for a while: the database, not the broker, is the queue of record."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class LeasedWork(models.Model):
    """A row that one worker at a time may hold, by a token that it must show with each write."""

    state = models.CharField(max_length=10, choices=WorkState, default=WorkState.QUEUED)
    token = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
