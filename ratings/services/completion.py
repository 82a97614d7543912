"""Hand in items, finish a rater's work, and close a study."""

from django.db import transaction
from django.utils import timezone

from ratings.errors import AnswersMissing, StudyNotOpen
from ratings.models import Assignment, Rater, Study
from ratings.services.access import locked_assignment
from ratings.services.judgements import open_questions


def complete_assignment(*, rater: Rater, assignment: str, client_ms: int | None = None) -> None:
    """Hand in an item of which each question is answered; a second time changes nothing.

    The rater is finished with the last item. Raises AnswersMissing, UnknownToken, StudyClosed or
    ConsentMissing.
    """
    with transaction.atomic():
        target = locked_assignment(rater, assignment)
        still_open = open_questions(target)
        if still_open:
            raise AnswersMissing(f"{still_open} questions of this item are still open.")
        if target.completed_at is None:
            target.completed_at = timezone.now()
            target.client_ms = client_ms
            target.save(update_fields=["completed_at", "client_ms"])
            left = Assignment.objects.filter(rater=rater, completed_at=None)
            if not left.exists():
                Rater.objects.filter(pk=rater.pk, finished_at=None).update(finished_at=target.completed_at)


def finish_practice(*, rater: Rater, practised: int) -> None:
    """Record that the rater went on from practice item number `practised` (from 0); never goes back."""
    Rater.objects.filter(pk=rater.pk, practised=practised).update(practised=practised + 1)


def close_study(*, study: Study) -> Study:
    """Close `study`: no more answers, and its results unlock. Closing it again changes nothing.

    Raises StudyNotOpen for a draft.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study.pk)
        if study.state == Study.State.DRAFT:
            raise StudyNotOpen(f"'{study}' is a draft and has nothing to close: open it first.")
        if study.state == Study.State.OPEN:
            study.state = Study.State.CLOSED
            study.closed_at = timezone.now()
            study.save(update_fields=["state", "closed_at"])
    return study
