"""Power of planned studies: against closed forms where they hold, and refusals."""

from dataclasses import replace

import pytest

from ratings.statistics.binomial_power import discrimination_power
from ratings.statistics.planned_power import stars_power, trials_power
from ratings.statistics.power import smallest_size
from ratings.statistics.psychometric import Protocol
from ratings.statistics.simulated_stars import RANKME, StarsStudy, latent_difference
from ratings.statistics.simulated_trials import TrialsStudy

LARGE = StarsStudy(raters=12, items=60, mean=3.2)


def test_a_margin_far_off_is_nearly_always_met_and_a_difference_at_it_seldom() -> None:
    powers = [
        stars_power(study, relation="non-inferior", margin=0.5, seed=1, replicates=60).estimate
        for study in (LARGE, replace(LARGE, difference=latent_difference(LARGE, -0.5)))
    ]
    assert powers[0] > 0.9
    assert powers[1] < 0.12


def test_equivalence_asks_for_more_than_non_inferiority() -> None:
    study = replace(LARGE, items=20)
    one_sided, two_sided = (
        stars_power(study, relation=relation, margin=0.3, seed=2, replicates=60).estimate
        for relation in ("non-inferior", "equivalent")
    )
    assert two_sided < one_sided


def test_it_repeats_itself_and_says_how_sure_it_is() -> None:
    found = stars_power(RANKME, relation="non-inferior", margin=0.2, seed=3, replicates=20)
    assert found == stars_power(RANKME, relation="non-inferior", margin=0.2, seed=3, replicates=20)
    assert found.ci_low < found.estimate <= found.ci_high
    assert found.generalises_over == "simulated studies"


def test_one_rater_can_never_support_a_claim_about_new_raters() -> None:
    found = trials_power(
        TrialsStudy(raters=1, items=20, discriminators=0.0), margin=0.2, seed=4, replicates=10
    )
    assert found.estimate == 0
    assert "10 not estimable" in found.method


def test_where_raters_and_items_do_not_differ_it_lies_below_the_closed_form_but_not_far() -> None:
    study = TrialsStudy(raters=20, items=40, discriminators=0.0, rater_spread=0, item_spread=0)
    found = trials_power(study, margin=0.15, alpha=0.05, over="items", seed=5, replicates=200).estimate
    closed = float(
        discrimination_power(
            800, claim="similarity", discriminators=0.0, protocol=Protocol.TWO_AFC, margin=0.15
        )
    )
    assert closed - 0.2 < found < closed + 0.03


def test_raters_who_differ_cost_power() -> None:
    alike = TrialsStudy(raters=10, items=40, discriminators=0.1, rater_spread=0, item_spread=0)
    differing = replace(alike, rater_spread=2.0)
    powers = [
        trials_power(study, margin=0.3, seed=6, replicates=100).estimate for study in (alike, differing)
    ]
    assert powers[1] < powers[0] - 0.1


def test_the_smallest_plan_is_found_by_simulation() -> None:
    def at(items: int) -> float:
        study = replace(LARGE, items=items)
        return stars_power(study, relation="non-inferior", margin=0.4, seed=7, replicates=40).estimate

    items = smallest_size(at, power=0.8, low=4, high=40)
    assert 4 <= items < 40
    assert at(items) >= 0.8


@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_a_level_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        stars_power(LARGE, relation="equivalent", margin=0.2, alpha=alpha, seed=1)
    with pytest.raises(ValueError, match="alpha"):
        trials_power(TrialsStudy(raters=2, items=2, discriminators=0.1), margin=0.2, alpha=alpha, seed=1)
