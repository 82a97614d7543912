"""What has to hold before a rater's answer is taken."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from ratings.errors import (
    AnswerInvalid,
    ConsentMissing,
    PlaceHandedOn,
    StudyClosed,
    StudyNotOpen,
    StudyPaused,
    UnknownToken,
)
from ratings.models import Assignment, Rater, Study
from ratings.selectors.raters import UNSEEN


def require_open(study: Study) -> None:
    """Raise StudyNotOpen or StudyClosed unless `study` is open."""
    if study.state == Study.State.DRAFT:
        raise StudyNotOpen("This study has not been opened yet: open it first.")
    if study.state == Study.State.CLOSED:
        raise StudyClosed("This study is closed and takes no more answers.")


def require_running(study: Study) -> None:
    """Raise StudyPaused while `study` is paused, and what `require_open` does."""
    require_open(study)
    if study.paused_at is not None:
        raise StudyPaused(f"'{study}' is paused: it goes on later.")


def require_place(rater: Rater) -> None:
    """Raise PlaceHandedOn where somebody else has the place of `rater`."""
    if rater.handed_on_at is not None:
        raise PlaceHandedOn(f"The place of {rater} was handed on.")


def require_not_flagged(assignment: Assignment) -> None:
    """Raise AnswerInvalid where the rater said that the item cannot be judged."""
    if assignment.cannot_judge:
        raise AnswerInvalid("You said that this item cannot be judged: take that back first.")


def locked_rater(rater: Rater) -> Rater:
    """The row of `rater`, locked until the transaction ends, with its study.

    The study is read once the lock is had: joined to what is locked, it would be as it was before the wait
    for it, and what must not happen after closing could.
    """
    held = Rater.objects.select_for_update(of=("self",)).get(pk=rater.pk)
    held.study = Study.objects.defer(*UNSEEN).get(pk=held.study_id)
    return held


def locked_assignment(rater: Rater, token: str) -> Assignment:
    """The rater's assignment of that token, locked with the rater until the transaction ends.

    Closing a study waits for its raters' locks, and a place is not handed on while an answer of its rater is
    taken. Raises UnknownToken (also for another rater's token), PlaceHandedOn, ConsentMissing, StudyNotOpen
    or StudyClosed.
    """
    assignment = (
        Assignment.objects.select_for_update(of=("self", "rater"), no_key=True)
        .select_related("rater", "part")
        .filter(token=token, rater=rater, rater__withdrawn_at=None)
        .order_by()
        .first()
    )
    if assignment is None:
        raise UnknownToken("There is no such page.")
    # Read once the locks are had, as in `locked_rater`.
    assignment.rater.study = Study.objects.defer(*UNSEEN).get(pk=assignment.rater.study_id)
    require_open(assignment.rater.study)
    require_place(assignment.rater)
    if assignment.rater.consented_at is None:
        raise ConsentMissing("Please read and accept the consent text first.")
    return assignment


@contextmanager
def answering(rater: Rater, token: str) -> Iterator[Assignment]:
    """A transaction that takes an answer, with the assignment that `locked_assignment` finds, and raises."""
    with transaction.atomic():
        yield locked_assignment(rater, token)
