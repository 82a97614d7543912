"""Cliff's delta and the probability of superiority."""

import json
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.effect_sizes import cliffs_delta, cliffs_delta_of_samples, probability_of_superiority
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable


@pytest.mark.parametrize(("key", "a"), [("cliff_lora_full", "lora"), ("cliff_pre_full", "pretrained")])
def test_independent_samples_are_effsizes(key: str, a: str, golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "misc.json").read_text())[key]
    result = cliffs_delta_of_samples(stars.of_systems(a).score, stars.of_systems("full").score)
    assert result.estimate == pytest.approx(expected["delta"], abs=1e-12)
    assert [result.ci_low, result.ci_high] == pytest.approx(expected["ci"], abs=1e-9)


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
