import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.statistics.agreement_with_rest import agreement_with_rest


def long(matrix):
    """A rater × unit matrix with NaN for missing as three columns."""
    matrix = np.asarray(matrix, dtype=float)
    rater, unit = np.nonzero(~np.isnan(matrix))
    return rater, unit, matrix[rater, unit]


def test_against_a_sum_over_the_other_raters():
    matrix = np.array([[1, 2, 3, 4, 5], [2, 2, 3, 5, 4], [5, 4, 3, 2, np.nan], [3, np.nan, 3, 4, 5]])
    found = agreement_with_rest(*long(matrix))
    for rater in range(4):
        rest = np.nanmean(np.delete(matrix, rater, axis=0), axis=0)
        mine = ~np.isnan(matrix[rater])
        expected = np.corrcoef(matrix[rater][mine], rest[mine])[0, 1]
        assert found[rater].n == mine.sum()
        assert found[rater].correlation == pytest.approx(expected, abs=1e-12)
    assert found[2].correlation < 0  # the one who turned the scale round stands out


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 2, 3, 4]],  # nobody else
        [[1, 2, np.nan], [1, 2, np.nan]],  # two shared units
        [[3, 3, 3], [1, 2, 3]],  # one side does not vary
    ],
)
def test_too_little_to_correlate(matrix):
    assert agreement_with_rest(*long(matrix))[0].correlation is None


def test_columns_of_unequal_length():
    with pytest.raises(ValueError, match="the columns hold 2, 1 and 1"):
        agreement_with_rest([0, 1], [0], [3.0])


scores = st.lists(st.lists(st.integers(1, 5), min_size=6, max_size=6), min_size=2, max_size=5)


@given(scores, st.permutations(range(6)))
def test_the_order_of_units_changes_nothing_and_nobody_leaves_the_bounds(matrix, order):
    found = agreement_with_rest(*long(matrix))
    again = agreement_with_rest(*long(np.array(matrix)[:, list(order)]))
    for rater, one in found.items():
        assert one.n == again[rater].n
        if one.correlation is None:
            assert again[rater].correlation is None
        else:
            assert -1 <= one.correlation <= 1
            assert one.correlation == pytest.approx(again[rater].correlation, abs=1e-9)


@given(scores)
def test_raters_who_all_say_the_same_agree_wholly(matrix):
    same = [matrix[0]] * 3
    (first, *_) = agreement_with_rest(*long(same)).values()
    assert first.correlation is None or first.correlation == pytest.approx(1)
