"""Sizes that were asked for: the question, and the answer once a worker has simulated it."""

from django.conf import settings
from django.db import models

from generation.models.leases import LeasedWork
from ratings.models.studies import Study


class SizePlan(LeasedWork):
    """A question of how many items and raters claims need, being answered, or answered.

    `question` and `answers` are those of `ratings.design.size_plan`. `study` is the draft it was asked for.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="size_plans")
    study = models.ForeignKey(
        Study, null=True, blank=True, on_delete=models.CASCADE, related_name="size_plans"
    )
    question = models.JSONField()
    answers = models.JSONField(default=list, blank=True)
    steps = models.PositiveSmallIntegerField(default=1)
    steps_done = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        return f"size plan {self.pk}"
