"""Intervals for one proportion, against R, statsmodels and each other."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ratings.statistics.proportions import (
    IntervalKind,
    check_level,
    lower_bound,
    probability_at_least,
    probability_at_most,
    proportion_interval,
    upper_bound,
)

KINDS: tuple[IntervalKind, ...] = ("clopper-pearson", "wilson", "likelihood")


@pytest.fixture(scope="module")
def debian(golden: Path) -> dict:
    return json.loads((golden / "debian.json").read_text())


def test_clopper_pearson_and_wilson_match_r(debian: dict) -> None:
    assert proportion_interval(97, 180, 0.95) == pytest.approx(debian["binom_97_180"]["ci"], abs=1e-10)
    assert proportion_interval(97, 180, 0.95, "wilson") == pytest.approx(debian["wilson_97_180"], abs=1e-10)


def test_one_sided_bounds_match_r(debian: dict) -> None:
    for key in ("binom_greater", "binom_85_180_third"):
        case = debian[key]
        assert lower_bound(case["x"], case["n"], 0.05) == pytest.approx(case["ci"][0], abs=1e-10)
        assert probability_at_least(case["x"], case["n"], case["p0"]) == pytest.approx(case["p"], abs=1e-11)
    assert probability_at_most(97, 180, 0.6) == pytest.approx(debian["similarity_binom_pd0.2"], abs=1e-11)


@settings(max_examples=60, deadline=None)
@given(trials=st.integers(1, 400), share=st.floats(0, 1), kind=st.sampled_from(KINDS))
def test_interval_holds_its_estimate_and_mirrors(trials: int, share: float, kind: IntervalKind) -> None:
    successes = round(share * trials)
    low, high = proportion_interval(successes, trials, 0.95, kind)
    assert 0 <= low <= successes / trials <= high <= 1
    mirrored = proportion_interval(trials - successes, trials, 0.95, kind)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(trials=st.integers(1, 300), share=st.floats(0, 1), alpha=st.floats(0.001, 0.2))
def test_bounds_are_where_the_exact_test_turns(trials: int, share: float, alpha: float) -> None:
    successes = round(share * trials)
    if successes < trials:
        high = upper_bound(successes, trials, alpha)
        assert stats.binom.cdf(successes, trials, high) == pytest.approx(alpha, rel=1e-6)
    if successes > 0:
        low = lower_bound(successes, trials, alpha)
        assert stats.binom.sf(successes - 1, trials, low) == pytest.approx(alpha, rel=1e-6)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="5 of 3 is no count"):
        proportion_interval(5, 3, 0.95)
    with pytest.raises(ValueError, match="confidence is 95"):
        proportion_interval(1, 3, 95)
    with pytest.raises(ValueError, match="no interval 'wald'"):
        proportion_interval(1, 3, 0.95, "wald")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="alpha is 0"):
        check_level("alpha", 0)
