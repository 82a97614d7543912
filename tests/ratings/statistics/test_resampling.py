"""Bootstrap weights and the two-way bootstrap against what they must equal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.resampling import (
    check_resamples,
    chunks,
    distinct_weights,
    percentile_interval,
    resampled_means,
    two_way_counts,
    two_way_sums,
)
from ratings.statistics.results import NotEstimable


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_every_row_of_weights_counts_all_units(multiplicity: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = np.concatenate(list(distinct_weights(np.array(multiplicity), 50, rng)))
    assert weights.shape == (50, len(multiplicity))
    assert np.all(weights >= 0)
    assert np.all(weights.sum(axis=1) == sum(multiplicity))


@pytest.mark.parametrize("multiplicity", [[400, 300, 1, 2, 1], [1] * 9, [50, 60, 70]])
def test_weights_have_the_multinomial_mean_and_variance(multiplicity: list[int]) -> None:
    counts = np.array(multiplicity)
    weights = np.concatenate(list(distinct_weights(counts, 20_000, np.random.default_rng(1))))
    share = counts / counts.sum()
    assert weights.mean(axis=0) == pytest.approx(counts, rel=0.05)
    assert weights.var(axis=0) == pytest.approx(counts.sum() * share * (1 - share), rel=0.08)


def test_two_way_sums_count_a_rating_by_its_rater_times_its_item() -> None:
    rater, item = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    sums = two_way_sums([np.array([1.0, 10, 100, 1000])], rater, item, 500, np.random.default_rng(2))
    possible = {
        a * (c + 10 * d) + b * 100 * (c + 10 * d)
        for a, b in ((2, 0), (1, 1), (0, 2))
        for c, d in ((2, 0), (1, 1), (0, 2))
    }
    assert set(sums[:, 0]) == possible


def test_the_pigeonhole_variance_is_owens() -> None:
    rng = np.random.default_rng(3)
    rater, item = (axis.ravel() for axis in np.indices((10, 15)))
    values = rng.normal(size=10)[rater] + rng.normal(size=15)[item] + rng.normal(size=150)
    resampled = resampled_means(*two_way_counts(values, rater, item, 20_000, rng), 0.0)
    matrix = values.reshape(10, 15)
    by_rater = matrix.mean(axis=1).var() / 10
    by_item = matrix.mean(axis=0).var() / 15
    residual = (matrix - matrix.mean(1, keepdims=True) - matrix.mean(0) + matrix.mean()).var() / 150
    assert resampled.var() == pytest.approx(by_rater + by_item + residual, rel=0.05)


def test_a_sparse_plan_gives_what_the_dense_one_gives() -> None:
    rng = np.random.default_rng(4)
    rater, item = np.repeat(np.arange(40), 2), rng.permutation(80)
    values = rng.normal(size=80)
    sparse = two_way_sums([values], rater, item, 100, np.random.default_rng(5))
    everyone = np.zeros((40, 80))
    everyone[rater, item] = values
    all_rater, all_item = (axis.ravel() for axis in np.indices((40, 80)))
    dense = two_way_sums([everyone.ravel()], all_rater, all_item, 100, np.random.default_rng(5))
    assert sparse == pytest.approx(dense, abs=1e-9)


def test_ratings_of_two_systems_in_one_cell_add_up() -> None:
    rater, item = (axis.ravel() for axis in np.indices((6, 4)))
    values = np.arange(24.0)
    once = two_way_sums([3 * values], rater, item, 100, np.random.default_rng(9))
    both = [np.tile(codes, 2) for codes in (rater, item)]
    twice = two_way_sums([np.concatenate([values, 2 * values])], *both, 100, np.random.default_rng(9))
    assert np.array_equal(once, twice)


def test_single_precision_gives_the_sums_of_double() -> None:
    rng = np.random.default_rng(7)
    rater, item = np.nonzero(rng.random((30, 70)) < 0.5)
    values = rng.integers(1, 6, len(rater)).astype(float)
    single, double = (
        two_way_sums([values / unit], rater, item, 200, np.random.default_rng(8)) * unit for unit in (1, 2)
    )
    assert np.array_equal(single, double)
    thousands = two_way_sums([values * 2**22], rater, item, 200, np.random.default_rng(8))
    assert np.array_equal(thousands, single * 2**22)


def test_a_plan_in_which_resamples_stay_empty_is_refused() -> None:
    with pytest.raises(NotEstimable, match="hold none at all"):
        resampled_means(np.array([1.0, 2.0]), np.array([[0.0, 0.0], [1.0, 0.0]]), 1.5)


def test_few_resamples_are_refused() -> None:
    with pytest.raises(ValueError, match="99 resamples are too few"):
        check_resamples(99)


def test_chunks_cover_all_resamples_and_percentiles_are_central() -> None:
    assert sum(chunks(1001, 1_000_000)) == 1001
    assert percentile_interval(np.arange(1001.0), 0.9) == pytest.approx((50, 950))
