"""Hand out a report in one of its forms; the audit log says who took it."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from evalsite import audit
from ratings.models import Study
from ratings.reports.document import Report
from ratings.reports.exports import FORMATS


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """A file to be saved, never shown in place."""

    content: bytes
    media_type: str
    headers: dict[str, str]


def export_report(*, report: Report, study: Study, form: str, actor: User) -> ExportedFile:
    """`report` of `study` in the format named `form`, a key of FORMATS; `actor` takes it."""
    export = FORMATS[form]
    content = export.make(report, study)
    details = {"format": form, "bytes": len(content)}
    audit.note(actor=actor, action="exported a report", subject=study.name, details=details)
    headers = {
        "Content-Disposition": f'attachment; filename="{study.slug}{export.ending}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return ExportedFile(content=content, media_type=export.media_type, headers=headers)
