"""The mean of crossed values: what it holds for, and when it is refused."""

import numpy as np
import pytest

from ratings.statistics.crossed_mean import crossed_mean, plain_mean
from ratings.statistics.results import NotEstimable


def test_values_without_repeats_are_independent() -> None:
    values = np.array([1.0, 2, 4, 5])
    result = crossed_mean(values, rater=np.arange(4), item=np.arange(4))
    assert result.contrast.standard_error == pytest.approx(plain_mean(values).standard_error)
    assert result.components == {"residual": pytest.approx(values.var(ddof=1))}
    assert result.generalises_over == "items and raters"


def test_equal_weights_keep_the_plain_average_where_the_model_does_not() -> None:
    rng = np.random.default_rng(2)
    rater, item = np.repeat(np.arange(5), [2, 3, 10, 12, 13]), rng.integers(0, 30, 40)
    values = rng.normal(size=5)[rater] * 2 + rng.normal(size=40)
    plain = crossed_mean(values, rater=rater, item=item, weighting="equal").contrast
    model = crossed_mean(values, rater=rater, item=item).contrast
    assert plain.estimate == pytest.approx(values.mean())
    assert model.estimate != pytest.approx(values.mean(), abs=1e-3)
    assert model.standard_error < plain.standard_error


@pytest.mark.parametrize(
    ("values", "why"), [([1.0], "at least 2 are needed"), ([2.0, 2.0], "All 2 values are 2")]
)
def test_no_spread_no_interval(values: list[float], why: str) -> None:
    for analysis in (
        plain_mean,
        lambda v: crossed_mean(v, rater=np.zeros(len(v), int), item=np.arange(len(v))),
    ):
        with pytest.raises(NotEstimable, match=why):
            analysis(np.array(values))
