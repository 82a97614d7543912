"""Gwet's AC1 and AC2 against irrCAC, weighted kappa against irr and psych."""

import json
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.agreement_chance import (
    agreement_weights,
    gwet_ac,
    weighted_kappa,
    weighted_kappa_by_pair,
)
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable

GAP = np.nan
WEIGHTS = {"unweighted": "identity", "ordinal": "ordinal", "linear": "linear", "quadratic": "quadratic"}
RAW = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


@pytest.mark.parametrize("source", ["gwet_raw4", "stars", "stars_missing"])
@pytest.mark.parametrize("name", WEIGHTS)
def test_it_matches_irrcac(
    source: str, name: str, golden: Path, stars: RatingsTable, stars_missing: RatingsTable
) -> None:
    tables = {"gwet_raw4": RatingsTable.from_matrix(RAW), "stars": stars, "stars_missing": stars_missing}
    expected = json.loads((golden / "agree.json").read_text())[source][name]["ac"]
    result = gwet_ac(tables[source], weights=WEIGHTS[name])
    # irrCAC prints five digits of the coefficient and three of the bounds.
    assert result.estimate == pytest.approx(expected["coeff.val"], abs=6e-6)
    low, high = (float(bound) for bound in expected["conf.int"].strip("()").split(","))
    assert (result.ci_low, result.ci_high) == pytest.approx((low, high), abs=6e-4)


def test_a_scale_with_unused_scores_lowers_chance(stars: RatingsTable) -> None:
    assert gwet_ac(stars, scale=range(1, 8)).estimate > gwet_ac(stars).estimate
    with pytest.raises(ValueError, match="score 1 is not on the scale"):
        gwet_ac(stars, scale=[2, 3, 4, 5])


def test_equal_ratings_agree_once_the_scale_is_stated() -> None:
    table = RatingsTable.from_matrix([[4, 4], [4, 4]])
    assert gwet_ac(table, scale=range(1, 6)).estimate == 1
    with pytest.raises(NotEstimable, match="state the scale"):
        gwet_ac(table)
    with pytest.raises(NotEstimable, match="rated by two raters"):
        gwet_ac(RatingsTable.from_matrix([[4, GAP], [GAP, 3]]))


@pytest.mark.parametrize(
    ("key", "weights"), [("unweighted", "identity"), ("equal", "linear"), ("squared", "quadratic")]
)
def test_kappa_is_irrs(key: str, weights: str, golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "agree.json").read_text())["kappa2_r01_r02"][key]["k"]
    pairs = weighted_kappa_by_pair(stars, weights=weights)
    assert len(pairs) == 28
    assert (pairs[0].rater_a, pairs[0].rater_b, pairs[0].outputs) == ("r01", "r02", 60)
    assert pairs[0].kappa == pytest.approx(expected, abs=1e-10)


def test_kappa_of_one_system_is_psychs(golden: Path, stars: RatingsTable) -> None:
    expected = json.loads((golden / "debian.json").read_text())["kappa_r01_r02_lora"]
    lora = stars.of_systems("lora")
    for name, weights in (("unweighted", "identity"), ("quadratic", "quadratic")):
        assert weighted_kappa_by_pair(lora, weights=weights)[0].kappa == pytest.approx(
            expected[name], abs=1e-10
        )


def test_kappa_without_variation_is_none_and_strangers_make_no_pair() -> None:
    assert weighted_kappa(np.array([3.0, 3]), np.array([3.0, 3])) is None
    assert weighted_kappa_by_pair(RatingsTable.from_matrix([[4, GAP], [GAP, 3]])) == ()


def test_unknown_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="no weights 'cubic'"):
        agreement_weights(np.array([1.0, 2.0]), "cubic")  # type: ignore[arg-type]
