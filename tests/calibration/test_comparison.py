"""Do intervals for stars cover, and is 'supported' rarely false? Simulated studies with crossed effects.

The quick form runs in every test run; EVALSITE_CALIBRATE=full runs the whole grid and prints its table, with
EVALSITE_CALIBRATE_STUDIES studies a row (2,000).
"""

import os
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.comparison import compare_stars
from ratings.statistics.equivalence import equivalence, non_inferiority
from ratings.statistics.ratios import fieller_ratio
from ratings.statistics.simulated_stars import StarsStudy, draw_study, latent_difference
from ratings.statistics.stars import mean_stars

FULL = os.environ.get("EVALSITE_CALIBRATE") == "full"
STUDIES = int(os.environ.get("EVALSITE_CALIBRATE_STUDIES", "2000")) if FULL else 150
MARGIN = 0.2
CLAIM_ALPHA = 0.025

POPULATIONS = {
    "middle of the scale": StarsStudy(raters=0, items=0, mean=3.2),
    "ceiling": StarsStudy(raters=0, items=0, mean=4.6),
    "strong slopes": StarsStudy(raters=0, items=0, mean=3.8, rater_slope=0.5, item_slope=0.5),
    "RankME-like ceiling": StarsStudy(
        raters=0, items=0, mean=4.7, rater=0.6, rater_by_item=0.5, rater_slope=0.15, item_slope=0.3
    ),
}
SIZES = ((6, 20), (6, 200), (12, 60), (20, 20), (20, 200))
QUICK = (("ceiling", 6, 20, 1.0), ("RankME-like ceiling", 12, 60, 1.0), ("strong slopes", 8, 20, 0.6))
GRID = (
    *((name, raters, items, 1.0) for name in POPULATIONS for raters, items in SIZES),
    ("ceiling", 6, 40, 0.5),
    ("ceiling", 12, 60, 0.4),
    ("strong slopes", 20, 60, 0.3),
)
CASES = GRID if FULL else QUICK
MEAN_CASES = tuple(case for case in CASES if case[0] != "middle of the scale" and case[1:3] != (6, 200))


@dataclass(frozen=True)
class Outcome:
    """Shares of the studies."""

    covered: float
    falsely_non_inferior: float
    falsely_at_the_claims_alpha: float
    falsely_equivalent: float
    width: float


def _study(name: str, raters: int, items: int, share: float) -> StarsStudy:
    study = replace(POPULATIONS[name], raters=raters, items=items, share=share)
    return replace(study, difference=latent_difference(study, -MARGIN))


def _simulate(study: StarsStudy, seed: int) -> Outcome:
    covered = inferior = at_alpha = same = 0
    widths = []
    for stream in np.random.default_rng(seed).spawn(STUDIES):
        comparison = compare_stars(draw_study(study, stream), "a", "b")
        interval = comparison.estimate
        covered += interval.ci_low <= -MARGIN <= interval.ci_high
        inferior += non_inferiority(comparison, margin=MARGIN).verdict == "supported"
        at_alpha += non_inferiority(comparison, margin=MARGIN, alpha=CLAIM_ALPHA).verdict == "supported"
        same += equivalence(comparison, margin=MARGIN).verdict == "supported"
        widths.append(interval.ci_high - interval.ci_low)
    shares = (count / STUDIES for count in (covered, inferior, at_alpha, same))
    return Outcome(*shares, float(np.mean(widths)))


def _check_covers(covered: float, studies: int) -> None:
    # Below 93 % by more than simulation noise (one in a thousand) is a failure; so is coverage that is idle.
    assert covered * studies >= stats.binom.ppf(0.001, studies, 0.93)
    assert covered * studies <= stats.binom.ppf(0.999, studies, 0.985)


@pytest.mark.parametrize(("name", "raters", "items", "share"), CASES)
def test_the_difference_is_covered_and_rarely_supported_at_its_margin(
    name: str, raters: int, items: int, share: float
) -> None:
    outcome = _simulate(_study(name, raters, items, share), seed=raters * items)
    print(  # noqa: T201 - the table of the full run
        f"\n| {name} | {raters} × {items} | {share:.0%} | {outcome.covered:.1%} "
        f"| {outcome.falsely_non_inferior:.1%} | {outcome.falsely_at_the_claims_alpha:.1%} "
        f"| {outcome.falsely_equivalent:.1%} | {outcome.width:.2f} |"
    )
    _check_covers(outcome.covered, STUDIES)
    for false in (outcome.falsely_non_inferior, outcome.falsely_equivalent):
        assert false * STUDIES <= stats.binom.ppf(0.999, STUDIES, 0.05)
    assert outcome.falsely_at_the_claims_alpha * STUDIES <= stats.binom.ppf(0.999, STUDIES, 0.03)


@pytest.mark.parametrize(("name", "raters", "items", "share"), MEAN_CASES)
def test_the_mean_is_covered(name: str, raters: int, items: int, share: float) -> None:
    study = replace(POPULATIONS[name], raters=raters, items=items, share=share)
    truth = study.expected_stars(study.mean)
    covered = 0
    for seed, stream in enumerate(np.random.default_rng(raters * items + 1).spawn(STUDIES)):
        interval = mean_stars(draw_study(study, stream), "b", resamples=400, seed=seed)
        covered += interval.ci_low <= truth <= interval.ci_high
    print(f"\n| mean of one system, {name} | {raters} × {items} | {share:.0%} | {covered / STUDIES:.1%} |")  # noqa: T201 - the table of the full run
    _check_covers(covered / STUDIES, STUDIES)


def test_the_ratio_is_covered() -> None:
    study = _study("ceiling", 8, 30, 1.0)
    truth = 1 - MARGIN / study.expected_stars(study.mean)
    studies = STUDIES // (2 if FULL else 5)
    covered = 0
    for stream in np.random.default_rng(9).spawn(studies):
        interval = fieller_ratio(draw_study(study, stream), "a", "b")
        covered += interval.ci_low <= truth <= interval.ci_high
    print(f"\n| ratio of means, ceiling | 8 × 30 | 100% | {covered / studies:.1%} |")  # noqa: T201 - the table of the full run
    _check_covers(covered / studies, studies)
