"""A against B in stars: golden numbers, invariances, gaps and refusals."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.comparison import compare_stars, item_means, paired_t_over_items
from ratings.statistics.mixed_models import linear_mixed_model
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable
from ratings.statistics.simulated_stars import StarsStudy, draw_study

PAIRS = {
    "lora_full": ("lora", "full"),
    "pre_full": ("pretrained", "full"),
    "pre_lora": ("pretrained", "lora"),
}


@pytest.mark.parametrize("key", PAIRS)
def test_the_paired_t_over_items_is_rs(key: str, golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "debian.json").read_text())[key]
    result = paired_t_over_items(stars, *PAIRS[key])
    assert result.estimate.estimate == pytest.approx(expected["mean_diff"], abs=1e-10)
    assert result.estimate.statistic == pytest.approx(expected["t"], rel=1e-9)
    assert result.estimate.pvalue == pytest.approx(expected["p_t"], rel=1e-8)
    assert [result.estimate.ci_low, result.estimate.ci_high] == pytest.approx(expected["ci95"], rel=1e-9)
    assert list(result.interval(0.9)) == pytest.approx(expected["ci90"], rel=1e-9)
    assert result.estimate.generalises_over == "items"


def test_item_means_are_rs(golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "debian.json").read_text())["means"]
    assert item_means(stars, *expected).mean(axis=1) == pytest.approx(list(expected.values()))


def test_complete_pairs_give_what_the_model_of_all_ratings_gives(stars: RatingsTable) -> None:
    chosen = stars.of_systems("lora", "full")
    is_a = (chosen.system == stars.code_of("lora")).astype(float)
    groups = {
        "item": chosen.item,
        "rater": chosen.rater,
        "cell": chosen.item * 8 + chosen.rater,
        "item:system": chosen.item * 3 + chosen.system,
        "rater:system": chosen.rater * 3 + chosen.system,
    }
    model = linear_mixed_model(chosen.score, np.column_stack([1 - is_a, is_a]), groups)
    expected = model.contrast(np.array([-1.0, 1.0]))
    result = compare_stars(stars, "lora", "full").contrast
    assert result.estimate == pytest.approx(expected.estimate, abs=1e-9)
    if model.variances["cell"] > 0:
        assert result.standard_error == pytest.approx(expected.standard_error, rel=1e-4)


def test_gaps_use_every_rating_and_name_the_effects(stars_missing: RatingsTable) -> None:
    result = compare_stars(stars_missing, "lora", "full")
    assert result.estimate.n.ratings == stars_missing.of_systems("lora", "full").n.ratings
    assert "mixed model of ratings" in result.estimate.method
    assert set(result.components) >= {"item", "rater", "item × system", "rater × system", "residual"}
    assert result.estimate.ci_low < result.estimate.estimate < result.estimate.ci_high


def test_systems_that_no_rater_saw_together_can_be_compared() -> None:
    table = draw_study(StarsStudy(raters=12, items=30), np.random.default_rng(3))
    apart = table.where((table.rater % 2) == table.system)
    assert len(apart.pairs("a", "b").rater) == 0
    result = compare_stars(apart, "a", "b")
    assert "rater × system" not in result.components
    whole = compare_stars(table, "a", "b")
    assert result.contrast.standard_error > whole.contrast.standard_error


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 0.5]))
def test_exchanging_systems_flips_the_sign_and_names_change_nothing(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    table = draw_study(StarsStudy(raters=5, items=8, share=share), rng)
    try:
        result = compare_stars(table, "a", "b").estimate
    except NotEstimable:
        return
    flipped = compare_stars(table, "b", "a").estimate
    assert flipped.estimate == pytest.approx(-result.estimate, abs=1e-6)
    assert (flipped.ci_low, flipped.ci_high) == pytest.approx((-result.ci_high, -result.ci_low), abs=1e-6)
    assert result.ci_low <= result.estimate <= result.ci_high
    order = rng.permutation(5)
    renamed = replace(table, rater=order[table.rater])
    shuffled = compare_stars(renamed, "a", "b").estimate
    assert (shuffled.ci_low, shuffled.ci_high) == pytest.approx((result.ci_low, result.ci_high), abs=1e-5)


@pytest.mark.parametrize(("raters", "items", "over"), [(1, 12, "items"), (12, 1, "raters")])
@pytest.mark.parametrize("share", [1.0, 0.7])
def test_one_rater_or_one_item_limits_the_claim(raters: int, items: int, over: str, share: float) -> None:
    table = draw_study(StarsStudy(raters=raters, items=items, share=share), np.random.default_rng(8))
    result = compare_stars(table, "a", "b").estimate
    assert result.generalises_over == over
    assert np.isfinite([result.estimate, result.ci_low, result.ci_high]).all()


def test_what_cannot_be_compared_is_refused(stars: RatingsTable) -> None:
    with pytest.raises(ValueError, match="with itself"):
        compare_stars(stars, "full", "full")
    with pytest.raises(NotEstimable, match="no ratings"):
        compare_stars(stars, "full", "absent")
    equal = replace(stars, score=np.full(len(stars.score), 4.0))
    with pytest.raises(NotEstimable, match="All 160 values are 0"):
        compare_stars(equal, "full", "lora")
    with pytest.raises(NotEstimable, match="exactly on the fit"):
        compare_stars(equal.where(np.arange(len(equal.score)) % 7 > 0), "full", "lora")
    few = RatingsTable.from_long(rater="xyz", item="123", system="aba", score=[1, 2, 3])
    with pytest.raises(NotEstimable, match="cannot show how raters and items vary"):
        compare_stars(few, "a", "b")


def test_a_plan_too_large_for_the_full_model_uses_its_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    table = draw_study(StarsStudy(raters=6, items=20), np.random.default_rng(4))
    nearly = table.where(np.arange(len(table.score)) > 0)
    assert "model of ratings" in compare_stars(nearly, "a", "b").estimate.method
    monkeypatch.setattr("ratings.statistics.comparison._MOST_LEVELS", 10)
    result = compare_stars(replace(nearly), "a", "b").estimate
    assert "model of differences" in result.method
    assert result.n.ratings == len(table.score) - 2


def test_pairs_that_nearly_all_tie_do_not_make_the_interval_vanish() -> None:
    table = draw_study(StarsStudy(raters=10, items=60, share=0.3), np.random.default_rng(9))
    pairs = table.pairs("a", "b")
    tied = table.score.copy()
    key = table.rater * 60 + table.item
    for paired in pairs.rater * 60 + pairs.item:
        tied[key == paired] = tied[key == paired][0]
    result = compare_stars(replace(table, score=tied), "a", "b")
    assert "item × rater" not in result.components
    assert result.components["residual"] > 0.1
    assert result.estimate.ci_high - result.estimate.ci_low > 0.2
