"""Bayes factors against chance, against base R and the BayesFactor package."""

import json
from pathlib import Path

import pytest

from ratings.statistics.bayes_factor import bayes_factor_against_chance
from ratings.statistics.results import NotEstimable


def test_matches_r(golden: Path) -> None:
    debian = json.loads((golden / "debian.json").read_text())
    uniform = bayes_factor_against_chance(97, 180, chance=0.5, prior="uniform")
    assert uniform.bf01 == pytest.approx(debian["bf_beta11_97_180"]["BF01"], abs=1e-9)
    logistic = bayes_factor_against_chance(97, 180, chance=0.5, prior="logistic")
    assert logistic.bf10 == pytest.approx(debian["bf_proportionBF"]["BF10"], abs=1e-8)


def test_prior_above_chance_doubles_what_lies_above_and_halves_what_lies_below() -> None:
    above = [
        bayes_factor_against_chance(count, 40, chance=0.5).bf10
        / bayes_factor_against_chance(count, 40, chance=0.5, prior="uniform").bf10
        for count in (36, 4)
    ]
    assert above[0] == pytest.approx(2, abs=1e-4)
    assert above[1] < 1e-4


@pytest.mark.parametrize("prior", ["uniform", "uniform above chance", "logistic"])
def test_more_correct_is_more_evidence(prior: str) -> None:
    factors = [
        bayes_factor_against_chance(count, 60, chance=1 / 3, prior=prior).bf10  # type: ignore[arg-type]
        for count in range(20, 61, 5)
    ]
    assert factors == sorted(factors)


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(NotEstimable, match="no trials"):
        bayes_factor_against_chance(0, 0, chance=0.5)
    with pytest.raises(NotEstimable, match="prior above chance has no weight"):
        bayes_factor_against_chance(0, 3000, chance=0.5)
    with pytest.raises(NotEstimable, match="too large"):
        bayes_factor_against_chance(3000, 3000, chance=0.5)
