"""Append to the audit log, inside the transaction of the deed: there is neither without the other."""

from collections.abc import Mapping

from django.contrib.auth.models import User

from evalsite.models import AuditEntry


def note(
    *, actor: User | None, action: str, subject: str, details: Mapping[str, object] | None = None
) -> None:
    """Record that `actor` (None: the system itself) did `action` to `subject`."""
    AuditEntry.objects.create(
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        action=action,
        subject=subject[:255],
        details=dict(details or {}),
    )
