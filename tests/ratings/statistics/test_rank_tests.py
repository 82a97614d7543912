"""Sign flips, signed ranks and Friedman against R, exact and beyond."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ratings.statistics.comparison import item_means
from ratings.statistics.rank_tests import friedman_test, sign_flip_test, signed_rank_z, wilcoxon_signed_rank
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable

PAIRS = {
    "lora_full": ("lora", "full"),
    "pre_full": ("pretrained", "full"),
    "pre_lora": ("pretrained", "lora"),
}


def _items(differences: np.ndarray) -> RatingsTable:
    size = len(differences)
    return RatingsTable.from_long(
        rater=["r"] * (2 * size),
        item=[f"{i:04}" for i in range(size)] * 2,
        system=["a"] * size + ["b"] * size,
        score=np.concatenate([differences, np.zeros(size)]),
    )


@pytest.mark.parametrize("key", PAIRS)
def test_exact_tests_are_rs(key: str, golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "debian.json").read_text())[key]
    a, b = PAIRS[key]
    assert sign_flip_test(stars, a, b).pvalue == pytest.approx(expected["p_signflip_exact"], abs=1e-10)
    assert wilcoxon_signed_rank(stars, a, b).pvalue == pytest.approx(expected["p_exact_pratt"], abs=1e-10)
    dropped = wilcoxon_signed_rank(stars, a, b, zeros="wilcoxon")
    assert dropped.pvalue == pytest.approx(expected["p_exact_wilcox"], abs=1e-10)
    assert dropped.statistic == expected["V"]
    assert dropped.effect == pytest.approx(expected["rank_biserial"], abs=1e-10)
    means = item_means(stars, a, b)
    differences = means[0] - means[1]
    ranks = stats.rankdata(np.abs(differences))[differences != 0]
    z = signed_rank_z(ranks, wilcoxon_signed_rank(stars, a, b).statistic)
    assert z == pytest.approx(expected["z_pratt"], abs=1e-8)


def test_friedman_is_rs(golden: Path, stars: RatingsTable) -> None:
    numbers = json.loads((golden / "debian.json").read_text())
    result = friedman_test(stars, "full", "lora", "pretrained")
    assert result.statistic == pytest.approx(numbers["friedman"]["chi2"], rel=1e-10)
    assert result.pvalue == pytest.approx(numbers["friedman"]["p"], rel=1e-8)
    assert result.effect == pytest.approx(numbers["kendall_W"], rel=1e-10)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(21, 60))
def test_beyond_enumeration_both_tests_agree_with_scipy(seed: int, size: int) -> None:
    differences = np.random.default_rng(seed).normal(0.2, 1, size)
    table = _items(differences)
    exact = stats.wilcoxon(differences, method="exact").pvalue
    assert wilcoxon_signed_rank(table, "a", "b").pvalue == pytest.approx(exact, rel=1e-6)
    flipped = sign_flip_test(table, "a", "b", resamples=4000, seed=seed)
    assert flipped.pvalue == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.05)
    assert flipped == sign_flip_test(table, "a", "b", resamples=4000, seed=seed)


def test_many_items_use_the_normal_approximation() -> None:
    differences = np.random.default_rng(1).normal(0.05, 1, 400)
    result = wilcoxon_signed_rank(_items(differences), "a", "b")
    assert "normal approximation" in result.method
    assert result.pvalue == pytest.approx(stats.wilcoxon(differences, method="asymptotic").pvalue, rel=1e-9)


@pytest.mark.parametrize("test", [sign_flip_test, wilcoxon_signed_rank])
def test_exchanging_systems_keeps_the_pvalue_and_flips_the_effect(test, stars: RatingsTable) -> None:  # type: ignore[no-untyped-def]
    one, other = test(stars, "lora", "full"), test(stars, "full", "lora")
    assert one.pvalue == pytest.approx(other.pvalue)
    assert one.effect == pytest.approx(-other.effect)
    assert one.generalises_over == "items"


def test_nothing_to_rank_is_refused(stars: RatingsTable) -> None:
    for test in (sign_flip_test, wilcoxon_signed_rank):
        with pytest.raises(NotEstimable, match="same mean stars on every item"):
            test(_items(np.zeros(5)), "a", "b")
        with pytest.raises(ValueError, match="with itself"):
            test(stars, "lora", "lora")
    apart = stars.where((stars.item < 10) == (stars.system == 0))
    with pytest.raises(NotEstimable, match="No item has ratings of both"):
        sign_flip_test(apart, "full", "lora")
    with pytest.raises(NotEstimable, match="0 items have"):
        friedman_test(apart, "full", "lora", "pretrained")
    with pytest.raises(ValueError, match="three systems"):
        friedman_test(stars, "full", "lora")
    tied = RatingsTable.from_long(rater="r" * 6, item="112233", system="abcabc", score=[3] * 6)
    level = RatingsTable.from_long(rater="r" * 6, item="111222", system="abcabc", score=[3] * 6)
    with pytest.raises(NotEstimable, match="items have ratings of all"):
        friedman_test(tied, "a", "b", "c")
    with pytest.raises(NotEstimable, match="tie on every item"):
        friedman_test(level, "a", "b", "c")
