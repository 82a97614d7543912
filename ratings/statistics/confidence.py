"""Do raters know when they are right? How sure they say they are, beside whether they are right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.clustered_shares import clustered_share
from ratings.statistics.proportions import check_level
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed


@dataclass(frozen=True, kw_only=True)
class SureAnswers:
    """Answers with how sure their raters were, all of shape (n,): a step from 1, right or not, two codes."""

    confidence: NDArray[np.int64]
    right: NDArray[np.bool_]
    rater: NDArray[np.int64]
    item: NDArray[np.int64]


def right_at(answers: SureAnswers, step: int) -> Estimate:
    """Share of right answers among those given at one step of confidence, for new raters and items.

    Raises NotEstimable where fewer than 2 raters or items gave such an answer, as ``clustered_share``.
    """
    chosen = answers.confidence == step
    codes = (np.unique(column[chosen], return_inverse=True)[1] for column in (answers.rater, answers.item))
    rater, item = (code.astype(np.int64) for code in codes)
    return clustered_share(answers.right[chosen], rater=rater, item=item)


def confidence_gap(answers: SureAnswers, *, confidence: float = 0.95) -> Estimate:
    """How many steps surer raters are when they are right than when they are wrong, for new raters.

    Each rater is held against himself, because raters use the steps differently: the mean of the raters'
    own differences with its t interval, over the raters who were right and wrong at least once. Raises
    NotEstimable with fewer than 2 of them, or where all of their differences are equal.
    """
    check_level("confidence", confidence)
    gaps = []
    used = np.zeros(len(answers.right), dtype=np.bool_)
    for rater in np.unique(answers.rater):
        own = answers.rater == rater
        right, wrong = own & answers.right, own & ~answers.right
        if right.any() and wrong.any():
            gaps.append(answers.confidence[right].mean() - answers.confidence[wrong].mean())
            used |= own
    if len(gaps) < 2:
        raise NotEstimable(
            f"{len(gaps)} raters were right and wrong at least once: at least 2 are needed to see whether "
            "they are surer when right"
        )
    if np.ptp(gaps) == 0:
        raise NotEstimable("All raters are surer by the same, so that how they vary cannot be seen")
    mean, error = float(np.mean(gaps)), float(stats.sem(gaps))
    reach = float(stats.t.ppf((1 + confidence) / 2, len(gaps) - 1)) * error
    return Estimate(
        estimate=mean,
        ci_low=mean - reach,
        ci_high=mean + reach,
        confidence=confidence,
        n=Sample(ratings=int(used.sum()), items=len(np.unique(answers.item[used])), raters=len(gaps)),
        method="mean of the raters' own differences, t interval over raters",
        signature=signed("confidence-gap", raters=len(gaps), confidence=confidence),
        generalises_over="raters",
        statistic=mean / error,
        pvalue=float(2 * stats.t.sf(abs(mean / error), len(gaps) - 1)),
    )
