"""The report's facts on what raters added to their answers: how sure they were, and comments."""

from dataclasses import dataclass

from ratings.reports.document_statistic import Statistic


@dataclass(frozen=True, kw_only=True)
class ConfidenceStep:
    """Answers given at one step of confidence, and the share of them that is right."""

    step: int
    answers: int
    right: Statistic


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """A part whose answers are right or wrong and in which raters said how sure they were.

    Confidence runs from 1, a guess, to ``steps``, certain. ``mean_right`` and ``mean_wrong`` are plain means
    over answers, None without any; ``gap`` is how much surer raters are when right, each by the own answers.
    ``chance`` is the share that guessing gets right, None where it is not known.
    """

    part: int
    kind: str
    steps: int
    chance: float | None
    by_step: tuple[ConfidenceStep, ...]
    mean_right: float | None
    mean_wrong: float | None
    gap: Statistic


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What one rater wrote on one item, as it was written; ``shown`` says who wrote each text on the page."""

    part: int
    kind: str
    rater: str
    item: int
    shown: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class Comments:
    """All comments are counted; where they are many, a seeded random choice of them is ``shown``."""

    total: int
    shown: tuple[Comment, ...]
