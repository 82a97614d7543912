"""The size that is found has the power asked for, on a claim whose power is known exactly."""

from dataclasses import dataclass

import pytest
from scipy import stats

from ratings.statistics.results import Estimate, NotEstimable, Sample
from ratings.statistics.size_planning import size_curve


@dataclass(frozen=True)
class Binomial:
    """Power rises with items and raters as a normal distribution; no simulation noise."""

    holds: bool = True
    by_people: bool = True
    ceiling: float = 1.0
    fresh_seed_loses: float = 0.0

    def power(self, *, items: int, raters: int, seed: int, replicates: int) -> Estimate:
        value = self.ceiling * stats.norm.cdf((items * raters) ** 0.5 / 10 - 1)
        value -= self.fresh_seed_loses * (seed != 1)
        return Estimate(
            estimate=value, ci_low=value - 0.02, ci_high=value + 0.02, confidence=0.95,
            n=Sample(ratings=replicates, items=0, raters=0), method="", signature="", generalises_over="",
        )  # fmt: skip


def test_the_least_size_is_found_and_tried_anew() -> None:
    curve = size_curve(Binomial(), raters=10, seed=1, replicates=50)
    exact = (10 * (1 + stats.norm.ppf(0.8))) ** 2 / 10
    assert curve.needed is not None
    assert exact <= curve.needed.items <= 1.05 * exact + 1
    assert curve.needed.power >= 0.8
    assert [point.items for point in curve.points][:4] == [4, 6, 9, 14]
    assert curve.points[-1].power >= 0.985


def test_a_size_that_falls_short_when_tried_grows() -> None:
    honest = size_curve(Binomial(), raters=10, seed=1)
    hopeful = size_curve(Binomial(fresh_seed_loses=0.03), raters=10, seed=1)
    assert honest.needed
    assert hopeful.needed
    assert hopeful.needed.items > honest.needed.items
    assert hopeful.needed.power >= 0.8


def test_no_size_is_named_where_none_is_enough() -> None:
    assert size_curve(Binomial(ceiling=0.7), raters=10, seed=1, most=60).needed is None
    assert size_curve(Binomial(fresh_seed_loses=0.9), raters=10, seed=1, most=400).needed is None
    short = size_curve(Binomial(fresh_seed_loses=0.03), raters=10, seed=1, most=34)
    assert short.needed is None
    assert short.points[-1].items == 34


def test_the_smallest_size_may_be_enough() -> None:
    curve = size_curve(Binomial(), raters=400, seed=1)
    assert curve.needed
    assert curve.needed.items == 4


def test_examples_start_higher_and_every_size_is_told() -> None:
    told: list[int] = []
    curve = size_curve(
        Binomial(by_people=False), raters=10, seed=1, most=1000, progress=lambda: told.append(1)
    )
    assert curve.points[0].items == 50
    assert len(told) >= len(curve.points) + 1


def test_a_claim_that_is_expected_to_be_false_is_refused() -> None:
    with pytest.raises(NotEstimable, match="No size supports a claim that is expected to be false"):
        size_curve(Binomial(holds=False), raters=10, seed=1)
