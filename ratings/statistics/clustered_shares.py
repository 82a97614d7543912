"""Shares of answers that cluster in raters and items, with an interval for new ones of both."""

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.proportions import probability_at_least, probability_at_most, proportion_interval
from ratings.statistics.results import Estimate, signed
from ratings.statistics.trial_clusters import Trials, effective_counts


def clustered_share(
    holds: NDArray[np.bool_],
    *,
    rater: NDArray[np.int64],
    item: NDArray[np.int64],
    against: float | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Share of answers for which ``holds`` (n,) is true; ``rater`` and ``item`` (n,) are codes.

    The interval is Korn and Graubard's over items and raters; ``against`` tests two-sidedly, at twice the
    smaller exact tail on the same effective counts. Raises as ``effective_counts``.
    """
    answers = Trials(correct=holds, rater=rater, item=item)
    counts = effective_counts(answers, over="items and raters", confidence=confidence)
    low, high = proportion_interval(counts.correct, counts.trials, confidence)
    tested = f"; two-sided test against {against:g} on the effective counts" if against is not None else ""
    return Estimate(
        estimate=float(np.mean(holds)),
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=answers.n,
        method=(
            f"Korn-Graubard interval over items and raters, design effect {counts.design_effect:.2f}{tested}"
        ),
        signature=signed(
            "korn-graubard-share", x=int(np.sum(holds)), n=len(holds), against=against, confidence=confidence
        ),
        generalises_over="items and raters",
        statistic=counts.design_effect,
        pvalue=None if against is None else _two_sided(counts.correct, counts.trials, against),
    )


def _two_sided(successes: float, trials: float, p: float) -> float:
    tails = probability_at_least(successes, trials, p), probability_at_most(successes, trials, p)
    return min(1.0, 2 * min(tails))
