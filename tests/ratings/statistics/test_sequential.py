"""Spending bounds against ldbounds, crossing probabilities against classical bounds and published peeking."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from ratings.statistics.sequential import Spending, SpendingPath, crossing_probability, spending_bounds


@pytest.mark.parametrize(
    ("key", "looks", "spending", "sides"),
    [
        ("ldbounds_obf5", 5, "obrien-fleming", 2),
        ("ldbounds_obf2", 2, "obrien-fleming", 2),
        ("ldbounds_pocock5", 5, "pocock", 2),
        ("ldbounds_obf2_onesided05", 2, "obrien-fleming", 1),
    ],
)
def test_bounds_match_ldbounds(golden: Path, key: str, looks: int, spending: Spending, sides: int) -> None:
    case = json.loads((golden / "misc.json").read_text())[key]
    fractions = np.arange(1, looks + 1) / looks
    ours = spending_bounds(fractions, spending=spending, sides=sides)  # type: ignore[arg-type]
    # ldbounds integrates on a coarse grid (its first bound is exact, later ones to 1e-4); see the next test.
    assert ours.z[0] == pytest.approx(case["upper"][0], abs=1e-9)
    assert ours.z == pytest.approx(case["upper"], abs=1e-4)
    assert ours.spent[-1] == pytest.approx(0.05)
    assert crossing_probability(ours.z, fractions, sides=sides) == pytest.approx(0.05)  # type: ignore[arg-type]


def test_second_bound_solves_the_bivariate_normal() -> None:
    first, second = spending_bounds([0.5, 1.0], sides=1).z
    half = np.sqrt(0.5)
    later, _ = integrate.quad(
        lambda z: stats.norm.pdf(z) * stats.norm.sf((second - z * half) / half), -12, first, epsabs=1e-13
    )
    assert stats.norm.sf(first) + later == pytest.approx(0.05, abs=1e-11)


def test_classical_bounds_hold_alpha(golden: Path) -> None:
    debian = json.loads((golden / "debian.json").read_text())
    looks = np.arange(1, 6) / 5
    assert crossing_probability([debian["pocock_K5"]] * 5, looks) == pytest.approx(0.05, abs=1e-5)
    assert crossing_probability(debian["obf_K5"], looks) == pytest.approx(0.05, abs=1e-5)


def test_cost_of_peeking_matches_r(golden: Path) -> None:
    for looks, chance in json.loads((golden / "debian.json").read_text())["peeking_type1"].items():
        count = int(looks)
        ours = crossing_probability([1.959963984540054] * count, np.arange(1, count + 1) / count)
        # R's number for many looks is a quasi-Monte Carlo integral (mvtnorm), good to 1e-4.
        assert ours == pytest.approx(chance, abs=1e-4 if count > 2 else 1e-9)


def test_crossing_matches_simulation() -> None:
    rng = np.random.default_rng(7)
    fractions = np.array([0.2, 0.65, 1.0])
    bounds = spending_bounds(fractions, spending="pocock").z
    steps = rng.normal(size=(200_000, 3)) * np.sqrt(np.diff(fractions, prepend=0))
    z = np.cumsum(steps, axis=1) / np.sqrt(fractions)
    assert np.mean((np.abs(z) > bounds).any(axis=1)) == pytest.approx(0.05, abs=4 * 0.0005)


@settings(max_examples=20, deadline=None)
@given(
    fractions=st.lists(st.floats(0.05, 1), min_size=1, max_size=5, unique_by=lambda each: round(each, 2)),
    spending=st.sampled_from(["obrien-fleming", "pocock"]),
)
def test_first_looks_do_not_depend_on_later_ones(fractions: list[float], spending: Spending) -> None:
    looks = sorted(fractions)
    whole = spending_bounds(looks, spending=spending)
    assert spending_bounds(looks[:1], spending=spending).z == whole.z[:1]
    assert list(whole.spent) == sorted(whole.spent)
    assert all(0 < alpha < 0.05 + 1e-9 for alpha in whole.nominal_alphas)


def test_a_very_early_look_spends_nothing_finite() -> None:
    early = spending_bounds([0.01, 1.0])
    assert early.z[0] == 8.5
    assert early.z[1] == pytest.approx(1.959964, abs=1e-5)


def test_bad_looks_are_refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        spending_bounds([0.5, 0.5])
    with pytest.raises(ValueError, match="must rise"):
        spending_bounds([0.5, 1.2])
    with pytest.raises(ValueError, match="at least one"):
        spending_bounds([])
    with pytest.raises(ValueError, match="2 bounds for 1 looks"):
        crossing_probability([2, 2], [1.0])


def test_without_looks_all_of_alpha_is_for_the_end() -> None:
    path = SpendingPath()
    assert path.nominal_alpha(0.025) == 0.025
    assert path.overall_pvalue(0.3) == 0.3


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_a_path_in_equal_steps_has_the_bounds_of_its_function(spending: Spending) -> None:
    looks = (0.25, 0.5, 0.75, 1.0)
    bounds = spending_bounds(looks, alpha=0.025, spending=spending, sides=1)
    for upto in range(1, 5):
        path = SpendingPath(shares=looks[:upto], information=looks[:upto], spending=spending)
        assert path.nominal_alpha(0.025) == pytest.approx(bounds.nominal_alphas[upto - 1], rel=1e-6)


def test_all_looks_together_err_with_alpha_whatever_was_collected() -> None:
    # 30 of 100 planned at the first look, and the study ended at 80: the end still spends the rest.
    first = SpendingPath(shares=(0.3,), information=(30,), spending="pocock")
    last = SpendingPath(shares=(0.3, 1.0), information=(30, 80), spending="pocock")
    z = [stats.norm.isf(path.nominal_alpha(0.025)) for path in (first, last)]
    assert crossing_probability(z, [30 / 80, 1.0], sides=1) == pytest.approx(0.025, abs=1e-9)


def test_hardly_any_new_ratings_leave_nearly_all_of_alpha() -> None:
    nearly = SpendingPath(shares=(0.5, 1.0), information=(100, 101))
    assert nearly.nominal_alpha(0.025) == pytest.approx(0.025, rel=0.01)


@given(st.floats(1e-8, 0.45), st.sampled_from(["obrien-fleming", "pocock"]))
@settings(max_examples=25, deadline=None)
def test_the_overall_p_value_is_the_alpha_at_which_the_look_rejects(alpha: float, spending: Spending) -> None:
    path = SpendingPath(shares=(0.4, 0.7, 1.0), information=(40, 70, 100), spending=spending)
    assert path.overall_pvalue(path.nominal_alpha(alpha)) == pytest.approx(alpha, rel=1e-3, abs=1e-8)


def test_an_overall_p_value_has_ends() -> None:
    path = SpendingPath(shares=(0.5, 1.0), information=(1, 2))
    assert path.overall_pvalue(0.9) == 0.9
    assert path.overall_pvalue(path.nominal_alpha(0.5)) == 0.5
    assert path.overall_pvalue(0.0) == pytest.approx(1e-9)


@pytest.mark.parametrize(
    ("shares", "information"), [((0.5, 1.0), (1.0,)), ((0.5, 0.4), (1.0, 2.0)), ((0.5, 1.0), (2.0, 1.0))]
)
def test_looks_that_no_study_can_have_are_refused(
    shares: tuple[float, ...], information: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match=r"must rise|had been collected"):
        SpendingPath(shares=shares, information=information)
