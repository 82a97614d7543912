"""Look at an open study's results: as planned, each look once, or by unblinding it for a reason."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from ratings.design.looks import looks_from_json
from ratings.errors import LookNotDue, ResultsUnlocked
from ratings.models import Study, StudyEvent
from ratings.reports.build import claims_of, evidence_of, parts_of
from ratings.reports.looks import information_of, look_at
from ratings.selectors.exclusions import excluded_raters
from ratings.selectors.looks import LookTaken, PlannedLook, item_ratings, looks_taken, planned_looks
from ratings.selectors.results import are_unlocked, unlocked_for_a_look
from ratings.services.access import require_open
from ratings.services.running import record_event


def take_look(*, study: Study, number: int, actor: User) -> LookTaken:
    """Take the planned look `number` and record what it says of each claim; taken again, it is the same one.

    Its results are worked out before anything is locked, so that raters do not wait. Raises StudyNotOpen,
    StudyClosed, ResultsUnlocked after an unblinding, and LookNotDue for a look that is not planned, not due
    yet, or was passed over by taking a later one.
    """
    taken = looks_taken(study)
    already = _taken(taken, number)
    if already is not None:
        return already
    _require_locked(study)
    look = _due(study, number, taken)
    details = _results(study, look, taken)
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        taken = looks_taken(current)
        if _taken(taken, number) is None:
            _require_locked(current)
            _due(current, number, taken)
            record_event(
                study=current,
                kind=StudyEvent.Kind.LOOKED,
                reason=f"Look {number} of {len(current.looks['at'])} as planned, at {look.handed_in} item "
                f"ratings.",
                actor=actor,
                details=details,
                look=number,
            )
    return next(row for row in looks_taken(study) if row.number == number)


def unblind_study(*, study: Study, reason: str, actor: User) -> StudyEvent:
    """Open the results of an open study for good; its verdicts on raters' answers are then exploratory.

    Raises ReasonMissing, StudyNotOpen, StudyClosed, and ResultsUnlocked where it was done before.
    """
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        _require_locked(current)
        parts = item_ratings(current).values()
        return record_event(
            study=current,
            kind=StudyEvent.Kind.UNBLINDED,
            reason=reason,
            actor=actor,
            details={"handed_in": sum(part.handed_in for part in parts)},
        )


def _taken(taken: tuple[LookTaken, ...], number: int) -> LookTaken | None:
    return next((look for look in taken if look.number == number), None)


def _require_locked(study: Study) -> None:
    require_open(study)
    if are_unlocked(study):
        raise ResultsUnlocked(f"The results of '{study}' are open already: read its report.")


def _due(study: Study, number: int, taken: tuple[LookTaken, ...]) -> PlannedLook:
    look = next((row for row in planned_looks(study) if row.number == number), None)
    if look is None:
        raise LookNotDue(f"'{study}' plans no look number {number}: take one of its planned looks.")
    if taken and taken[-1].number > number:
        raise LookNotDue(f"Look {number} was passed over: look {taken[-1].number} has been taken.")
    if not look.is_due:
        raise LookNotDue(
            f"Look {number} is due at {look.due_at} item ratings, and {look.handed_in} are handed in: wait "
            "for the rest."
        )
    return look


def _results(study: Study, look: PlannedLook, taken: tuple[LookTaken, ...]) -> dict[str, Any]:
    """What the event of a look holds: counts, and of each claim no more than whether to stop."""
    without = excluded_raters(study)
    claims = claims_of(study)
    now = information_of(claims, parts_of(study), item_ratings(study, without=without))
    with unlocked_for_a_look(study):
        evidence = evidence_of(study, without=without, claims=claims)
    found = look_at(claims, evidence, now, taken, looks_from_json(study.looks).spending)
    return {
        "look": look.number,
        "handed_in": look.handed_in,
        "claims": [asdict(claim) for claim in found],
    }
