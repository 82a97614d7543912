"""Discrimination trials cluster in raters and items: intervals that hold for new ones of either or both."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.discrimination import through_link
from ratings.statistics.proportions import check_level, probability_at_least, proportion_interval
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import Estimate, NotEstimable, Sample, signed
from ratings.statistics.similarity import Similarity, similarity_of_counts

Over = Literal["raters", "items", "items and raters"]


@dataclass(frozen=True, kw_only=True)
class Trials:
    """The judged trials of one part, one entry a trial in every array.

    ``correct`` bool; ``rater`` and ``item`` integer codes of any values; ``identical`` bool, true where the
    outputs were word for word the same, so that nobody could tell (default: none); ``position`` the place of
    the trial in its rater's order (default: unknown).
    """

    correct: NDArray[np.bool_]
    rater: NDArray[np.int64]
    item: NDArray[np.int64]
    identical: NDArray[np.bool_] | None = None
    position: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError when the arrays differ in length."""
        columns = {name: column for name, column in vars(self).items() if column is not None}
        lengths = {name: np.shape(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1 or np.ndim(self.correct) != 1:
            raise ValueError(f"Each array needs one entry a trial, but their shapes are {lengths}")

    @property
    def n(self) -> Sample:
        """How many trials, items and raters there are."""
        return Sample(
            ratings=len(self.correct), items=len(np.unique(self.item)), raters=len(np.unique(self.rater))
        )

    def where(self, chosen: NDArray[np.bool_]) -> "Trials":
        """Return the trials for which ``chosen`` is true."""
        return Trials(
            correct=self.correct[chosen],
            rater=self.rater[chosen],
            item=self.item[chosen],
            identical=None if self.identical is None else self.identical[chosen],
            position=None if self.position is None else self.position[chosen],
        )


@dataclass(frozen=True, kw_only=True)
class EffectiveCounts:
    """Counts of a simple random sample that would tell as much as the clustered one."""

    correct: float
    trials: float
    design_effect: float
    degrees_of_freedom: int


def effective_counts(trials: Trials, *, over: Over, confidence: float) -> EffectiveCounts:
    """Return counts for a two-sided interval at ``confidence`` (Korn & Graubard 1998, Survey Methodology 24).

    The design effect is the cluster-robust variance of the proportion over the binomial one, at least 1; for
    items and raters both, the two-way variance of Cameron, Gelbach & Miller (2011, J. Business & Economic
    Statistics 29). The effective sample shrinks further by the squared ratio of t quantiles, because few
    clusters tell little of their own spread. Raises NotEstimable without trials or with fewer than 2 raters
    or items.
    """
    check_level("confidence", confidence)
    total = len(trials.correct)
    if total == 0:
        raise NotEstimable("There are no trials yet: collect at least one judgement")
    clusters = _cluster_count(trials, over)
    proportion = float(np.mean(trials.correct))
    simple = proportion * (1 - proportion) / total
    effect = max(1.0, _robust_variance(trials, over) / simple) if simple > 0 else 1.0
    tail = (1 + confidence) / 2
    shrink = (float(stats.t.ppf(tail, max(total - 1, 1))) / float(stats.t.ppf(tail, clusters - 1))) ** 2
    size = total / effect * min(1.0, shrink)
    return EffectiveCounts(
        correct=proportion * size, trials=size, design_effect=effect, degrees_of_freedom=clusters - 1
    )


def clustered_proportion_correct(
    trials: Trials, *, chance: float, confidence: float = 0.95, over: Over = "items and raters"
) -> Estimate:
    """Proportion correct with an interval that holds for new ``over`` (Korn-Graubard on Clopper-Pearson).

    ``pvalue`` is the one-sided test against chance on the effective counts. Raises as ``effective_counts``.
    """
    check_level("chance", chance)
    counts = effective_counts(trials, over=over, confidence=confidence)
    low, high = proportion_interval(counts.correct, counts.trials, confidence)
    return Estimate(
        estimate=float(np.mean(trials.correct)),
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        n=trials.n,
        method=(
            f"Korn-Graubard interval over {over}, design effect {counts.design_effect:.2f}, "
            f"{counts.degrees_of_freedom} degrees of freedom; one-sided test against chance {chance:.4g}"
        ),
        signature=signed(
            "korn-graubard",
            over=over,
            x=int(trials.correct.sum()),
            n=len(trials.correct),
            chance=chance,
            confidence=confidence,
        ),
        generalises_over=over,
        statistic=counts.design_effect,
        pvalue=probability_at_least(counts.correct, counts.trials, chance),
    )


def clustered_discriminators(
    trials: Trials,
    *,
    protocol: Protocol,
    options: float | None = None,
    confidence: float = 0.95,
    over: Over = "items and raters",
) -> Estimate:
    """p_d with an interval that holds for new ``over``; bounds below chance count as 0."""
    psychometric = link(protocol, options=options)
    base = clustered_proportion_correct(trials, chance=psychometric.chance, confidence=confidence, over=over)
    return through_link(
        base, psychometric.discriminators, f"p_d of {psychometric.protocol.value}; {base.method}"
    )


def clustered_similarity_test(
    trials: Trials,
    *,
    protocol: Protocol,
    options: float | None = None,
    margin: float,
    alpha: float = 0.05,
    over: Over = "items and raters",
) -> Similarity:
    """Test p_d < margin for new ``over``: the similarity test on the effective counts at 1 − 2·alpha.

    Because the counts depend on alpha, the p-values speak for this alpha only. Raises as
    ``effective_counts``.
    """
    check_level("alpha", 2 * alpha)
    counts = effective_counts(trials, over=over, confidence=1 - 2 * alpha)
    return similarity_of_counts(
        counts.correct,
        counts.trials,
        protocol=protocol,
        options=options,
        margin=margin,
        alpha=alpha,
        n=trials.n,
        method=f"similarity test over {over}, Korn-Graubard bounds, design effect {counts.design_effect:.2f}",
        generalises_over=over,
    )


def _cluster_count(trials: Trials, over: Over) -> int:
    counted = {"raters": trials.n.raters, "items": trials.n.items}
    needed = [name for name in counted if name in over]
    for name in needed:
        if counted[name] < 2:
            raise NotEstimable(
                f"With {counted[name]} of them, nothing can be said about new {name}: at least 2 are "
                "needed (the exact interval over trials still holds for these)"
            )
    return min(counted[name] for name in needed)


def _robust_variance(trials: Trials, over: Over) -> float:
    residual = trials.correct - np.mean(trials.correct)
    _, rater = np.unique(trials.rater, return_inverse=True)
    _, item = np.unique(trials.item, return_inverse=True)

    def one_way(codes: NDArray[np.int64]) -> float:
        groups = int(codes.max()) + 1
        sums = np.bincount(codes, weights=residual, minlength=groups)
        return float(np.sum(sums**2)) * groups / max(groups - 1, 1) / len(residual) ** 2

    if over == "raters":
        return one_way(rater)
    if over == "items":
        return one_way(item)
    by_rater, by_item = one_way(rater), one_way(item)
    both = one_way(np.unique(rater * (int(item.max()) + 1) + item, return_inverse=True)[1])
    return max(by_rater, by_item, by_rater + by_item - both)
