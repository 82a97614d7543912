"""Studies of stars drawn from known crossed effects, to plan with and to check the analyses by."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from ratings.statistics.ratings_table import RatingsTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class StarsStudy:
    """A population of stars and the plan that samples it.

    A latent score is ``mean`` (plus ``difference`` for system a) plus normal effects with these standard
    deviations: rater, item, both together, each one's slope on the system, and the rest; it is rounded to
    whole stars and cut at 1 and ``most``. ``share`` is the part of a rater's outputs that he rates, drawn
    at random; 1 is a complete plan. With ``together``, a rater sees the outputs of both systems for an item
    or neither.
    """

    raters: int
    items: int
    mean: float = 4.2
    difference: float = 0.0
    rater: float = 0.5
    item: float = 0.4
    rater_by_item: float = 0.4
    rater_slope: float = 0.2
    item_slope: float = 0.3
    rest: float = 0.7
    most: int = 5
    share: float = 1.0
    together: bool = False

    @property
    def spread(self) -> float:
        """Standard deviation of one latent score."""
        parts = (self.rater, self.item, self.rater_by_item, self.rater_slope, self.item_slope, self.rest)
        return math.hypot(*parts)

    def expected_stars(self, latent_mean: float) -> float:
        """Mean stars in the population of a system with this latent mean."""
        steps = np.arange(1.5, self.most)
        return 1 + float(np.sum(stats.norm.sf(steps, latent_mean, self.spread)))

    @property
    def true_difference(self) -> float:
        """Mean stars of a minus those of b in the population."""
        return self.expected_stars(self.mean + self.difference) - self.expected_stars(self.mean)


# Naturalness and quality in RankME's Likert ratings (Novikova, Dušek & Rieser 2018) of three E2E systems: the
# variances that the mixed model finds among the stars, carried to the latent scale that would make them.
# Nine ratings in ten are the highest or the next. Each output had 3 of the 16 raters.
RANKME = StarsStudy(
    raters=16,
    items=100,
    mean=6.9,
    rater=0.85,
    item=0.2,
    rater_by_item=0.5,
    rater_slope=0.17,
    item_slope=0.48,
    rest=0.67,
    most=6,
    share=3 / 16,
)


def latent_difference(study: StarsStudy, stars: float) -> float:
    """The latent difference that makes ``true_difference`` this many stars; ValueError if none does."""

    def excess(shift: float) -> float:
        return study.expected_stars(study.mean + shift) - study.expected_stars(study.mean) - stars

    if excess(-10) * excess(10) > 0:
        raise ValueError(f"No latent difference makes {stars} stars on a scale of 1 to {study.most}")
    return float(optimize.brentq(excess, -10, 10))


def draw_study(study: StarsStudy, rng: np.random.Generator) -> RatingsTable:
    """Draw raters, items and ratings of the systems "a" and "b"."""
    shape = (study.raters, study.items, 2)
    latent = study.mean + np.array([study.difference, 0.0])
    for spread, axes in (
        (study.rater, (0,)),
        (study.item, (1,)),
        (study.rater_by_item, (0, 1)),
        (study.rater_slope, (0, 2)),
        (study.item_slope, (1, 2)),
        (study.rest, (0, 1, 2)),
    ):
        size = tuple(length if axis in axes else 1 for axis, length in enumerate(shape))
        latent = latent + spread * rng.standard_normal(size)
    stars = np.clip(np.rint(latent), 1, study.most)
    chosen = np.ones(shape, dtype=bool)
    if study.share < 1:
        drawn = (*shape[:2], 1) if study.together else shape
        chosen &= rng.random(drawn) < study.share
    rater, item, system = np.nonzero(chosen)
    return RatingsTable(
        rater=rater,
        item=item,
        system=system,
        score=stars[chosen],
        raters=tuple(f"r{number + 1}" for number in range(study.raters)),
        items=tuple(f"i{number + 1}" for number in range(study.items)),
        systems=("a", "b"),
    )
