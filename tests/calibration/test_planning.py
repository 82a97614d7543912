"""Do planned studies have the power that was planned, and do looks before the end keep alpha?

The quick form runs in every test run; EVALSITE_CALIBRATE=full simulates EVALSITE_CALIBRATE_STUDIES studies.
"""

import os
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.claim_power import AccuracyClaim, PlannedClaim, StarsClaim, TrialsClaim
from ratings.statistics.comparison import compare_stars
from ratings.statistics.equivalence import non_inferiority
from ratings.statistics.planned_power import stars_power, trials_power
from ratings.statistics.power import smallest_size
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.sequential import Spending, spending_bounds
from ratings.statistics.simulated_stars import RANKME, StarsStudy, draw_study, latent_difference
from ratings.statistics.simulated_trials import TrialsStudy
from ratings.statistics.size_planning import size_curve
from ratings.statistics.stars_population import RANKME_SPREAD, stars_population

FULL = os.environ.get("EVALSITE_CALIBRATE") == "full"
STUDIES = int(os.environ.get("EVALSITE_CALIBRATE_STUDIES", "2000")) if FULL else 80
ALPHA = 0.025
LOOKS = (1 / 3, 2 / 3, 1.0)
STUDY = StarsStudy(raters=10, items=60, mean=3.8, together=True)


def supported_at_a_look(table: RatingsTable, alphas: tuple[float, ...]) -> bool:
    for fraction, alpha in zip(LOOKS, alphas, strict=True):
        seen = table.where(table.item < round(fraction * STUDY.items))
        if non_inferiority(compare_stars(seen, "a", "b"), margin=0.2, alpha=alpha).verdict == "supported":
            return True
    return False


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock", None])
def test_planned_looks_keep_alpha(spending: Spending | None) -> None:
    study = replace(STUDY, difference=latent_difference(STUDY, -0.2))
    alphas = (ALPHA,) * 3
    if spending is not None:
        alphas = spending_bounds(LOOKS, alpha=ALPHA, spending=spending, sides=1).nominal_alphas
    tables = (draw_study(study, stream) for stream in np.random.default_rng(1).spawn(STUDIES))
    false = sum(supported_at_a_look(table, alphas) for table in tables)
    print(f"\n| {spending or 'unplanned'} | {false / STUDIES:.1%} | {STUDIES} |")  # noqa: T201 - the table of the full run
    if spending is not None:
        assert false <= stats.binom.ppf(0.999, STUDIES, ALPHA)


@pytest.mark.parametrize(
    ("name", "study", "margin"),
    [
        ("middle of the scale", StarsStudy(raters=16, items=2, mean=3.2), 0.3),
        ("RankME", replace(RANKME, raters=9, items=2, share=1.0), 0.15),
    ],
)
def test_a_plan_has_the_power_that_it_was_chosen_for(name: str, study: StarsStudy, margin: float) -> None:
    def power(items: int, seed: int, replicates: int) -> float:
        return stars_power(
            replace(study, items=items),
            relation="non-inferior",
            margin=margin,
            seed=seed,
            replicates=replicates,
        ).estimate

    items = smallest_size(lambda size: power(size, 2, STUDIES // 2), power=0.8, low=4, high=120)
    again = power(items, 3, STUDIES)
    print(f"\n| {name}, margin {margin} | {study.raters} × {items} | {again:.1%} | {STUDIES} |")  # noqa: T201 - the table of the full run
    noise = 3.5 * np.sqrt(0.8 * 0.2 * (2 / STUDIES + 1 / STUDIES))
    assert 0.8 - noise <= again <= 0.8 + noise + 0.05


def test_trials_at_the_margin_are_rarely_supported() -> None:
    study = TrialsStudy(raters=10, items=30, discriminators=0.2)
    found = trials_power(study, margin=0.2, seed=4, replicates=STUDIES)
    print(f"\n| p_d = margin 0.2, 10 × 30, raters and items differ | {found.estimate:.1%} | {STUDIES} |")  # noqa: T201 - the table of the full run
    assert found.estimate * STUDIES <= stats.binom.ppf(0.999, STUDIES, ALPHA)


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        (
            "95 % of the stars, RankME on 5 stars",
            StarsClaim(
                relation="ratio_at_least",
                margin=0.95,
                alpha=ALPHA,
                difference=0.0,
                population=stars_population(RANKME_SPREAD),
                ratings_per_item=4,
            ),
        ),
        (
            "p_d below 0.2, truth 0.05",
            TrialsClaim(
                margin=0.2, alpha=ALPHA, population=TrialsStudy(raters=0, items=0, discriminators=0.05)
            ),
        ),
        (
            "accuracy within 3 points",
            AccuracyClaim(relation="equivalent", margin=0.03, alpha=ALPHA, difference=0.0, disagreement=0.08),
        ),
    ],
)
def test_a_size_that_planning_names_has_its_power(name: str, claim: PlannedClaim) -> None:
    curve = size_curve(claim, raters=10, seed=5, most=4000, replicates=STUDIES)
    assert curve.needed is not None
    again = claim.power(items=curve.needed.items, raters=10, seed=6, replicates=STUDIES)
    print(f"\n| {name} | 10 × {curve.needed.items} | {again.estimate:.1%} | {STUDIES} |")  # noqa: T201 - the table of the full run
    noise = 3.5 * np.sqrt(0.8 * 0.2 * 1.5 / STUDIES)
    assert 0.8 - noise <= again.estimate <= 0.8 + noise + 0.06
