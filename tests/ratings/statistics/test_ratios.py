"""Ratios of means: R's pairedCI, the mixed model's Fieller interval, the bootstrap."""

import json
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.comparison import compare_stars
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.ratios import (
    bootstrap_ratio,
    fieller_ratio,
    fieller_ratio_over_items,
    ratio_at_least,
)
from ratings.statistics.results import NotEstimable


@pytest.mark.parametrize(
    ("key", "a", "confidence"),
    [
        ("ratio_lora_full_95", "lora", 0.95),
        ("ratio_lora_full_90", "lora", 0.9),
        ("ratio_pre_full_95", "pretrained", 0.95),
    ],
)
def test_the_paired_fieller_interval_is_rs(
    key: str, a: str, confidence: float, golden: Path, stars: RatingsTable
) -> None:
    expected = json.loads((golden / "misc.json").read_text())[key]
    result = fieller_ratio_over_items(stars, a, "full", confidence=confidence)
    assert result.estimate == pytest.approx(float(expected["estimate"]), rel=1e-9)
    assert result.ci_low == pytest.approx(float(expected["conf.int1"]), rel=1e-8)
    assert result.ci_high == pytest.approx(float(expected["conf.int2"]), rel=1e-8)


def test_the_ratio_excludes_one_when_the_difference_excludes_zero(stars: RatingsTable) -> None:
    for a in ("lora", "pretrained"):
        ratio, difference = fieller_ratio(stars, a, "full"), compare_stars(stars, a, "full").estimate
        assert (ratio.ci_high < 1) == (difference.ci_high < 0)
        assert ratio.pvalue == pytest.approx(difference.pvalue)
        assert ratio.ci_low < ratio.estimate < ratio.ci_high
        assert ratio.generalises_over == "items and raters"


def test_with_gaps_the_interval_inverts_the_same_test(stars_missing: RatingsTable) -> None:
    result = fieller_ratio(stars_missing, "lora", "full")
    assert result.ci_low < result.estimate < result.ci_high
    assert fieller_ratio(stars_missing, "full", "lora").estimate == pytest.approx(
        1 / result.estimate, rel=0.02
    )


def test_the_bootstrap_lies_near_and_repeats_itself(stars: RatingsTable) -> None:
    result = bootstrap_ratio(stars, "lora", "full", seed=1)
    assert result == bootstrap_ratio(stars, "lora", "full", seed=1)
    model = fieller_ratio(stars, "lora", "full")
    assert result.estimate == pytest.approx(model.estimate)
    assert result.ci_high - result.ci_low == pytest.approx(model.ci_high - model.ci_low, rel=0.3)


def test_a_denominator_near_zero_has_no_ratio() -> None:
    rng = np.random.default_rng(1)
    rater, item, system = (axis.ravel() for axis in np.indices((5, 6, 2)))
    table = RatingsTable.from_long(rater=rater, item=item, system=system, score=rng.normal(size=60))
    with pytest.raises(NotEstimable, match="no bounded interval"):
        fieller_ratio_over_items(table, "0", "1")
    with pytest.raises(NotEstimable, match="near zero"):
        bootstrap_ratio(table, "0", "1")


@pytest.mark.parametrize("ratio", [0.6, 0.9, 0.98, 1.2])
def test_a_claimed_ratio_is_judged_as_its_interval_lies(ratio: float, stars_missing: RatingsTable) -> None:
    result = ratio_at_least(stars_missing, "lora", "full", ratio=ratio, alpha=0.025)
    side = "undecided"
    if result.estimate.ci_low > ratio:
        side = "supported"
    elif result.estimate.ci_high < ratio:
        side = "refuted"
    assert result.verdict == side
    assert result.estimate.confidence == 0.95
    assert (result.pvalue < 0.025) == (side == "supported")


def test_a_ratio_of_one_is_superiority(stars: RatingsTable) -> None:
    result = ratio_at_least(stars, "pretrained", "full", ratio=1.0)
    contrast = compare_stars(stars, "pretrained", "full").contrast
    assert (result.pvalue, result.pvalue_refuted) == (contrast.pvalue_above(0), contrast.pvalue_below(0))
    with pytest.raises(ValueError, match="positive number"):
        ratio_at_least(stars, "pretrained", "full", ratio=0)


def test_a_mean_of_zero_has_no_ratio_to_it() -> None:
    rater, item, system = (axis.ravel() for axis in np.indices((4, 4, 2)))
    score = np.where(system == 0, 1.0 + item % 3, np.where(item % 2, 1.0, -1.0))
    table = RatingsTable.from_long(rater=rater, item=item, system=system, score=score)
    with pytest.raises(NotEstimable, match="denominator is zero"):
        fieller_ratio_over_items(table, "0", "1")
