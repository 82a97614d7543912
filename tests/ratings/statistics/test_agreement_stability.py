"""Alpha without single raters, and raters against themselves."""

import numpy as np
import pytest

from ratings.statistics.agreement import alpha_value
from ratings.statistics.agreement_stability import leave_one_rater_out, self_consistency
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable


def test_leaving_out_the_rater_who_guesses_raises_alpha() -> None:
    truth = np.array([1.0, 5, 2, 4, 3, 1, 5, 2])
    table = RatingsTable.from_matrix([truth, truth, truth, 6 - truth])
    without = leave_one_rater_out(table)
    assert [one.rater for one in without] == ["1", "2", "3", "4"]
    assert without[3].alpha == pytest.approx(1)
    assert without[0].alpha < alpha_value(table) < 1
    assert without[0].ratings_left_out == 8


def test_what_is_left_may_have_no_alpha() -> None:
    table = RatingsTable.from_matrix([[3, 3], [3, 3], [3, 4]])
    assert leave_one_rater_out(table)[2].alpha is None
    with pytest.raises(NotEstimable, match="at least 3"):
        leave_one_rater_out(RatingsTable.from_matrix([[1, 2], [2, 1]]))


def test_self_consistency() -> None:
    result = self_consistency([1, 2, 3, 5], [1, 3, 3, 3])
    assert (result.repeats, result.exact, result.within_one) == (4, 0.5, 0.75)
    assert result.mean_absolute_difference == 0.75
    assert result.mean_shift == -0.25
    assert 0 < result.kappa < 1
    assert self_consistency([3, 3], [3, 3]).kappa is None
    with pytest.raises(NotEstimable, match="shown twice"):
        self_consistency([], [])
    with pytest.raises(ValueError, match="two scores"):
        self_consistency([1], [1, 2])
