"""Linear mixed models against lme4 and lmerTest, and against mean squares."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ratings.statistics.mixed_models import LinearMixedModel, distinct_groups, linear_mixed_model
from ratings.statistics.mixed_nesting import nesting
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable

TERMS = {
    "lmm_simple": ("item", "rater"),
    "lmm_item_system": ("item", "rater", "item:system"),
    "lmm_full": ("item", "rater", "item:system", "rater:system"),
    "lmm_missing": ("item", "rater", "item:system"),
}


def _groups(table: RatingsTable) -> Mapping[str, NDArray[np.int64]]:
    return {
        "item": table.item,
        "rater": table.rater,
        "item:system": table.item * 3 + table.system,
        "rater:system": table.rater * 3 + table.system,
    }


def _fit(table: RatingsTable, name: str) -> LinearMixedModel:
    design = np.column_stack([np.ones(len(table.score)), table.system == 1, table.system == 2]).astype(float)
    return linear_mixed_model(table.score, design, {term: _groups(table)[term] for term in TERMS[name]})


@pytest.mark.parametrize("name", TERMS)
def test_it_matches_lme4(name: str, golden: Path, stars: RatingsTable, stars_missing: RatingsTable) -> None:
    expected = json.loads((golden / "debian.json").read_text())[name]
    fitted = _fit(stars_missing if name == "lmm_missing" else stars, name)
    assert fitted.reml_deviance == pytest.approx(expected["reml"], abs=1e-7)
    # lme4 stops a little before the optimum, so its variances are good to about five digits.
    for term, variance in expected["var"].items():
        assert fitted.variances[term.replace("Residual", "residual")] == pytest.approx(variance, abs=2e-5)
    for position, row in enumerate(expected["coef"].values()):
        contrast = fitted.contrast(np.eye(3)[position])
        assert contrast.estimate == pytest.approx(row["Estimate"], abs=1e-6)
        assert contrast.standard_error == pytest.approx(row["Std. Error"], rel=1e-5)


@pytest.mark.parametrize("name", ["lmm_simple", "lmm_item_system", "lmm_full"])
def test_degrees_of_freedom_match_lmertest_at_inner_solutions(
    name: str, golden: Path, stars: RatingsTable
) -> None:
    fitted = _fit(stars, name)
    for position, row in enumerate(json.loads((golden / "debian.json").read_text())[name]["coef"].values()):
        contrast = fitted.contrast(np.eye(3)[position])
        assert contrast.degrees_of_freedom == pytest.approx(row["df"], rel=1e-4)
        assert contrast.pvalue() == pytest.approx(row["Pr(>|t|)"], rel=1e-3)


def test_a_variance_at_zero_still_costs_degrees_of_freedom(golden: Path, stars_missing: RatingsTable) -> None:
    expected = json.loads((golden / "debian.json").read_text())["lmm_missing"]["coef"]["systemlora"]
    contrast = _fit(stars_missing, "lmm_missing").contrast(np.eye(3)[1])
    assert contrast.degrees_of_freedom < expected["df"] / 5


def test_a_complete_layout_gives_the_mean_squares_and_satterthwaites_formula() -> None:
    rng = np.random.default_rng(1)
    rater, item = (axis.ravel() for axis in np.indices((7, 30)))
    values = rng.normal(size=7)[rater] + rng.normal(size=30)[item] + rng.normal(size=210)
    matrix = values.reshape(7, 30)
    residual = matrix - matrix.mean(1, keepdims=True) - matrix.mean(0) + matrix.mean()
    squares = [
        30 * matrix.mean(1).var(ddof=1),
        7 * matrix.mean(0).var(ddof=1),
        (residual**2).sum() / (6 * 29),
    ]
    fitted = linear_mixed_model(values, np.ones((210, 1)), {"rater": rater, "item": item})
    variance = (squares[0] + squares[1] - squares[2]) / 210
    contrast = fitted.contrast(np.ones(1))
    freedom = (210 * variance) ** 2 / sum(
        square**2 / own for square, own in zip(squares, (6, 29, 6 * 29), strict=True)
    )
    assert contrast.standard_error**2 == pytest.approx(variance, rel=1e-6)
    assert contrast.degrees_of_freedom == pytest.approx(freedom, rel=1e-5)
    assert fitted.solution.contrast_rows(np.ones(1)) == pytest.approx(np.full(210, 1 / 210), abs=1e-9)


def test_the_gradient_and_the_information_are_those_of_the_dense_formulas(
    stars_missing: RatingsTable,
) -> None:
    fitted = _fit(stars_missing, "lmm_missing")
    equations = fitted.solution.equations
    ratios = np.array([0.3, 0.2, 0.1])
    solution = equations.solve(ratios)
    for k in range(3):
        step = np.eye(3)[k] * 1e-6
        slope = (equations.solve(ratios + step).deviance - equations.solve(ratios - step).deviance) / 2e-6
        assert solution.gradient()[k] == pytest.approx(slope, rel=1e-5, abs=1e-4)
    groups = [_groups(stars_missing)[term] for term in TERMS["lmm_missing"]]
    shared = [np.equal.outer(codes, codes).astype(float) for codes in groups]
    covariance = np.eye(len(groups[0])) + sum(r * z for r, z in zip(ratios, shared, strict=True))
    design = np.column_stack([np.ones(331), stars_missing.system == 1, stars_missing.system == 2]).astype(
        float
    )
    inverse = np.linalg.inv(covariance)
    projected = inverse - inverse @ design @ np.linalg.inv(design.T @ inverse @ design) @ design.T @ inverse
    parts = [projected @ z for z in (*shared, np.eye(331))]
    dense = [[np.sum(left * right.T) for right in parts] for left in parts]
    assert solution.information() == pytest.approx(np.array(dense), rel=1e-8)


def test_groups_that_cannot_be_told_apart_are_left_out_or_refused() -> None:
    codes = np.array([0, 0, 1, 1])
    groups = {"first": codes, "same": 7 - codes, "single": np.zeros(4, int), "own": np.arange(4)}
    assert list(distinct_groups(groups)) == ["first"]
    with pytest.raises(NotEstimable, match="'same' cannot be estimated"):
        linear_mixed_model(np.array([1.0, 2, 3, 5]), np.ones((4, 1)), {"first": codes, "same": 7 - codes})
    with pytest.raises(ValueError, match="at least one group"):
        linear_mixed_model(np.array([1.0, 2, 3, 5]), np.ones((4, 1)), {})


def test_a_perfect_fit_is_refused() -> None:
    with pytest.raises(NotEstimable, match="exactly on the fit"):
        linear_mixed_model(np.full(4, 3.0), np.ones((4, 1)), {"item": np.array([0, 0, 1, 1])})


def test_the_container_is_the_cheaper_one() -> None:
    item = np.repeat(np.arange(50), 4)
    rater = np.tile(np.arange(4), 50)
    layout = nesting([item, rater, item * 4 + rater])
    assert layout.groups == (0, 2)
    assert layout.owner.shape == (50, 5)
