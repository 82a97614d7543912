"""Krippendorff's alpha against published numbers, R and the krippendorff package; percent agreement."""

import json
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.agreement import Metric, alpha_value, krippendorff_alpha, percent_agreement
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable

GAP = np.nan
# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: 4 raters, 12 units.
EXAMPLE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")


@pytest.mark.parametrize(("metric", "published"), list(zip(METRICS, (0.743, 0.815, 0.849), strict=True)))
def test_the_published_example(metric: Metric, published: float, golden: Path) -> None:
    expected = json.loads((golden / "agree.json").read_text())["krippendorff2011_C"][metric]
    result = krippendorff_alpha(RatingsTable.from_matrix(EXAMPLE), metric=metric, resamples=200)
    assert result.estimate == pytest.approx(expected, abs=1e-9)
    assert round(result.estimate, 3) == published
    assert result.n.items == 11


@pytest.mark.parametrize("metric", METRICS)
def test_it_matches_irr_with_gaps(metric: Metric, golden: Path, stars_missing: RatingsTable) -> None:
    expected = json.loads((golden / "agree.json").read_text())["kripp_stars_missing"][metric]
    assert alpha_value(stars_missing, metric=metric) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_without_gaps_irr_forgets_to_divide_by_the_raters(
    metric: Metric, golden: Path, stars: RatingsTable
) -> None:
    # irr 0.84.1 counts each pair of the 8 raters fully when nothing is missing, so that its n is 7 × 480.
    expected = json.loads((golden / "agree.json").read_text())["kripp_stars"][metric]
    pairs = 7 * 480
    ours = alpha_value(stars, metric=metric)
    assert 1 - (1 - ours) * (pairs - 1) / (pairs - 7) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 12), st.sampled_from(METRICS))
def test_it_matches_the_krippendorff_package(seed: int, raters: int, items: int, metric: Metric) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(1, 6, size=(raters, items)).astype(float)
    scores[rng.random(scores.shape) < 0.2] = GAP
    scores[:2, :2] = [[1, 5], [2, 5]]
    expected = krippendorff.alpha(scores, level_of_measurement=metric)
    assert alpha_value(RatingsTable.from_matrix(scores), metric=metric) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(METRICS))
def test_perfect_agreement_is_one_and_raters_names_change_nothing(seed: int, metric: Metric) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 6, size=8).astype(float)
    truth[:2] = (1, 5)
    assert alpha_value(RatingsTable.from_matrix(np.tile(truth, (4, 1))), metric=metric) == pytest.approx(1)
    noisy = rng.integers(1, 6, size=(4, 8)).astype(float)
    noisy[:, :2] = [[1, 4], [1, 5], [2, 5], [1, 5]]
    result = krippendorff_alpha(RatingsTable.from_matrix(noisy), metric=metric, resamples=200)
    shuffled = krippendorff_alpha(RatingsTable.from_matrix(noisy[::-1]), metric=metric, resamples=200)
    assert result == shuffled
    assert result.ci_low <= result.estimate <= result.ci_high


@pytest.mark.parametrize("metric", METRICS)
def test_the_bootstrap_over_items_is_that_of_a_plain_loop(metric: Metric) -> None:
    rng = np.random.default_rng(7)
    scores = np.clip(np.rint(3 + rng.normal(size=25) + rng.normal(size=(5, 25)) * 0.8), 1, 5)
    plain = [
        krippendorff.alpha(scores[:, rng.integers(0, 25, 25)], level_of_measurement=metric)
        for _ in range(1500)
    ]
    result = krippendorff_alpha(RatingsTable.from_matrix(scores), metric=metric, resamples=20_000)
    assert result.ci_low == pytest.approx(np.quantile(plain, 0.025), abs=0.03)
    assert result.ci_high == pytest.approx(np.quantile(plain, 0.975), abs=0.03)


def test_outputs_of_one_item_are_resampled_together(stars: RatingsTable) -> None:
    many = RatingsTable.from_long(
        rater=np.concatenate([stars.rater] * 3).tolist(),
        item=np.concatenate([stars.item] * 3).tolist(),
        system=np.concatenate([stars.system + 3 * copy for copy in range(3)]).tolist(),
        score=np.tile(stars.score, 3),
    )
    one, three = (krippendorff_alpha(table, resamples=4000) for table in (stars, many))
    assert three.ci_high - three.ci_low == pytest.approx(one.ci_high - one.ci_low, rel=0.1)


def test_a_rater_drawn_twice_does_not_agree_with_himself() -> None:
    rng = np.random.default_rng(5)
    scores = rng.integers(1, 6, size=(6, 400)).astype(float)
    result = krippendorff_alpha(RatingsTable.from_matrix(scores), over="raters", resamples=400)
    assert result.ci_high < 0.1
    assert result.generalises_over == "raters"
    assert result.ci_low <= result.estimate


def test_what_has_no_alpha_is_refused(stars: RatingsTable) -> None:
    for matrix, why in (
        ([[3, 3], [3, 3]], "without variation"),
        ([[3, GAP], [GAP, 4]], "No output was rated by two"),
        ([[3], [4]], "1 item shows nothing"),
        ([[1] * 30, [1] * 29 + [2]], "vary too little"),
    ):
        with pytest.raises(NotEstimable, match=why):
            krippendorff_alpha(RatingsTable.from_matrix(matrix), resamples=200)
    with pytest.raises(NotEstimable, match="2 raters show nothing"):
        krippendorff_alpha(RatingsTable.from_matrix([[1, 2], [1, 3]]), over="raters")
    with pytest.raises(NotEstimable, match="equal"):
        alpha_value(RatingsTable.from_matrix([[3, 3], [3, 3]]))
    with pytest.raises(ValueError, match="at most 60"):
        krippendorff_alpha(RatingsTable.from_matrix(np.arange(200.0).reshape(2, 100)))
    with pytest.raises(ValueError, match="no metric 'ratio'"):
        krippendorff_alpha(stars, metric="ratio")  # type: ignore[arg-type]


def test_percent_agreement(golden: Path, stars_missing: RatingsTable) -> None:
    expected = json.loads((golden / "agree.json").read_text())["stars_missing"]["unweighted"]["ac"]["pa"]
    assert percent_agreement(stars_missing) == pytest.approx(expected, abs=1e-10)
    assert percent_agreement(stars_missing, within=4) == 1
    assert percent_agreement(stars_missing, within=1) > expected
