"""Walk a study as a rater would and say, row by row, whether anything but the texts tells the systems."""

from ratings.services.blinding_audit.audit import audit_blinding
from ratings.services.blinding_audit.rows import AuditRow

__all__ = ["AuditRow", "audit_blinding"]
