"""Planning the size of studies: asked for, answered by one worker, and stored; the database is its queue."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generation.models.leases import WorkState
from ratings.design.size_answers import answer_question, steps_of
from ratings.design.size_plan import SizeQuestion, check_question, question_from_json
from ratings.models import SizePlan, Study

UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)
LEASE = timedelta(minutes=10)
KEPT = 50  # size plans of one user; older ones make room


def request_size_plan(*, owner: User, question: SizeQuestion, study: Study | None = None) -> SizePlan:
    """Store the question for a worker. Raises StudyPlanInvalid where it cannot be answered."""
    check_question(question)
    with transaction.atomic():
        made = SizePlan.objects.create(
            owner=owner, study=study, question=question.to_json(), steps=steps_of(question)
        )
        kept = SizePlan.objects.filter(owner=owner)[:KEPT].values_list("pk", flat=True)
        SizePlan.objects.filter(owner=owner).exclude(pk__in=list(kept)).delete()
    return made


def answer_size_plan(*, plan_id: int) -> None:
    """Simulate and store the answers; asked twice at once, it is done once.

    A failure is stored and raised again.
    """
    token, now = secrets.token_hex(16), timezone.now()
    free = Q(state=WorkState.QUEUED) | Q(state=WorkState.RUNNING, leased_until__lt=now)
    claimed = SizePlan.objects.filter(free, pk=plan_id).update(
        state=WorkState.RUNNING, token=token, leased_until=now + LEASE, error=""
    )
    if not claimed:
        return
    own = SizePlan.objects.filter(pk=plan_id, token=token)
    question = question_from_json(own.get().question)
    try:
        answers = answer_question(question, progress=_progress(plan_id, token))
    except Exception as error:
        own.update(
            state=WorkState.FAILED, token="", leased_until=None, error=f"{type(error).__name__}: {error}"
        )
        raise
    stored = [answer.to_json() for answer in answers]
    own.update(state=WorkState.DONE, token="", leased_until=None, answers=stored)


def _progress(plan_id: int, token: str) -> Callable[[int], None]:
    def note(done: int) -> None:
        SizePlan.objects.filter(pk=plan_id, token=token).update(
            steps_done=done, leased_until=timezone.now() + LEASE
        )

    return note
