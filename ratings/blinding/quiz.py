"""What the quiz's page receives: questions and options, never which is right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ratings.design.quiz import quiz_from_json
from ratings.models import Rater


@dataclass(frozen=True, kw_only=True)
class BlindedOption:
    """An option and whether it was chosen in the attempt before."""

    place: int
    text: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class BlindedQuizQuestion:
    """A question; `field` names it in the form, `wrong` says that the attempt before had it wrong."""

    field: str
    question: str
    options: tuple[BlindedOption, ...]
    wrong: bool


@dataclass(frozen=True, kw_only=True)
class BlindedQuiz:
    """The quiz as it stands before attempt number `attempt` (from 1) of `attempts`."""

    language: str
    questions: tuple[BlindedQuizQuestion, ...]
    attempt: int
    attempts: int

    @property
    def left(self) -> int:
        """Attempts left, with the one to come."""
        return self.attempts - self.attempt + 1


def blinded_quiz(
    rater: Rater,
    language: str,
    *,
    wrong: Collection[int] = (),
    chosen: Mapping[int, int | None] | None = None,
) -> BlindedQuiz | None:
    """The quiz in `language`, else in the study's own; None where the study has none or the rater passed."""
    quiz = quiz_from_json(rater.study.quiz)
    if quiz is None or rater.quiz_passed_at is not None:
        return None
    own, before = rater.study.language, chosen or {}
    return BlindedQuiz(
        language=language if language in quiz.texts else own,
        questions=tuple(
            BlindedQuizQuestion(
                field=f"q{place}",
                question=question.question,
                options=tuple(
                    BlindedOption(place=number, text=text, chosen=before.get(place) == number)
                    for number, text in enumerate(question.options)
                ),
                wrong=place in wrong,
            )
            for place, question in enumerate(quiz.questions(language, own))
        ),
        attempt=rater.quiz_attempts + 1,
        attempts=quiz.attempts,
    )
