"""Discrimination trials broken down: by rater, by half of the part, with and without identical pairs."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ratings.statistics.discrimination import proportion_correct, proportion_of_discriminators
from ratings.statistics.proportions import check_level, wilson
from ratings.statistics.psychometric import Protocol
from ratings.statistics.results import Estimate, NotEstimable, signed
from ratings.statistics.trial_clusters import Trials


@dataclass(frozen=True, kw_only=True)
class RaterScore:
    """How one rater did; ``rater`` is the code in ``Trials.rater``."""

    rater: int
    correct: int
    trials: int
    proportion: Estimate


@dataclass(frozen=True, kw_only=True)
class Learning:
    """The halves of each rater's trials; ``difference`` is second minus first, positive on learning."""

    first: Estimate
    second: Estimate
    difference: Estimate


@dataclass(frozen=True, kw_only=True)
class IdenticalPairs:
    """p_d without the pairs that nobody could tell, and with them counted at chance.

    ``share`` is the share of trials whose outputs were word for word the same. ``with_identical`` is
    ``without_identical`` times (1 − share), estimate and bounds alike: an identical pair has p_d = 0 for
    certain, and adds no noise of guessing. It speaks for new trials with the same share of identical pairs.
    """

    share: float
    identical_trials: int
    distinct_trials: int
    without_identical: Estimate
    with_identical: Estimate


def by_rater(trials: Trials, *, chance: float, confidence: float = 0.95) -> tuple[RaterScore, ...]:
    """Return each rater's proportion correct with its exact interval and test, in the order of the codes."""
    scores = []
    for code in np.unique(trials.rater):
        own = trials.correct[trials.rater == code]
        proportion = proportion_correct(
            int(own.sum()),
            len(own),
            chance=chance,
            confidence=confidence,
            n=trials.where(trials.rater == code).n,
        )
        scores.append(
            RaterScore(rater=int(code), correct=int(own.sum()), trials=len(own), proportion=proportion)
        )
    return tuple(scores)


def by_half(trials: Trials, *, chance: float, confidence: float = 0.95) -> Learning:
    """Compare the halves of each rater's trials, by ``position``; a middle trial counts as first.

    The difference has Newcombe's interval for two proportions (1998, Statistics in Medicine 17:873, method
    10) and Fisher's exact test. Both take the halves as independent samples, which is cautious when raters
    differ. Raises NotEstimable without positions or when no rater has two trials.
    """
    check_level("confidence", confidence)
    if trials.position is None:
        raise NotEstimable("The order of the trials is unknown, so the halves cannot be compared")
    later = _in_second_half(trials.rater, trials.position)
    if not later.any():
        raise NotEstimable("No rater has two trials, so there are no halves to compare")
    first, second = (
        proportion_correct(
            int(part.correct.sum()), part.n.ratings, chance=chance, confidence=confidence, n=part.n
        )
        for part in (trials.where(~later), trials.where(later))
    )
    return Learning(first=first, second=second, difference=_difference(trials, first, second))


def identical_pairs(
    trials: Trials, *, protocol: Protocol, options: float | None = None, confidence: float = 0.95
) -> IdenticalPairs:
    """p_d with and without the identical pairs, exact intervals over trials.

    Answers given to identical pairs are left out, whatever they were. Raises NotEstimable when no pair
    differs.
    """
    identical = trials.identical if trials.identical is not None else np.zeros_like(trials.correct)
    distinct = trials.where(~identical)
    if not len(distinct.correct):
        raise NotEstimable(
            "No trial showed outputs that differ, so nothing could be told apart: p_d is 0 by construction"
        )
    share = float(np.mean(identical))
    without = proportion_of_discriminators(
        int(distinct.correct.sum()),
        len(distinct.correct),
        protocol=protocol,
        options=options,
        confidence=confidence,
        n=distinct.n,
    )
    return IdenticalPairs(
        share=share,
        identical_trials=int(identical.sum()),
        distinct_trials=len(distinct.correct),
        without_identical=without,
        with_identical=scale_discriminators(without, share),
    )


def scale_discriminators(without_identical: Estimate, share: float) -> Estimate:
    """p_d over all trials when a ``share`` of them showed identical outputs (p_d = 0 there)."""
    return replace(
        without_identical,
        estimate=without_identical.estimate * (1 - share),
        ci_low=without_identical.ci_low * (1 - share),
        ci_high=without_identical.ci_high * (1 - share),
        method=f"{without_identical.method}; {share:.1%} of the trials identical, counted at chance",
        signature=f"{without_identical.signature}|identical:{share}",
    )


def _in_second_half(rater: NDArray[np.int64], position: NDArray[np.int64]) -> NDArray[np.bool_]:
    later = np.zeros(len(rater), dtype=bool)
    for code in np.unique(rater):
        own = np.flatnonzero(rater == code)
        ordered = own[np.argsort(position[own], kind="stable")]
        later[ordered[(len(own) + 1) // 2 :]] = True
    return later


def _difference(trials: Trials, first: Estimate, second: Estimate) -> Estimate:
    (x1, n1), (x2, n2) = ((round(half.estimate * half.n.ratings), half.n.ratings) for half in (first, second))
    low1, high1 = wilson(x1, n1, first.confidence)
    low2, high2 = wilson(x2, n2, first.confidence)
    p1, p2 = first.estimate, second.estimate
    return Estimate(
        estimate=p2 - p1,
        ci_low=p2 - p1 - float(np.hypot(p2 - low2, high1 - p1)),
        ci_high=p2 - p1 + float(np.hypot(high2 - p2, p1 - low1)),
        confidence=first.confidence,
        n=trials.n,
        method="Newcombe interval for two proportions; Fisher's exact test",
        signature=signed(
            "newcombe-independent", first=f"{x1}/{n1}", second=f"{x2}/{n2}", confidence=first.confidence
        ),
        generalises_over="trials",
        pvalue=float(stats.fisher_exact(np.array([[x1, n1 - x1], [x2, n2 - x2]])).pvalue),
    )
