"""Planning the size of studies: asked for, answered by one worker, and stored; the database is its queue."""

from django.contrib.auth.models import User
from django.db import transaction

from ratings.design.size_answers import answer_question, steps_of
from ratings.design.size_plan import SizeQuestion, check_question, question_from_json
from ratings.models import SizePlan, Study
from ratings.services.leased_work import claim, fail, note_step, store

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
    token = claim(SizePlan, plan_id)
    if token is None:
        return
    question = question_from_json(SizePlan.objects.get(pk=plan_id).question)
    try:
        answers = answer_question(
            question, progress=lambda done: note_step(SizePlan, plan_id, token=token, steps_done=done)
        )
    except Exception as error:
        fail(SizePlan, plan_id, token=token, reason=f"{type(error).__name__}: {error}")
        raise
    store(SizePlan, plan_id, token=token, answers=[answer.to_json() for answer in answers])
