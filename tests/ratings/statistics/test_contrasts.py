"""Contrasts: the interval and the p-values are two sides of one thing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ratings.statistics.contrasts import Contrast, with_skewness


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 1), st.floats(2, 200), st.floats(0.005, 0.2))
def test_a_bound_is_where_the_one_sided_pvalue_is_alpha(
    skewness: float, freedom: float, alpha: float
) -> None:
    contrast = Contrast(estimate=0.3, standard_error=0.2, degrees_of_freedom=freedom, skewness=skewness)
    low, high = contrast.interval(1 - 2 * alpha)
    assert contrast.pvalue_above(low) == pytest.approx(alpha, rel=1e-6)
    assert contrast.pvalue_below(high) == pytest.approx(alpha, rel=1e-6)
    assert contrast.pvalue(low) == pytest.approx(2 * alpha, rel=1e-6)


def test_skewness_lengthens_one_side_and_shortens_none() -> None:
    plain = Contrast(estimate=0.0, standard_error=1.0, degrees_of_freedom=10)
    skew = Contrast(estimate=0.0, standard_error=1.0, degrees_of_freedom=10, skewness=-0.5)
    assert skew.interval(0.95)[1] == plain.interval(0.95)[1] == pytest.approx(plain.half_width(0.95))
    assert skew.interval(0.95)[0] < plain.interval(0.95)[0]
    assert plain.pvalue() == 1
    assert plain.pvalue_above(-2) == pytest.approx(stats.t.sf(2, 10))
    assert skew.pvalue_above(1) == plain.pvalue_above(1)


def test_one_kind_of_cluster_has_the_skewness_of_a_mean() -> None:
    values = np.random.default_rng(1).exponential(size=40)
    residual = (values - values.mean()) / 40
    contrast = Contrast(estimate=0.0, standard_error=values.std(ddof=1) / np.sqrt(40), degrees_of_freedom=39)
    expected = (1 + 6 / 40) * stats.skew(values, bias=False) / np.sqrt(40)
    assert with_skewness(contrast, [residual]).skewness == pytest.approx(expected)
    assert with_skewness(contrast, [residual.reshape(2, 20).sum(axis=1)]).skewness == 0
