"""Power of planned claims: against closed forms where they hold, and by the order that it must have."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.claim_power import AccuracyClaim, StarsClaim, TrialsClaim, shared_out
from ratings.statistics.planned_power import stars_power
from ratings.statistics.power import paired_t_power
from ratings.statistics.simulated_stars import StarsStudy, latent_difference
from ratings.statistics.simulated_trials import TrialsStudy

WIDE = StarsStudy(raters=0, items=0, mean=3.2)
CLAIM = StarsClaim(relation="non_inferior", margin=0.3, alpha=0.025, difference=0.0, population=WIDE)


def test_it_is_the_power_of_the_primary_analysis() -> None:
    claim = replace(CLAIM, difference=-0.1)
    study = replace(WIDE, raters=8, items=20, difference=latent_difference(WIDE, -0.1))
    expected = stars_power(study, relation="non-inferior", margin=0.3, seed=3, replicates=40)
    assert claim.power(items=20, raters=8, seed=3, replicates=40).estimate == expected.estimate


def test_superiority_has_the_power_of_the_paired_t_test_where_only_items_differ() -> None:
    population = StarsStudy(
        raters=0,
        items=0,
        mean=50.0,
        most=100,
        rater=2,
        item=1,
        rater_by_item=1,
        rater_slope=0,
        item_slope=1,
        rest=0.3,
    )
    claim = StarsClaim(relation="superior", margin=0.0, alpha=0.025, difference=0.6, population=population)
    found = claim.power(items=40, raters=12, seed=1, replicates=300).estimate
    spread = np.sqrt(2 + 2 * (0.3**2 + 1 / 12) / 12)
    closed = paired_t_power(40, difference=0.6, sd=spread, alpha=0.025, sides=1)
    assert found == pytest.approx(closed, abs=0.08)


def test_what_asks_for_more_has_less_power() -> None:
    def power(claim: StarsClaim, raters: int = 10) -> float:
        return claim.power(items=24, raters=raters, seed=2, replicates=80).estimate

    assert power(replace(CLAIM, relation="equivalent")) < power(CLAIM)
    assert power(replace(CLAIM, ratings_per_item=3)) < power(CLAIM)
    assert power(replace(CLAIM, difference=-0.2)) < power(CLAIM)
    ratio = replace(CLAIM, relation="ratio_at_least", margin=0.9)
    assert power(replace(ratio, margin=0.97)) < power(ratio)


@pytest.mark.parametrize(
    ("relation", "margin", "inside", "outside"),
    [
        ("non_inferior", 0.3, -0.29, -0.3),
        ("equivalent", 0.3, 0.29, 0.3),
        ("superior", 0.1, 0.11, 0.1),
        ("ratio_at_least", 0.9, -0.3, -0.33),
    ],
)
def test_a_claim_holds_on_its_side_of_the_margin(
    relation: str, margin: float, inside: float, outside: float
) -> None:
    for difference, holds in ((inside, True), (outside, False)):
        claim = replace(CLAIM, relation=relation, margin=margin, difference=difference)
        assert claim.holds is holds


def test_claims_of_trials_and_accuracy_hold_inside_their_margin() -> None:
    trials = TrialsClaim(
        margin=0.2, alpha=0.025, population=TrialsStudy(raters=0, items=0, discriminators=0.2)
    )
    assert not trials.holds
    assert replace(trials, margin=0.21).holds
    accuracy = AccuracyClaim(
        relation="non-inferior", margin=0.02, alpha=0.025, difference=0.05, disagreement=0.1
    )
    assert accuracy.holds
    assert not replace(accuracy, relation="equivalent").holds
    assert not replace(accuracy, difference=-0.02).holds


def test_fewer_raters_an_item_cost_power_of_trials() -> None:
    population = TrialsStudy(raters=0, items=0, discriminators=0.05)
    claim = TrialsClaim(margin=0.2, alpha=0.025, population=population)
    full = claim.power(items=40, raters=12, seed=4, replicates=200).estimate
    assert (
        replace(claim, ratings_per_item=4).power(items=40, raters=12, seed=4, replicates=200).estimate < full
    )


def test_accuracy_has_the_power_of_the_normal_approximation_when_examples_are_many() -> None:
    claim = AccuracyClaim(
        relation="non-inferior", margin=0.02, alpha=0.025, difference=0.0, disagreement=0.08
    )
    found = claim.power(items=1500, raters=0, seed=5, replicates=600)
    closed = stats.norm.sf(1.96 - 0.02 / np.sqrt(0.08 / 1500))
    assert found.ci_low - 0.02 < closed < found.ci_high + 0.02


def test_systems_that_differ_disagree_at_least_as_much() -> None:
    with pytest.raises(ValueError, match=r"the disagreement cannot be 0\.05"):
        AccuracyClaim(relation="equivalent", margin=0.2, alpha=0.025, difference=0.1, disagreement=0.05)


def test_ratings_are_shared_out_evenly() -> None:
    rater, item = (codes.ravel() for codes in np.indices((12, 24)))
    kept = shared_out(rater, item, 12, 3)
    assert set(np.bincount(item[kept])) == {3}
    assert set(np.bincount(rater[kept])) == {6}
    assert shared_out(rater, item, 12, None).all()
    assert shared_out(rater, item, 12, 12).all()
