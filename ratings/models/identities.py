"""By what somebody who came by an open link is known again; apart from the answers, deleted at closing."""

from django.db import models

from ratings.models.raters import Rater
from ratings.models.studies import Study


class PlatformIdentity(models.Model):
    """Who holds a place that an open link gave.

    `digest` is a keyed hash of the platform's or the browser's name for the person, another one in each
    study: it cannot be turned back, nor matched between studies. Nothing else of the address is kept.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="identities")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="identity")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["rater"]
        verbose_name_plural = "platform identities"
        constraints = [models.UniqueConstraint(fields=["study", "digest"], name="one_rater_a_person")]

    def __str__(self) -> str:
        return f"identity of {self.rater}"
