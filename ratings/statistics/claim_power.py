"""The chance that a plan supports a claim: simulated studies, each judged by the claim's own analysis."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ratings.statistics.classification import accuracy_margin_test
from ratings.statistics.comparison import compare_stars, fit_difference
from ratings.statistics.margins import Relation
from ratings.statistics.paired_intervals import PairedCounts
from ratings.statistics.power import simulated_power
from ratings.statistics.proportions import check_level
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import Estimate
from ratings.statistics.simulated_stars import StarsStudy, draw_study, latent_difference
from ratings.statistics.simulated_trials import TrialsStudy, draw_trials
from ratings.statistics.trial_clusters import Trials, clustered_similarity_test

StarsRelation = Literal["non_inferior", "equivalent", "superior", "ratio_at_least"]


class PlannedClaim(Protocol):
    """A claim with the truth that is expected of it."""

    @property
    def by_people(self) -> bool:
        """Whether raters judge it; else its size is examples alone."""

    @property
    def holds(self) -> bool:
        """Whether the claim is true where the expectation is; if not, no size supports it reliably."""

    def power(self, *, items: int, raters: int, seed: int, replicates: int) -> Estimate:
        """Share of simulated studies of this size that support the claim.

        The same seed draws the same streams for every size, so that powers compare.
        """


@dataclass(frozen=True, kw_only=True)
class StarsClaim:
    """A claim about mean stars of a against b; ``difference`` in stars (a − b) is what is expected.

    ``population``: that of b, its raters, items and difference set aside. ``margin`` is in stars, for
    ``ratio_at_least`` the ratio a to b. Each item is rated by ``ratings_per_item`` raters, who each see the
    texts of both systems; None: by all.
    """

    relation: StarsRelation
    margin: float
    alpha: float
    difference: float
    population: StarsStudy
    ratings_per_item: int | None = None

    by_people = True

    @property
    def holds(self) -> bool:
        """Whether the expected difference lies on the claim's side of the margin."""
        base = self.population.expected_stars(self.population.mean)
        return {
            "non_inferior": self.difference > -self.margin,
            "equivalent": abs(self.difference) < self.margin,
            "superior": self.difference > self.margin,
            "ratio_at_least": base + self.difference > self.margin * base,
        }[self.relation]

    def power(self, *, items: int, raters: int, seed: int, replicates: int) -> Estimate:
        """As ``PlannedClaim.power``; ValueError where no such difference fits on the scale."""
        check_level("2·alpha", 2 * self.alpha)
        study = replace(
            self.population,
            raters=raters,
            items=items,
            share=1.0,
            difference=latent_difference(self.population, self.difference),
        )

        def draw(rng: np.random.Generator) -> RatingsTable:
            table = draw_study(study, rng)
            return table.where(shared_out(table.rater, table.item, raters, self.ratings_per_item))

        return simulated_power(draw, self._supports, seed=seed, replicates=replicates)

    def _supports(self, table: RatingsTable) -> bool:
        if self.relation == "ratio_at_least":
            return fit_difference(table, "a", "b", scale=self.margin).contrast.pvalue_above(0) < self.alpha
        contrast = compare_stars(table, "a", "b").contrast
        if self.relation == "superior":
            return contrast.pvalue_above(self.margin) < self.alpha
        above = contrast.pvalue_above(-self.margin) < self.alpha
        return above and (self.relation == "non_inferior" or contrast.pvalue_below(self.margin) < self.alpha)


@dataclass(frozen=True, kw_only=True)
class TrialsClaim:
    """The claim that less than a share ``margin`` of people-trials can tell; ``population`` is expected."""

    margin: float
    alpha: float
    population: TrialsStudy
    ratings_per_item: int | None = None

    by_people = True

    @property
    def holds(self) -> bool:
        """Whether fewer than the margin are expected to tell."""
        return self.population.discriminators < self.margin

    def power(self, *, items: int, raters: int, seed: int, replicates: int) -> Estimate:
        """As ``PlannedClaim.power``."""
        check_level("2·alpha", 2 * self.alpha)
        study = replace(self.population, raters=raters, items=items)

        def draw(rng: np.random.Generator) -> Trials:
            trials = draw_trials(study, rng)
            return trials.where(shared_out(trials.rater, trials.item, raters, self.ratings_per_item))

        def supports(trials: Trials) -> bool:
            result = clustered_similarity_test(
                trials,
                protocol=study.protocol,
                options=study.options,
                margin=self.margin,
                alpha=self.alpha,
            )
            return result.verdict == "supported"

        return simulated_power(draw, supports, seed=seed, replicates=replicates)


@dataclass(frozen=True, kw_only=True)
class AccuracyClaim:
    """A claim about accuracy of a against b on the same examples.

    ``difference`` (a − b) is expected; only one of the two is right on a share ``disagreement`` of examples.
    """

    relation: Relation
    margin: float
    alpha: float
    difference: float
    disagreement: float

    by_people = False

    def __post_init__(self) -> None:
        """Raise ValueError for a difference larger than the disagreement that it comes from."""
        if not abs(self.difference) <= self.disagreement <= 1:
            raise ValueError(
                f"Systems whose accuracies differ by {self.difference:g} disagree on at least that share of "
                f"examples, and at most on all: the disagreement cannot be {self.disagreement:g}"
            )

    @property
    def holds(self) -> bool:
        """Whether the expected difference lies on the claim's side of the margin."""
        inside = self.difference > -self.margin
        return inside and (self.relation == "non-inferior" or self.difference < self.margin)

    def power(self, *, items: int, raters: int, seed: int, replicates: int) -> Estimate:  # noqa: ARG002
        """As ``PlannedClaim.power``; ``items`` are examples, and raters play no part."""
        shares = ((self.disagreement + self.difference) / 2, (self.disagreement - self.difference) / 2)

        def draw(rng: np.random.Generator) -> PairedCounts:
            first, second, same = rng.multinomial(items, [*shares, 1 - sum(shares)])
            # Whether agreeing examples are both right or both wrong does not enter the test.
            return PairedCounts(both=int(same), only_first=int(first), only_second=int(second), neither=0)

        def supports(counts: PairedCounts) -> bool:
            result = accuracy_margin_test(
                counts, margin=self.margin, relation=self.relation, alpha=self.alpha
            )
            return result.verdict == "supported"

        return simulated_power(draw, supports, seed=seed, replicates=replicates)


def shared_out(
    rater: NDArray[np.int64], item: NDArray[np.int64], raters: int, ratings_per_item: int | None
) -> NDArray[np.bool_]:
    """Which cells of a complete plan stay when each item has only so many raters, with like loads.

    Neighbouring items share all but one of their raters, so that the plan hangs together.
    """
    if ratings_per_item is None or ratings_per_item >= raters:
        return np.ones(len(rater), dtype=bool)
    return np.asarray((rater - item) % raters < ratings_per_item)
