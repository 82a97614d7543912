"""What statistics refuse to hold, and ratios of sums."""

import numpy as np
import pytest

from generation.metrics.example_statistics import ratio_of_sums, ratio_statistics


def test_a_ratio_of_sums_is_not_the_mean_of_ratios() -> None:
    statistics = ratio_statistics("rate", "rate", [1, 0], [1, 3])
    assert statistics.corpus_score == pytest.approx(0.25)
    assert ratio_of_sums(np.array([[1.0, 4.0], [0.0, 0.0]])).tolist() == [0.25, 0.0]


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="rate: an example's statistic is not a finite number"):
        ratio_statistics("rate", "rate", [np.nan], [1])
    with pytest.raises(ValueError, match="rate needs one row of numbers an example"):
        ratio_statistics("rate", "rate", [], [])


def test_a_negative_denominator_is_refused_with_its_example() -> None:
    with pytest.raises(ValueError, match="rate: the denominator of example 2 is -3; it must not be negative"):
        ratio_statistics("rate", "rate", [1, 1, 1], [1, -3, -4])
