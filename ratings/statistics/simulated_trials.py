"""Discrimination trials of raters and items that differ, to plan with and to check the analyses by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.trial_clusters import Trials

Floats = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_FARTHEST = 50.0


@dataclass(frozen=True, kw_only=True)
class TrialsStudy:
    """A population of trials and the complete plan that samples it.

    On average a share ``discriminators`` of people-trials can tell and the rest guess. The share varies by
    rater and by item, normally on the logit scale with these standard deviations; 0 makes all alike.
    """

    raters: int
    items: int
    discriminators: float
    protocol: Protocol = Protocol.TWO_AFC
    options: int | None = None
    rater_spread: float = 0.8
    item_spread: float = 0.8

    def __post_init__(self) -> None:
        """Raise ValueError for a share outside [0, 1] or a negative spread."""
        if not 0 <= self.discriminators <= 1 or min(self.rater_spread, self.item_spread) < 0:
            raise ValueError(f"{self} is no population: give a share from 0 to 1 and spreads of 0 or more")


def draw_trials(study: TrialsStudy, rng: np.random.Generator) -> Trials:
    """Draw raters, items and one trial of each pair."""
    spread = (
        study.rater_spread * rng.standard_normal((study.raters, 1)),
        study.item_spread * rng.standard_normal((1, study.items)),
    )
    can_tell = special.expit(_centre(study) + spread[0] + spread[1])
    psychometric = link(study.protocol, options=study.options)
    chance = psychometric.chance + (1 - psychometric.chance) * can_tell
    rater, item = np.indices(chance.shape)
    return Trials(correct=(rng.random(chance.shape) < chance).ravel(), rater=rater.ravel(), item=item.ravel())


def _centre(study: TrialsStudy) -> float:
    """Return the logit around which the shares average ``discriminators``."""
    if study.discriminators in (0, 1):
        return float(np.copysign(np.inf, study.discriminators - 0.5))
    spread = np.hypot(study.rater_spread, study.item_spread) * _NODES

    def excess(centre: float) -> float:
        return float(special.expit(centre + spread) @ _WEIGHTS / _WEIGHTS.sum()) - study.discriminators

    return float(optimize.brentq(excess, -_FARTHEST, _FARTHEST))
