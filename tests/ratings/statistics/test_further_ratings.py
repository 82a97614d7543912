"""How many more ratings would decide."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.statistics.comparison import compare_stars, paired_t_over_items
from ratings.statistics.equivalence import equivalence
from ratings.statistics.further_ratings import further_ratings
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable
from ratings.statistics.simulated_stars import StarsStudy, draw_study


def test_the_extension_decides_about_as_often_as_promised() -> None:
    study = StarsStudy(raters=6, items=20, mean=3.2)
    pilot = compare_stars(draw_study(study, np.random.default_rng(5)), "a", "b")
    parts = _population(study)
    error = (parts["rater"] / 6 + parts["item"] / 20 + parts["residual"] / 120) ** 0.5
    exact = replace(
        pilot, contrast=replace(pilot.contrast, estimate=0.0, standard_error=error), components=parts
    )
    plan = further_ratings(exact, relation="non-inferior", margin=0.25)
    assert plan.further == 2 * plan.items * plan.raters - 240
    extended = replace(study, raters=plan.raters, items=plan.items)
    supported = 0
    for stream in np.random.default_rng(6).spawn(120):
        comparison = compare_stars(draw_study(extended, stream), "a", "b")
        supported += comparison.contrast.pvalue_above(-0.25) < 0.05
    assert 0.66 < supported / 120 < 0.92


def _population(study: StarsStudy) -> dict[str, float]:
    return {
        "rater": 2 * study.rater_slope**2,
        "item": 2 * study.item_slope**2,
        "residual": 2 * (study.rest**2 + 1 / 12),
    }


def test_nearer_margins_need_more(stars: RatingsTable, stars_missing: RatingsTable) -> None:
    for table in (stars, stars_missing):
        comparison = compare_stars(table, "lora", "full")
        wide = further_ratings(comparison, relation="equivalent", margin=0.6)
        near = further_ratings(comparison, relation="equivalent", margin=0.4)
        assert near.further > wide.further >= 0
        assert equivalence(comparison, margin=0.4).verdict == "undecided"


def test_a_decided_claim_needs_none_and_a_margin_on_the_estimate_any_number(stars: RatingsTable) -> None:
    over_items = paired_t_over_items(stars, "pretrained", "full")
    assert further_ratings(over_items, relation="non-inferior", margin=0.1).further == 0
    with pytest.raises(NotEstimable, match="near the margin"):
        further_ratings(over_items, relation="equivalent", margin=-over_items.contrast.estimate)


def test_one_rater_can_be_joined_by_others() -> None:
    table = draw_study(StarsStudy(raters=1, items=30), np.random.default_rng(7))
    plan = further_ratings(compare_stars(table, "a", "b"), relation="equivalent", margin=0.5)
    assert plan.items * plan.raters * 2 == plan.further + 60


def test_a_plan_with_gaps_that_decides_today_needs_nothing() -> None:
    table = draw_study(StarsStudy(raters=15, items=80, share=0.3), np.random.default_rng(8))
    plan = further_ratings(compare_stars(table, "a", "b"), relation="equivalent", margin=1.5)
    assert plan.further == 0


def test_a_difference_amid_both_margins_has_to_clear_both(stars: RatingsTable) -> None:
    found = paired_t_over_items(stars, "lora", "full")
    amid = replace(found, contrast=replace(found.contrast, estimate=0.0))
    one, both = (
        further_ratings(amid, relation=relation, margin=0.1).items
        for relation in ("non-inferior", "equivalent")
    )
    # Normal theory: each side may miss a tenth only, (1.645 + 1.282)² over (1.645 + 0.842)².
    assert both / one == pytest.approx(1.385, rel=0.02)


@pytest.mark.parametrize("alpha", [0.025, 0.005])
@pytest.mark.parametrize("seed", range(8))
def test_what_is_just_undecided_today_needs_more(seed: int, alpha: float) -> None:
    """Few skew raters lengthen the interval; a plan that forgot this would promise a verdict for nothing."""
    found = compare_stars(
        draw_study(StarsStudy(raters=5, items=12, mean=4.6), np.random.default_rng(seed)), "a", "b"
    )
    low, _high = found.interval(1 - 2 * alpha)
    assert low < 0
    plan = further_ratings(found, relation="non-inferior", margin=-0.999 * low, alpha=alpha)
    assert plan.further > 0
