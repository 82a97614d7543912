"""What a researcher does with a study that runs or is over, beyond opening and closing it."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from evalsite import audit
from ratings.errors import StudyNotClosed, StudyNotOpen
from ratings.models import Study, StudyEvent
from ratings.services.access import require_open
from ratings.services.reasons import required_reason


def amend_study(*, study: Study, reason: str, actor: User) -> StudyEvent:
    """Record a departure from the protocol in words; the report repeats it.

    Raises ReasonMissing, and StudyNotOpen for a draft, which is simply changed.
    """
    return record_event(study=study, kind=StudyEvent.Kind.AMENDED, reason=reason, actor=actor)


def record_event(
    *,
    study: Study,
    kind: StudyEvent.Kind,
    reason: str,
    actor: User,
    details: dict[str, Any] | None = None,
    look: int | None = None,
    protocol: dict[str, Any] | None = None,
    protocol_sha256: str = "",
) -> StudyEvent:
    """Append to the study's history and to the audit log; `look` is a planned look's number, `protocol`
    what an extension adds to the plan.

    Raises ReasonMissing or StudyNotOpen.
    """
    wording = required_reason(reason)
    if study.state == Study.State.DRAFT:
        raise StudyNotOpen(f"'{study}' is a draft: change it, there is nothing to amend yet.")
    with transaction.atomic():
        event = StudyEvent.objects.create(
            study=study,
            kind=kind,
            reason=wording,
            details=details or {},
            actor_name=actor.get_username(),
            look=look,
            protocol=protocol or {},
            protocol_sha256=protocol_sha256,
        )
        told = {"reason": wording, **event.details}
        audit.note(actor=actor, action=f"{kind} a study", subject=study.name, details=told)
    return event


def pause_study(*, study: Study, reason: str, actor: User) -> None:
    """Let the study rest: raters see that it goes on later, and answers in hand are still taken.

    Nothing of the plan changes. A second time changes nothing. Raises ReasonMissing, StudyNotOpen or
    StudyClosed.
    """
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        require_open(current)
        if current.paused_at is None:
            record_event(study=current, kind=StudyEvent.Kind.PAUSED, reason=reason, actor=actor)
            current.paused_at = timezone.now()
            current.save(update_fields=["paused_at"])


def resume_study(*, study: Study, reason: str, actor: User) -> None:
    """Let a paused study go on; raters keep their places as if they had been heard of now.

    A second time changes nothing. Raises ReasonMissing, StudyNotOpen or StudyClosed.
    """
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        require_open(current)
        if current.paused_at is not None:
            record_event(study=current, kind=StudyEvent.Kind.RESUMED, reason=reason, actor=actor)
            current.paused_at, current.resumed_at = None, timezone.now()
            current.save(update_fields=["paused_at", "resumed_at"])


def archive_study(*, study: Study, actor: User) -> None:
    """Take a closed study off the list; its report and answers stay. Raises StudyNotClosed."""
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        if current.state != Study.State.CLOSED:
            raise StudyNotClosed(f"'{current}' is {current.state}: only closed studies are archived.")
        if current.archived_at is None:
            current.archived_at = timezone.now()
            current.save(update_fields=["archived_at"])
            audit.note(actor=actor, action="archived a study", subject=current.name)


def unarchive_study(*, study: Study, actor: User) -> None:
    """Put an archived study back on the list; a second time changes nothing."""
    with transaction.atomic():
        if Study.objects.filter(pk=study.pk, archived_at__isnull=False).update(archived_at=None):
            audit.note(actor=actor, action="put a study back on the list", subject=study.name)
