"""Simulated power against closed forms, and these against R and TOSTER."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator
from scipy import stats

from ratings.statistics.power import (
    further_units_needed,
    paired_t_power,
    paired_tost_power,
    simulated_power,
    smallest_size,
    units_needed,
)
from ratings.statistics.results import NotEstimable


def test_sample_sizes_match_r(golden: Path) -> None:
    debian = json.loads((golden / "debian.json").read_text())
    two_sided = units_needed(lambda units: paired_t_power(units, difference=0.25, sd=0.6))
    assert two_sided == pytest.approx(debian["power_t_paired"]["n"], abs=1e-6)
    non_inferior = units_needed(lambda units: paired_t_power(units, difference=0.25, sd=0.6, sides=1))
    # R's root finder stops at 1.2e-4.
    assert non_inferior == pytest.approx(debian["ni_power_normal"]["n"], abs=1e-4)


def test_tost_matches_toster(golden: Path) -> None:
    toster = json.loads((golden / "toster.json").read_text())
    assert paired_tost_power(40, margin=0.25, sd=0.6) == pytest.approx(
        toster["power_t_TOST_n40"]["power"], abs=1e-8
    )
    assert paired_tost_power(60, margin=0.25, difference=0.05, sd=0.6) == pytest.approx(
        toster["power_t_TOST_n60_d.05"]["power"], abs=1e-8
    )
    needed = units_needed(lambda units: paired_tost_power(units, margin=0.25, sd=0.6))
    assert needed == pytest.approx(toster["power_t_TOST_n"]["n"], abs=1e-6)


def draw_differences(rng: Generator) -> np.ndarray:
    return rng.normal(0.25, 0.6, size=37)


def non_inferior(differences: np.ndarray) -> bool:
    return bool(stats.ttest_1samp(differences, 0, alternative="greater").pvalue < 0.05)


def test_simulation_agrees_with_the_closed_form() -> None:
    simulated = simulated_power(draw_differences, non_inferior, seed=3, replicates=1500, confidence=0.999)
    assert simulated.ci_low < paired_t_power(37, difference=0.25, sd=0.6, sides=1) < simulated.ci_high
    assert simulated == simulated_power(
        draw_differences, non_inferior, seed=3, replicates=1500, confidence=0.999
    )


def test_refused_studies_do_not_support() -> None:
    def refuse(differences: np.ndarray) -> bool:
        if differences[0] < 0.25:
            raise NotEstimable("too small")
        return True

    result = simulated_power(draw_differences, refuse, seed=1, replicates=200)
    assert 0.35 < result.estimate < 0.65
    assert f"{200 - round(200 * result.estimate)} not estimable" in result.method


def test_smallest_size_is_the_first_that_suffices() -> None:
    def power_at(units: int) -> float:
        return paired_t_power(units, difference=0.25, sd=0.6)

    found = smallest_size(power_at, high=500)
    assert power_at(found - 1) < 0.8 <= power_at(found)
    assert found == 48
    with pytest.raises(NotEstimable, match="Even a size of 20"):
        smallest_size(power_at, high=20)
    with pytest.raises(ValueError, match="no range"):
        smallest_size(power_at, low=5, high=2)


def test_few_or_endless_units() -> None:
    assert units_needed(lambda units: 0.9) == 2.0
    with pytest.raises(NotEstimable, match="10,000,000 units"):
        units_needed(lambda units: 0.1)


def test_further_units_reach_the_planned_power() -> None:
    sd, units, distance = 1.2, 40, 0.2
    further = further_units_needed(distance, sd / np.sqrt(units), units)
    power = stats.norm.sf(stats.norm.isf(0.05) - distance / (sd / np.sqrt(units + further)))
    assert power == pytest.approx(0.8, abs=0.003)
    assert further_units_needed(1.0, 0.1, 40) == 0


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(NotEstimable, match="on the margin"):
        further_units_needed(0.0, 0.1, 10)
    with pytest.raises(NotEstimable, match="near the margin"):
        further_units_needed(1e-6, 0.1, 10)
    with pytest.raises(NotEstimable, match="do not tell"):
        further_units_needed(0.1, 0.0, 10)
    with pytest.raises(ValueError, match="more than 1 unit"):
        paired_t_power(1, difference=0.1, sd=1)
    with pytest.raises(ValueError, match="0 replicates"):
        simulated_power(draw_differences, non_inferior, seed=1, replicates=0)
