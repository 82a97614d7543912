"""A rater's attempts at the quiz; who has none left makes room for somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from ratings.design.quiz import quiz_from_json, wrong_answers
from ratings.models import PlatformIdentity, Rater, ScreenOut
from ratings.services.access import locked_rater, require_open
from ratings.services.leaving import empty_place


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of an attempt: the places of wrong answers, and how many attempts are left."""

    wrong: tuple[int, ...]
    left: int


def answer_quiz(*, rater: Rater, attempt: int, chosen: Sequence[int | None]) -> Attempt | None:
    """Take attempt number `attempt` (from 1) with the option chosen for each question; None if none is due.

    With every answer right the rater has passed; with the last attempt wrong they are screened out. The same
    attempt sent twice counts once. Raises StudyClosed.
    """
    with transaction.atomic():
        rater = locked_rater(rater)
        require_open(rater.study)
        quiz = quiz_from_json(rater.study.quiz)
        if quiz is None or rater.quiz_passed_at is not None or attempt != rater.quiz_attempts + 1:
            return None
        own = rater.study.language
        wrong = wrong_answers(quiz.questions(own, own), chosen)
        rater.quiz_attempts = attempt
        rater.quiz_passed_at = None if wrong else timezone.now()
        rater.save(update_fields=["quiz_attempts", "quiz_passed_at"])
        left = quiz.attempts - attempt
        if wrong and left <= 0:
            _screen_out(rater)
    return Attempt(wrong=wrong, left=left)


def _screen_out(rater: Rater) -> None:
    """Keep by what to know the person again, and give the place back as if nobody had had it."""
    known = PlatformIdentity.objects.filter(rater=rater).first()
    ScreenOut.objects.create(
        study=rater.study,
        open_link=rater.open_link,
        token_hash=rater.token_hash or "",
        digest=known.digest if known else "",
    )
    empty_place(rater)
    rater.save()
