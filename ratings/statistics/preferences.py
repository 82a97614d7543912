"""Which of two texts is preferred: shares, sign tests without and with ties, and how strongly."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.clustered_shares import clustered_share
from ratings.statistics.crossed_mean import crossed_mean
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed

EVEN = 0.5  # a score of 1 for A, 0 for B, and this for a tie


@dataclass(frozen=True, kw_only=True, eq=False)
class Preferences:
    """Answers of raters who compared a text of A with one of B, one entry an answer.

    ``strength`` (n,): above 0 where A is better, below where B is, by how much; 0 for a tie. ``rater`` and
    ``item`` (n,) are integer codes of any values.
    """

    strength: NDArray[np.int64]
    rater: NDArray[np.int64]
    item: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Raise ValueError when the arrays differ in length."""
        lengths = {name: np.shape(column) for name, column in vars(self).items()}
        if len(set(lengths.values())) > 1 or np.ndim(self.strength) != 1:
            raise ValueError(f"Each array needs one entry an answer, but their shapes are {lengths}")


def preference_share(answers: Preferences, sign: int, *, confidence: float = 0.95) -> Estimate:
    """Share of all answers that prefer A (``sign`` 1), B (−1) or neither (0), for new raters and items.

    Raises as ``clustered_share``.
    """
    return clustered_share(
        np.sign(answers.strength) == sign, rater=answers.rater, item=answers.item, confidence=confidence
    )


def sign_test(answers: Preferences, *, confidence: float = 0.95) -> Estimate:
    """Share that prefers A among the answers that are no ties, tested against one half (Dixon & Mood 1946).

    Counts are the effective ones, since answers of one rater or about one item are no independent signs.
    Raises NotEstimable when all are ties, else as ``clustered_share``.
    """
    decided = answers.strength != 0
    if len(decided) and not decided.any():
        raise NotEstimable("Every answer is a tie, so there is no sign to test")
    found = clustered_share(
        answers.strength[decided] > 0,
        rater=answers.rater[decided],
        item=answers.item[decided],
        against=EVEN,
        confidence=confidence,
    )
    return replace(found, method=f"sign test without ties; {found.method}")


def sign_test_with_ties(answers: Preferences, *, confidence: float = 0.95) -> Estimate:
    """P(A better) + ½ P(tie): the mean of scores 1, ½ and 0, tested against one half.

    Splitting ties keeps them as evidence that the two are close. The interval is that of ``crossed_mean``,
    cut at 0 and 1. Raises as ``crossed_mean``.
    """
    check_level("confidence", confidence)
    scores = (np.sign(answers.strength) + 1) / 2
    mean = crossed_mean(scores, rater=answers.rater, item=answers.item, weighting="equal")
    low, high = mean.contrast.interval(confidence)
    return Estimate(
        estimate=mean.contrast.estimate,
        ci_low=max(0.0, low),
        ci_high=min(1.0, high),
        confidence=confidence,
        n=Sample(
            ratings=len(scores), items=len(np.unique(answers.item)), raters=len(np.unique(answers.rater))
        ),
        method="mean of 1 (A), ½ (tie) and 0 (B), crossed random raters and items, t interval, against ½",
        signature=signed("preference-ties-split", n=len(scores), confidence=confidence),
        generalises_over=mean.generalises_over or "answers",
        pvalue=mean.contrast.pvalue(EVEN),
    )


def strength_counts(answers: Preferences, *, strongest: int) -> tuple[int, ...]:
    """How many answers have each strength from −``strongest`` (B much better) to ``strongest`` (A)."""
    steps = range(-strongest, strongest + 1)
    return tuple(int(np.sum(answers.strength == step)) for step in steps)
