"""Cumulative link models against R's ordinal."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.laplace import LaplaceLikelihood
from ratings.statistics.ordinal_models import (
    CumulativeLinkModel,
    compare_stars_ordinal,
    cumulative_link_mixed_model,
)
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable


def _check(fitted: CumulativeLinkModel, expected: dict[str, dict[str, float]], tolerance: float) -> None:
    coefficients = np.concatenate([fitted.thresholds, fitted.coefficients])
    assert coefficients == pytest.approx(list(expected["coef"].values()), abs=tolerance)
    if "se" in expected:
        assert fitted.standard_errors == pytest.approx(list(expected["se"].values()), rel=1e-4)
    # ordinal's own optimum is up to 4e-6 short of, or its approximation above, the maximum.
    assert fitted.log_likelihood == pytest.approx(expected["loglik"], abs=5e-6)


@pytest.mark.parametrize(
    ("key", "terms", "tolerance"),
    [
        ("clm", (), 1e-6),
        ("clmm_crossed", ("rater", "item"), 1e-5),
        ("clmm_item_system", ("rater", "item", "is"), 3e-5),
    ],
)
def test_stars_are_ordinals(
    key: str, terms: tuple[str, ...], tolerance: float, golden: Path, stars: RatingsTable
) -> None:
    expected = json.loads((golden / "debian.json").read_text())[key]
    groups = {"rater": stars.rater, "item": stars.item, "is": stars.item * 3 + stars.system}
    design = np.column_stack([stars.system == 1, stars.system == 2]).astype(float)
    fitted = cumulative_link_mixed_model(
        (stars.score - 1).astype(int), design, {term: groups[term] for term in terms}
    )
    _check(fitted, expected, tolerance)
    for term in terms:
        assert fitted.variances[term] == pytest.approx(expected["var"][term], abs=1e-5)


@pytest.mark.parametrize(
    ("key", "terms"),
    [("wine_clm", ()), ("wine_clmm_laplace", ("judge",)), ("wine_clmm_judge_bottle", ("judge", "bottle"))],
)
def test_wine_is_ordinals(key: str, terms: tuple[str, ...], golden: Path) -> None:
    with (golden / "data" / "wine.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    design = np.array([[row["temp"] == "warm", row["contact"] == "yes"] for row in rows], dtype=float)
    groups = {term: np.array([int(row[term]) for row in rows]) for term in terms}
    fitted = cumulative_link_mixed_model(np.array([int(row["rating"]) - 1 for row in rows]), design, groups)
    _check(fitted, json.loads((golden / "debian.json").read_text())[key], 3e-5)
    if "bottle" in terms:
        assert fitted.variances["bottle"] == 0


def test_the_gradient_is_the_slope(stars: RatingsTable) -> None:
    design = (stars.system == 1).astype(float)[:, None]
    likelihood = LaplaceLikelihood(
        (stars.score - 1).astype(int), design, {"rater": stars.rater, "item": stars.item}
    )
    point = np.array([-3.0, -1.5, -0.4, 1.1, 0.3, -0.5, -0.9])
    gradient = likelihood(point)[1]
    for k, step in enumerate(np.eye(7) * 1e-5):
        slope = (likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(slope, abs=1e-5)


def test_a_comparison_points_the_same_way_and_flips(stars: RatingsTable, stars_missing: RatingsTable) -> None:
    for table in (stars, stars_missing):
        result = compare_stars_ordinal(table, "pretrained", "full")
        assert result.ci_low < result.estimate < result.ci_high < 0
        assert result.pvalue < 0.001
        flipped = compare_stars_ordinal(table, "full", "pretrained")
        assert flipped.estimate == pytest.approx(-result.estimate, abs=1e-4)


def test_what_has_no_odds_ratio_is_refused(stars: RatingsTable, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="with itself"):
        compare_stars_ordinal(stars, "full", "full")
    with pytest.raises(NotEstimable, match="All ratings are equal"):
        cumulative_link_mixed_model(np.zeros(4, int), np.ones((4, 1)), {})
    apart = RatingsTable.from_long(
        rater="rrrsss" * 2, item="123123" * 2, system="a" * 6 + "b" * 6, score=[1, 2] * 3 + [4, 5] * 3
    )
    with pytest.raises(NotEstimable, match="overlap too little"):
        compare_stars_ordinal(apart, "a", "b")
    monkeypatch.setattr("ratings.statistics.laplace._MOST_INTERCEPTS", 10)
    with pytest.raises(NotEstimable, match="28 random intercepts are too many"):
        compare_stars_ordinal(stars, "full", "lora")
