"""Hand in items, finish a rater's work, and close a study."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evalsite import audit
from ratings.errors import AnswersMissing, StudyNotOpen
from ratings.models import Assignment, Rater, Rating, Study
from ratings.services.access import answering
from ratings.services.answers import Place, Sent, save_ratings
from ratings.services.judgements import lacks_confidence, open_questions


def complete_assignment(*, rater: Rater, assignment: str, client_ms: int | None = None) -> None:
    """Hand in an item of which each question is answered; a second time changes nothing.

    The rater is finished with the last item. Raises AnswersMissing, UnknownToken, StudyClosed or
    ConsentMissing.
    """
    with answering(rater, assignment) as target:
        still_open = open_questions(target)
        if not still_open:
            mark_complete(target, client_ms)
    _require_none(still_open)


def hand_in_ratings(*, rater: Rater, assignment: str, stars: Mapping[Place, int], sent: Sent) -> None:
    """Record the stars of a whole form and hand in its item, in one transaction.

    Where AnswersMissing is raised the stars are recorded all the same. Raises beside it what `record_ratings`
    does.
    """
    with answering(rater, assignment) as target:
        still_open = save_ratings(target, stars, sent) + lacks_confidence(target)
        if not still_open:
            mark_complete(target, sent.client_ms)
    _require_none(still_open)


def _require_none(still_open: int) -> None:
    if still_open:
        raise AnswersMissing(f"{still_open} questions of this item are still open.")


def mark_complete(target: Assignment, client_ms: int | None) -> None:
    """Mark a locked assignment as handed in, and with the last one its rater as finished."""
    if target.completed_at is not None:
        return
    target.completed_at = timezone.now()
    target.client_ms = _spent(target, client_ms)
    target.save(update_fields=["completed_at", "client_ms"])
    if not Assignment.objects.filter(rater=target.rater_id, completed_at=None).exists():
        Rater.objects.filter(pk=target.rater_id, finished_at=None).update(finished_at=target.completed_at)


def _spent(target: Assignment, client_ms: int | None) -> int | None:
    """Milliseconds on the whole item; of texts that came one at a time, on each until its last stars."""
    if client_ms is None or not target.part.one_at_a_time:
        return client_ms
    live = Rating.objects.filter(assignment=target, live=True).order_by()
    spent = dict(live.values_list("shown").annotate(Max("client_ms")))
    last = target.shown_texts.order_by("position").values_list("pk", flat=True).last()
    return client_ms + sum(each or 0 for text, each in spent.items() if text != last)


def finish_practice(*, rater: Rater, practised: int) -> None:
    """Record that the rater went on from practice item number `practised` (from 0); never goes back."""
    Rater.objects.filter(pk=rater.pk, practised=practised).update(practised=practised + 1)


def close_study(*, study: Study, actor: User | None = None) -> Study:
    """Close `study`: no more answers, and its results unlock. Closing it again changes nothing.

    Who came by an open link is no longer known from then on: the keys to find them again are deleted.

    Raises StudyNotOpen for a draft.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=study.pk)
        if study.state == Study.State.DRAFT:
            raise StudyNotOpen(f"'{study}' is a draft and has nothing to close: open it first.")
        if study.state == Study.State.OPEN:
            # An answer locks its rater: those on their way are waited for, those after find the study closed.
            list(study.raters.select_for_update(no_key=True).order_by("pk").values_list("pk"))
            study.state = Study.State.CLOSED
            study.closed_at = timezone.now()
            study.paused_at = None
            study.save(update_fields=["state", "closed_at", "paused_at"])
            study.identities.all().delete()
            audit.note(actor=actor, action="closed a study", subject=study.name)
            study.screen_outs.update(token_hash="", digest="")
    return study
