"""A closed study's report as it was built, or the work of building it."""

from django.db import models

from generation.models.leases import LeasedWork
from ratings.models.studies import Study


class Report(LeasedWork):
    """The one report of a study: asked for, being built, or there.

    `document` is the report as JSON text, kept byte for byte; `fingerprint` names the inputs it rests on.
    `steps_done` of `steps` says how far building is.
    """

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="report")
    steps = models.PositiveSmallIntegerField(default=0)
    steps_done = models.PositiveSmallIntegerField(default=0)
    document = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    built_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"report of {self.study}"
