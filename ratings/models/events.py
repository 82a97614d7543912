"""What happened to a study after it was opened and was not planned; appended, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratings.models.studies import Study


class StudyEvent(models.Model):
    """What happened, by whom and why; `details` is for programs.

    All but a planned look depart from the frozen protocol. `look` is its number, and each is taken once. What
    an extension adds to the plan is frozen as `protocol`, with the SHA-256 of its bytes.
    """

    class Kind(models.TextChoices):
        AMENDED = "amended", _("amended")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        EXTENDED = "extended", _("extended")
        UNBLINDED = "unblinded", _("unblinded")
        LOOKED = "looked", _("planned look")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    details = models.JSONField(default=dict, blank=True)
    protocol = models.JSONField(default=dict, blank=True)
    protocol_sha256 = models.CharField(max_length=64, blank=True)
    look = models.PositiveSmallIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.CheckConstraint(name="an_event_has_a_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="an_extension_has_its_protocol",
                condition=models.Q(kind="extended") & ~models.Q(protocol_sha256="")
                | ~models.Q(kind="extended") & models.Q(protocol_sha256=""),
            ),
            models.CheckConstraint(
                name="a_look_has_a_number",
                condition=models.Q(kind="looked", look__gte=1)
                | (~models.Q(kind="looked") & models.Q(look__isnull=True)),
            ),
            models.UniqueConstraint(fields=["study", "look"], name="each_look_is_taken_once"),
        ]

    def __str__(self) -> str:
        return f"{self.study} {self.kind}: {self.reason}"
