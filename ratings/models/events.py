"""What happened to a study after it was opened and was not planned; appended, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratings.models.studies import Study


class StudyEvent(models.Model):
    """A departure from the frozen protocol, by whom and why; `details` is for programs."""

    class Kind(models.TextChoices):
        AMENDED = "amended", _("amended")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        EXTENDED = "extended", _("extended")
        UNBLINDED = "unblinded", _("unblinded")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    details = models.JSONField(default=dict, blank=True)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [models.CheckConstraint(name="an_event_has_a_reason", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.study} {self.kind}: {self.reason}"
