"""Cliff's delta and the probability of superiority."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.comparison import item_means
from ratings.statistics.effect_sizes import cliffs_delta, cliffs_delta_of_samples, probability_of_superiority
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable


@pytest.mark.parametrize(("key", "a"), [("cliff_lora_full", "lora"), ("cliff_pre_full", "pretrained")])
def test_independent_samples_are_effsizes(key: str, a: str, golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "misc.json").read_text())[key]
    result = cliffs_delta_of_samples(stars.of_systems(a).score, stars.of_systems("full").score)
    assert result.estimate == pytest.approx(expected["delta"], abs=1e-12)
    assert [result.ci_low, result.ci_high] == pytest.approx(expected["ci"], abs=1e-9)


def test_effsize_miscounts_values_above_all_others(golden: Path, stars: RatingsTable) -> None:
    """Its search gives a control value above every treatment −1/n instead of −1; that mended, it agrees."""
    expected = json.loads((golden / "misc.json").read_text())["cliff_itemmeans_lora_full"]
    lora, full = item_means(stars, "lora", "full")
    assert np.sum(full > lora.max()) == 1
    result = cliffs_delta_of_samples(lora, full)
    assert result.estimate == pytest.approx(expected["delta"], abs=1e-12)
    n, delta = len(full), result.estimate
    dominance = np.sign(lora[:, None] - full)
    row, column = dominance.mean(axis=1), dominance.mean(axis=0)
    rest = np.sum((dominance - delta) ** 2)
    for above, bounds in (
        (-1.0, (result.ci_low, result.ci_high)),
        (-1 / n, expected["ci"]),
    ):
        column[full > lora.max()] = above
        variance = (n**2 * (np.sum((row - delta) ** 2) + np.sum((column - delta) ** 2)) - rest) / (
            n * (n - 1)
        ) ** 2
        spread = stats.t.ppf(0.975, 2 * n - 2) ** 2 * variance
        half = np.sqrt(spread * ((1 - delta**2) ** 2 + spread))
        scale = 1 - delta**2 + spread
        assert [(delta - delta**3 + side * half) / scale for side in (-1, 1)] == pytest.approx(
            bounds, abs=1e-9
        )


def test_the_crossed_delta_has_the_same_estimate_and_a_wider_interval(
    golden: Path, stars: RatingsTable
) -> None:
    numbers = json.loads((golden / "misc.json").read_text())
    result = cliffs_delta(stars, "pretrained", "full")
    naive = cliffs_delta_of_samples(stars.of_systems("pretrained").score, stars.of_systems("full").score)
    assert (result.estimate + 1) / 2 == pytest.approx(numbers["VDA_pre_full"], abs=1e-10)
    assert result.ci_high - result.ci_low > naive.ci_high - naive.ci_low
    assert result.ci_low < result.estimate < result.ci_high
    flipped = cliffs_delta(stars, "full", "pretrained")
    assert (flipped.ci_low, flipped.ci_high) == pytest.approx((-result.ci_high, -result.ci_low), abs=1e-6)


def test_superiority_counts_ties_half(stars: RatingsTable) -> None:
    result = probability_of_superiority(stars, "pretrained", "full")
    differences = stars.pairs("pretrained", "full").difference
    assert result.estimate == pytest.approx(np.mean((np.sign(differences) + 1) / 2))
    assert 0 <= result.ci_low < result.estimate < result.ci_high < 0.5
    assert result.pvalue < 0.01


def test_complete_separation_ends_at_one_and_single_values_are_refused() -> None:
    assert cliffs_delta_of_samples([4, 5], [1, 2]).ci_high == 1
    with pytest.raises(NotEstimable, match="at least 2"):
        cliffs_delta_of_samples([1], [2, 3])
