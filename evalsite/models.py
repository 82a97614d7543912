"""The audit log: who did what to which thing; `append_only` makes the database refuse changes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext


class AuditEntry(models.Model):
    """One deed. `actor_name` outlives the account; `details` holds what a reader needs to understand it."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=255)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(name="audit_by_action", fields=["action"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name or 'the system'} {self.action} {self.subject}"

    @property
    def deed(self) -> str:
        """The action in the language of who reads it, where the catalogue has it."""
        return gettext(self.action)


class Tries(models.Model):
    """How often somebody tried something limited; `who` is a keyed hash, worth nothing after `until`."""

    who = models.CharField(primary_key=True, max_length=64)
    tries = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.tries} until {self.until:%Y-%m-%d %H:%M}"
