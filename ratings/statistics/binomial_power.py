"""Exact power and sample size of discrimination tests, and how many more trials would decide."""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ratings.statistics.discrimination import check_trials
from ratings.statistics.proportions import check_level
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import NotEstimable

Claim = Literal["difference", "similarity"]
Floats = NDArray[np.float64]
_MOST_TRIALS = 200_000
_CHUNK = 4096


def discrimination_power(
    trials: ArrayLike,
    *,
    claim: Claim,
    discriminators: float,
    protocol: Protocol,
    options: float | None = None,
    margin: float = 0.0,
    alpha: float = 0.05,
) -> Floats:
    """Chance that the exact test supports the claim when p_d is ``discriminators``, by number of trials.

    ``difference`` tests p_d > margin, ``similarity`` p_d < margin (as sensR's discrimPwr). Saw-toothed in the
    number of trials, because counts are whole.
    """
    check_level("alpha", alpha)
    count = np.asarray(trials, dtype=np.int64)
    psychometric = link(protocol, options=options)
    at_margin, truth = psychometric.correct_at(margin), psychometric.correct_at(discriminators)
    if claim == "similarity":
        return np.asarray(stats.binom.cdf(_most_for_similarity(count, at_margin, alpha), count, truth))
    return np.asarray(stats.binom.sf(_least_for_difference(count, at_margin, alpha) - 1, count, truth))


def trials_needed(
    *,
    claim: Claim,
    discriminators: float,
    protocol: Protocol,
    options: float | None = None,
    margin: float = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """Smallest number of trials with at least this power (as sensR's discrimSS, exact).

    Raises NotEstimable when the truth lies on the margin or on its wrong side, or more than 200,000 trials
    are needed.
    """
    check_level("power", power)
    right_side = discriminators < margin if claim == "similarity" else discriminators > margin
    if not right_side:
        raise NotEstimable(
            f"No number of trials supports {claim} at margin {margin:g} when p_d is {discriminators:g}: "
            "it does not lie on the claim's side"
        )

    def enough(trials: NDArray[np.int64]) -> NDArray[np.bool_]:
        powers = discrimination_power(
            trials,
            claim=claim,
            discriminators=discriminators,
            protocol=protocol,
            options=options,
            margin=margin,
            alpha=alpha,
        )
        return np.asarray(powers >= power)

    return _first(enough, f"with power {power:.0%}")


def further_trials_needed(
    correct: int,
    trials: int,
    *,
    protocol: Protocol,
    options: float | None = None,
    margin: float,
    alpha: float = 0.05,
    power: float = 0.8,
    design_effect: float = 1.0,
) -> int:
    """How many more trials would decide the claim p_d < margin with this power if the present estimate held.

    Keeps the trials at hand and draws the further ones at the present proportion correct (at least chance);
    decided means supported or refuted by the exact similarity test. 0 when it is decided already. With a
    ``design_effect`` (see ``trial_clusters``) both the trials at hand and the further ones count for that
    much less. A plan that adds trials after a look needs alpha spending (``sequential``) to hold alpha.

    Raises NotEstimable without trials, or when the estimate lies so near the margin that more than 200,000
    trials would be needed.
    """
    check_trials(correct, trials)
    check_level("power", power)
    check_level("margin", margin)
    if not design_effect >= 1:
        raise ValueError(f"The design effect is {design_effect}: it is at least 1")
    psychometric = link(protocol, options=options)
    at_margin = psychometric.correct_at(margin)
    truth = psychometric.correct_at(psychometric.discriminators(correct / trials))
    effective, right = round(trials / design_effect), round(correct / design_effect)

    def enough(further: NDArray[np.int64]) -> NDArray[np.bool_]:
        total = effective + further
        supported = stats.binom.cdf(_most_for_similarity(total, at_margin, alpha) - right, further, truth)
        refuted = stats.binom.sf(_least_for_difference(total, at_margin, alpha) - right - 1, further, truth)
        return np.asarray(supported + refuted >= power)

    if enough(np.array([0]))[0]:
        return 0
    return math.ceil(_first(enough, f"to decide with power {power:.0%}") * design_effect)


def _most_for_similarity(trials: NDArray[np.int64], at_margin: float, alpha: float) -> Floats:
    return np.asarray(stats.binom.ppf(alpha, trials, at_margin) - 1)


def _least_for_difference(trials: NDArray[np.int64], at_margin: float, alpha: float) -> Floats:
    # isf gives the smallest x with P(X > x) <= alpha, and the test rejects on P(X >= x).
    return np.asarray(stats.binom.isf(alpha, trials, at_margin) + 1)


def _first(enough: Callable[[NDArray[np.int64]], NDArray[np.bool_]], purpose: str) -> int:
    for start in range(1, _MOST_TRIALS, _CHUNK):
        numbers = np.arange(start, start + _CHUNK)
        found = np.flatnonzero(enough(numbers))
        if len(found):
            return int(numbers[found[0]])
    raise NotEstimable(
        f"More than {_MOST_TRIALS:,} trials would be needed {purpose}: the estimate lies too near the margin"
    )
