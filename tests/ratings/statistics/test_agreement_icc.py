"""Intraclass correlations against psych and irr, with gaps against the complete layout, and refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ratings.statistics.agreement_icc import intraclass_correlation
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.results import NotEstimable

# Shrout & Fleiss (1979), table 2: 6 targets (rows), 4 judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize(("of", "key"), [("single", "ICC2"), ("average", "ICC2k")])
def test_it_matches_psych(of: str, key: str, golden: Path, stars: RatingsTable) -> None:
    golden_numbers = json.loads((golden / "debian.json").read_text())
    for table, source in (
        (stars.of_systems("lora"), "icc_lora"),
        (RatingsTable.from_matrix(np.transpose(SHROUT_FLEISS)), "icc_shrout_fleiss1979"),
    ):
        expected = golden_numbers[source][key]
        result = intraclass_correlation(table, of=of)
        assert result.estimate == pytest.approx(expected["icc"], abs=1e-9)
        assert (result.ci_low, result.ci_high) == pytest.approx((expected["lo"], expected["hi"]), abs=1e-8)


def test_it_matches_irr(golden: Path, stars: RatingsTable) -> None:
    numbers = json.loads((golden / "agree.json").read_text())
    single = intraclass_correlation(stars)
    assert single.estimate == pytest.approx(numbers["icc2_1_stars"]["icc"], abs=1e-10)
    assert single.ci_low == pytest.approx(numbers["icc2_1_stars"]["lo"], abs=1e-9)
    assert single.ci_high == pytest.approx(numbers["icc2_1_stars"]["hi"], abs=1e-9)
    average = intraclass_correlation(stars, of="average")
    assert average.estimate == pytest.approx(numbers["icc2_k_stars"]["icc"], abs=1e-10)
    # irr gives ICC(2,k) degrees of freedom of its own; psych and we step up the bounds of ICC(2,1).
    assert average.ci_low == pytest.approx(numbers["icc2_k_stars"]["lo"], abs=2e-3)


def test_gaps_change_the_method_but_hardly_the_answer(
    stars: RatingsTable, stars_missing: RatingsTable
) -> None:
    nearly = intraclass_correlation(stars.where(np.arange(len(stars.score)) > 0))
    complete = intraclass_correlation(stars)
    assert "REML" in nearly.method
    assert nearly.estimate == pytest.approx(complete.estimate, abs=0.01)
    assert (nearly.ci_low, nearly.ci_high) == pytest.approx((complete.ci_low, complete.ci_high), abs=0.06)
    for of in ("single", "average"):
        result = intraclass_correlation(stars_missing, of=of)
        assert 0 <= result.ci_low <= result.estimate <= result.ci_high <= 1


def test_perfect_agreement_is_one_and_a_constant_shift_has_no_interval() -> None:
    assert intraclass_correlation(RatingsTable.from_matrix([[1, 5, 3], [1, 5, 3]])).ci_low == 1
    with pytest.raises(NotEstimable, match="exactly the same distances"):
        intraclass_correlation(RatingsTable.from_matrix([[1, 4, 3], [2, 5, 4]]))


@pytest.mark.parametrize(
    ("matrix", "why"), [([[1, 2]], "2 outputs and 1 raters"), ([[3, 3], [3, 3]], "no variance")]
)
def test_what_has_no_icc_is_refused(matrix: list[list[float]], why: str) -> None:
    with pytest.raises(NotEstimable, match=why):
        intraclass_correlation(RatingsTable.from_matrix(matrix))


@pytest.mark.parametrize("of", ["single", "average"])
def test_outputs_that_are_alike_on_average_are_refused(of: str) -> None:
    for matrix in ([[1, 5], [5, 1]], [[4, 4], [4, 4], [5, 4], [4, 5]], [[1, 1], [2, 2]]):
        with pytest.raises(NotEstimable, match="rate at random"):
            intraclass_correlation(RatingsTable.from_matrix(matrix), of=of)


def test_the_interval_is_cut_at_zero_but_holds_a_negative_estimate() -> None:
    rng = np.random.default_rng(11)
    seen = set()
    for _ in range(40):
        table = RatingsTable.from_matrix(rng.integers(1, 6, size=(4, 5)).astype(float))
        try:
            result = intraclass_correlation(table, of="average")
        except NotEstimable:
            seen.add("refused")
            continue
        assert result.ci_low == min(0, result.estimate) or 0 < result.ci_low < result.estimate
        assert result.estimate <= result.ci_high <= 1
        seen.add("negative" if result.estimate < 0 else "cut" if result.ci_low == 0 else "bounded")
    assert seen >= {"refused", "negative", "cut"}
