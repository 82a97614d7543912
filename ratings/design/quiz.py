"""A quiz on the instructions: questions with options, one of them right, in each language the same ones.

It is written as text. A blank line parts questions; `*` stands before the right option, `-` before others:

    Is a short text worse than a long one?
    - yes
    * no, if it says the same
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ratings.errors import StudyPlanInvalid

MOST_QUESTIONS = 20
MOST_OPTIONS = 8
MOST_ATTEMPTS = 10


@dataclass(frozen=True, kw_only=True)
class QuizQuestion:
    """A question; `right` is the place of its right option, from 0."""

    question: str
    options: tuple[str, ...]
    right: int


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """How often raters may try, and the quiz's text by language; all languages ask the same."""

    attempts: int
    texts: Mapping[str, str]

    def questions(self, language: str, otherwise: str) -> tuple[QuizQuestion, ...]:
        """The questions in `language`, in `otherwise` where it has none. Raises StudyPlanInvalid."""
        found = language if language in self.texts else otherwise
        return read_quiz(self.texts[found], f"quiz.{found}")

    def to_json(self) -> dict[str, Any]:
        """As a study stores it."""
        return {"attempts": self.attempts, "texts": dict(self.texts)}


def quiz_from_json(stored: Mapping[str, Any]) -> Quiz | None:
    """What `to_json` gave; None where a study has no quiz."""
    return Quiz(attempts=stored["attempts"], texts=stored["texts"]) if stored else None


def wrong_answers(questions: Sequence[QuizQuestion], chosen: Sequence[int | None]) -> tuple[int, ...]:
    """The places of the questions that are not answered rightly."""
    return tuple(
        place
        for place, (question, answer) in enumerate(zip(questions, chosen, strict=True))
        if answer != question.right
    )


def read_quiz(text: str, where: str) -> tuple[QuizQuestion, ...]:
    """The questions of `text`. Raises StudyPlanInvalid naming `where` and the question's first line."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    if not 1 <= len(blocks) <= MOST_QUESTIONS:
        raise StudyPlanInvalid(f"'{where}' has {len(blocks)} questions: ask 1 to {MOST_QUESTIONS}.")
    return tuple(_question(block, where) for block in blocks)


def check_quiz(quiz: Quiz, language: str) -> None:
    """Raise StudyPlanInvalid unless the study's own `language` and all others ask the same."""
    if not 1 <= quiz.attempts <= MOST_ATTEMPTS:
        raise StudyPlanInvalid(f"'quiz.attempts' is {quiz.attempts}: give 1 to {MOST_ATTEMPTS}.")
    if language not in quiz.texts:
        raise StudyPlanInvalid(f"'quiz.{language}' is missing: ask in the study's own language.")
    own = _shape(quiz.questions(language, language))
    for other in quiz.texts:
        if _shape(quiz.questions(other, other)) != own:
            raise StudyPlanInvalid(
                f"'quiz.{other}' asks otherwise than 'quiz.{language}': give it as many questions and "
                "options, with the right one in the same place."
            )


def _shape(questions: Sequence[QuizQuestion]) -> list[tuple[int, int]]:
    return [(len(question.options), question.right) for question in questions]


def _question(block: str, where: str) -> QuizQuestion:
    lines = [line.strip() for line in block.split("\n")]
    marked = [line for line in lines if line.startswith(("*", "-"))]
    asked = " ".join(line for line in lines if line not in marked)
    right = [place for place, line in enumerate(marked) if line.startswith("*")]
    options = tuple(line[1:].strip() for line in marked)
    name = f"'{where}', question '{lines[0][:60]}'"
    if not asked:
        raise StudyPlanInvalid(f"{name} has options only: write the question above them.")
    if not 2 <= len(options) <= MOST_OPTIONS or not all(options):
        raise StudyPlanInvalid(f"{name} has {len(options)} options: write 2 to {MOST_OPTIONS}, a line each.")
    if len(right) != 1:
        raise StudyPlanInvalid(f"{name} has {len(right)} right options: write * before one, - before others.")
    return QuizQuestion(question=asked, options=options, right=right[0])
