"""Moments for many values: the same variances as REML, and an interval that covers."""

import numpy as np
import pytest
from scipy import stats

from ratings.statistics import crossed_mean as module
from ratings.statistics.comparison import fit_difference
from ratings.statistics.crossed_mean import CrossedColumns, crossed_mean
from ratings.statistics.crossed_moments import CrossedSums
from ratings.statistics.ratings_table import compact
from ratings.statistics.ratios import fieller_ratio
from ratings.statistics.results import NotEstimable
from ratings.statistics.simulated_stars import StarsStudy, draw_study


def draw(rng, *, raters=40, items=60, share=0.4, spreads=(0.5, 0.7, 1.0)):
    by_item, by_rater, rest = spreads
    rater, item = np.nonzero(rng.random((raters, items)) < share)
    values = (
        (rng.normal(size=items) * by_item)[item]
        + (rng.normal(size=raters) * by_rater)[rater]
        + rng.normal(size=len(item)) * rest
    )
    return values, rater, item


def crossed_moments(values, *, rater, item):
    return CrossedSums.of([values], rater=compact(rater), item=compact(item)).moments(np.ones(1))


def test_a_complete_plan_has_the_mean_squares_of_anova():
    rng = np.random.default_rng(3)
    values, rater, item = draw(rng, raters=8, items=12, share=1.1)
    found = crossed_moments(values, rater=rater, item=item)
    matrix = values.reshape(8, 12)
    residual = matrix - matrix.mean(0) - matrix.mean(1)[:, None] + matrix.mean()
    error = (residual**2).sum() / (7 * 11)
    assert found.residual == pytest.approx(error)
    assert found.rater == pytest.approx(matrix.mean(1).var(ddof=1) - error / 12)
    assert found.item == pytest.approx(matrix.mean(0).var(ddof=1) - error / 8)


def test_variances_come_out_on_the_average_with_gaps():
    rng = np.random.default_rng(4)
    found = [crossed_moments(v, rater=r, item=i) for v, r, i in (draw(rng) for _ in range(300))]
    means = [np.mean([getattr(each, name) for each in found]) for name in ("item", "rater", "residual")]
    assert means == pytest.approx([0.25, 0.49, 1.0], rel=0.06)


def test_it_agrees_with_reml_and_says_which_was_used(monkeypatch):
    values, rater, item = draw(np.random.default_rng(5), raters=100, items=200, share=0.5)
    reml = crossed_mean(values, rater=rater, item=item)
    monkeypatch.setattr(module, "_MOST_BY_LIKELIHOOD", 1_000)
    moments = crossed_mean(values, rater=rater, item=item)
    assert (reml.estimated_by, moments.estimated_by) == ("REML", "moments")
    assert moments.contrast.estimate == pytest.approx(reml.contrast.estimate, abs=0.02)
    assert moments.contrast.standard_error == pytest.approx(reml.contrast.standard_error, rel=0.05)
    assert moments.components == pytest.approx(reml.components, rel=0.1)


def test_its_interval_covers():
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(600):
        values, rater, item = draw(rng, raters=25, items=40)
        found = crossed_moments(values, rater=rater, item=item)
        half = stats.t.ppf(0.975, found.degrees_of_freedom) * found.standard_error
        covered += abs(values.mean()) <= half
    # 95 % with a standard deviation of 0.9 points.
    assert 0.925 <= covered / 600 <= 0.975


def test_a_variance_below_zero_is_none():
    rng = np.random.default_rng(7)
    values, rater, item = draw(rng, spreads=(0.0, 0.0, 1.0))
    found = crossed_moments(values, rater=rater, item=item)
    assert min(found.item, found.rater) >= 0
    assert found.residual == pytest.approx(1, abs=0.15)


def test_a_sum_of_columns_has_the_moments_of_its_values(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BY_LIKELIHOOD", 100)
    rng = np.random.default_rng(8)
    first, rater, item = draw(rng)
    second = first + rng.normal(size=len(first))
    for scale in (0.9, 1.0, 1.7):
        together = CrossedColumns([first, second], rater=rater, item=item).mean((1.0, -scale))
        alone = crossed_mean(first - scale * second, rater=rater, item=item)
        assert together.estimated_by == alone.estimated_by == "moments"
        assert vars(together.contrast) == pytest.approx(vars(alone.contrast), rel=1e-9)
        assert together.components == pytest.approx(alone.components, rel=1e-9)


def test_values_that_are_all_alike_are_refused_as_by_reml(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BY_LIKELIHOOD", 10)
    values, rater, item = draw(np.random.default_rng(9), raters=5, items=6, share=1.1)
    columns = CrossedColumns([values, values + 1], rater=rater, item=item)
    with pytest.raises(NotEstimable, match="All 30 values are -1, so"):
        columns.mean((1.0, -1.0))


def test_fiellers_bounds_are_where_the_test_by_moments_turns(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BY_LIKELIHOOD", 100)
    table = draw_study(StarsStudy(raters=12, items=30, difference=-0.3), np.random.default_rng(10))
    result = fieller_ratio(table, "a", "b", confidence=0.9)
    for bound, side in ((result.ci_low, "pvalue_above"), (result.ci_high, "pvalue_below")):
        contrast = fit_difference(table, "a", "b", scale=bound).contrast
        assert getattr(contrast, side)(0) == pytest.approx(0.05, abs=1e-4)
    means = [table.score[table.system == code].mean() for code in (0, 1)]
    assert result.estimate == pytest.approx(means[0] / means[1], abs=1e-8)
