"""Stars of one system: mean, median, distribution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.crossed_mean import crossed_mean
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable
from ratings.statistics.stars import mean_stars, median_stars, stars_distribution


def test_the_mean_is_the_plain_one_and_its_interval_holds_for_both(stars_missing: RatingsTable) -> None:
    result = mean_stars(stars_missing, "lora")
    assert result.estimate == pytest.approx(stars_missing.of_systems("lora").score.mean())
    assert result.ci_low < result.estimate < result.ci_high
    assert result.generalises_over == "items and raters"
    assert (result.n.ratings, result.n.items, result.n.raters) == (101, 20, 8)
    assert "seed:0" in result.signature


def test_a_complete_layout_has_the_standard_error_of_the_mean_squares(stars: RatingsTable) -> None:
    matrix = stars.rater_by_item("lora")
    raters, items = matrix.shape
    by_rater, by_item = matrix.mean(axis=1), matrix.mean(axis=0)
    residual = matrix - by_rater[:, None] - by_item + matrix.mean()
    mean_squares = items * by_rater.var(ddof=1) + raters * by_item.var(ddof=1)
    mean_squares -= (residual**2).sum() / ((raters - 1) * (items - 1))
    chosen = stars.of_systems("lora")
    fitted = crossed_mean(chosen.score, rater=chosen.rater, item=chosen.item, weighting="equal").contrast
    assert fitted.standard_error == pytest.approx(np.sqrt(mean_squares / matrix.size), rel=1e-5)
    interval = mean_stars(stars, "lora", resamples=10_000)
    assert interval.ci_high - interval.ci_low == pytest.approx(2 * fitted.half_width(0.95), rel=0.05)


def test_the_same_seed_gives_the_same_interval_and_another_gives_another(stars: RatingsTable) -> None:
    assert mean_stars(stars, "full", seed=3) == mean_stars(stars, "full", seed=3)
    assert mean_stars(stars, "full", seed=3) != mean_stars(stars, "full", seed=4)


def test_the_scale_cuts_the_interval() -> None:
    table = RatingsTable.from_matrix([[5, 5, 5, 4], [5, 5, 5, 5], [5, 4, 5, 5]])
    assert mean_stars(table, "", scale=(1, 5)).ci_high <= 5
    assert mean_stars(table, "").ci_high > 5


@pytest.mark.parametrize(
    ("matrix", "over"),
    [([[1, 2, 4, 5]], "items"), ([[1], [2], [5]], "raters"), ([[1, np.nan], [np.nan, 4]], "")],
)
def test_one_rater_or_one_item_limits_what_the_interval_holds_for(
    matrix: list[list[float]], over: str
) -> None:
    table = RatingsTable.from_matrix(matrix)
    if not over:
        with pytest.raises(NotEstimable, match="hold none"):
            mean_stars(table, "")
        return
    assert mean_stars(table, "").generalises_over == over
    assert median_stars(table, "").generalises_over == over


def test_equal_ratings_are_described_but_get_no_interval() -> None:
    table = RatingsTable.from_matrix([[4, 4], [4, 4]])
    assert stars_distribution(table, "").mean == 4
    with pytest.raises(NotEstimable, match="All 4 values are 4"):
        mean_stars(table, "")


def test_one_rating_is_described_but_gets_no_interval() -> None:
    table = RatingsTable.from_matrix([[4]])
    assert stars_distribution(table, "").counts == (1,)
    for analysis in (mean_stars, median_stars):
        with pytest.raises(NotEstimable):
            analysis(table, "")


def test_the_distribution_counts_every_score() -> None:
    result = stars_distribution(RatingsTable.from_matrix([[1, 5, 5], [2, 5, np.nan]]), "")
    assert result.scores == (1, 2, 5)
    assert result.counts == (1, 1, 3)
    assert sum(result.shares) == pytest.approx(1)
    assert result.median == 5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 8))
def test_intervals_contain_their_estimates(seed: int, raters: int, items: int) -> None:
    scores = np.random.default_rng(seed).integers(1, 6, size=(raters, items)).astype(float)
    scores[0, :2] = (1, 5)
    table = RatingsTable.from_matrix(scores)
    for result in (mean_stars(table, "", resamples=100), median_stars(table, "", resamples=100)):
        assert result.ci_low <= result.estimate <= result.ci_high
