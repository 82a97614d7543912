"""How people come into a study without an invitation of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratings.models.studies import Study


class OpenLink(models.Model):
    """A link that gives a free place of a study to whoever comes by it.

    The link is kept as its SHA-256 only. `completion_code`, which raters see at the end, is what a platform
    pays by; `declined_code` is for who does not agree to the consent text, `screened_out_code` for who does
    not pass the quiz.
    """

    class Platform(models.TextChoices):
        NONE = "none", _("no platform: anybody with the link")
        PROLIFIC = "prolific", "Prolific"
        MTURK = "mturk", "Mechanical Turk"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="open_links")
    platform = models.CharField(max_length=8, choices=Platform, default=Platform.NONE)
    token_hash = models.CharField(max_length=64, unique=True)
    completion_code = models.CharField(max_length=60, blank=True)
    declined_code = models.CharField(max_length=60, blank=True)
    screened_out_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_platform_gets_a_code",
                condition=models.Q(platform="none") | ~models.Q(completion_code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"open link {self.pk} of {self.study}"
