"""How people leave a study: what they answered goes with them, or nothing leads from it to them any more."""

from django.db import transaction
from django.utils import timezone

from ratings.models import (
    Assignment,
    Judgement,
    PlatformIdentity,
    Rater,
    RaterExclusion,
    Rating,
    Remark,
    Study,
)
from ratings.services.access import locked_rater

# What could lead from a rater's row to the person, as it is where nothing does.
SEVERED = {"token_hash": None, "link_expires_at": None, "open_link": None, "account": None, "language": ""}


def withdraw_rater(*, rater: Rater) -> Rater:
    """Take `rater` out for good; a second time changes nothing.

    Before closing every answer, with its revisions, comments and times, is deleted. After closing the answers
    stay in the results, and what could lead from them to the person is deleted.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=rater.study_id)  # nobody closes it meanwhile
        rater = locked_rater(rater)
        if rater.study.state == Study.State.CLOSED:
            sever(rater)
        elif rater.withdrawn_at is None:
            _erase(rater)
            rater.withdrawn_at = timezone.now()
        rater.save()
    return rater


def sever(rater: Rater) -> None:
    """Empty what could lead to the person, on a row that the caller saves."""
    PlatformIdentity.objects.filter(rater=rater).delete()
    for field, nothing in SEVERED.items():
        setattr(rater, field, nothing)


def empty_place(rater: Rater) -> None:
    """Make the row, which the caller saves, what it was before anybody came."""
    sever(rater)
    rater.consented_at = rater.consent_version = rater.finished_at = rater.quiz_passed_at = None
    rater.consent_sha256 = rater.consent_language = ""
    rater.practised = rater.quiz_attempts = 0


def _erase(rater: Rater) -> None:
    # An answer on its way comes before this, and is deleted, or waits and finds nobody.
    list(Assignment.objects.select_for_update().filter(rater=rater))
    for model in (Rating, Judgement, Remark):
        model.objects.filter(assignment__rater=rater).delete()
    Assignment.objects.filter(rater=rater).update(completed_at=None, client_ms=None, cannot_judge="")
    RaterExclusion.objects.filter(rater=rater).delete()
    empty_place(rater)
