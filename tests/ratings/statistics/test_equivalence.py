"""Margins and verdicts: golden TOST and non-inferiority, and what may be said."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.comparison import MeanDifference, compare_stars, paired_t_over_items
from ratings.statistics.equivalence import (
    equivalence,
    interval_verdict,
    non_inferiority,
    smallest_equivalence_margin,
    smallest_non_inferiority_margin,
)
from ratings.statistics.ratings_table import RatingsTable


@pytest.fixture(scope="module")
def over_items(stars: RatingsTable) -> MeanDifference:
    return paired_t_over_items(stars, "lora", "full")


@pytest.mark.parametrize("margin", [0.3, 0.2])
def test_tost_is_rs(margin: float, golden: Path, over_items: MeanDifference) -> None:
    expected = json.loads((golden / "debian.json").read_text())[f"tost_{margin:.2f}"]
    assert over_items.contrast.pvalue_above(-margin) == pytest.approx(expected["p_lower"], rel=1e-8)
    assert over_items.contrast.pvalue_below(margin) == pytest.approx(expected["p_upper"], rel=1e-8)
    result = equivalence(over_items, margin=margin)
    assert result.pvalue == pytest.approx(expected["p_lower"], rel=1e-8)


def test_toster_agrees(golden: Path, over_items: MeanDifference) -> None:
    expected = json.loads((golden / "toster.json").read_text())["t_TOST_0.30"]
    result = equivalence(over_items, margin=0.3)
    assert over_items.contrast.pvalue() == pytest.approx(expected["TOST"]["p.value"][0], rel=1e-8)
    assert result.pvalue == pytest.approx(max(expected["TOST"]["p.value"][1:]), rel=1e-8)
    assert result.estimate.ci_low == pytest.approx(expected["effsize"]["lower.ci"][0], rel=1e-8)
    assert result.estimate.ci_high == pytest.approx(expected["effsize"]["upper.ci"][0], rel=1e-8)


def test_non_inferiority_is_rs(golden: Path, over_items: MeanDifference) -> None:
    expected = json.loads((golden / "debian.json").read_text())["ni_0.25_p"]
    assert non_inferiority(over_items, margin=0.25).pvalue == pytest.approx(expected, rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 1.5), st.floats(0.01, 0.2))
def test_the_verdict_is_that_of_the_interval(stars: RatingsTable, margin: float, alpha: float) -> None:
    comparison = _compared(stars)
    result = equivalence(comparison, margin=margin, alpha=alpha)
    low, high = result.estimate.ci_low, result.estimate.ci_high
    assert result.verdict == interval_verdict(low, high, at_least=-margin, at_most=margin)
    one_sided = non_inferiority(comparison, margin=margin, alpha=alpha)
    assert one_sided.verdict == interval_verdict(low, high, at_least=-margin)
    assert (one_sided.verdict == "supported") == (
        margin > smallest_non_inferiority_margin(comparison, alpha=alpha)
    )
    assert (result.verdict == "supported") == (margin > smallest_equivalence_margin(comparison, alpha=alpha))


_CACHE: dict[str, MeanDifference] = {}


def _compared(stars: RatingsTable) -> MeanDifference:
    if "pair" not in _CACHE:
        _CACHE["pair"] = compare_stars(stars, "pretrained", "full")
    return _CACHE["pair"]


def test_a_large_loss_refutes_both_claims_and_a_gain_needs_no_margin(stars: RatingsTable) -> None:
    worse = paired_t_over_items(stars, "pretrained", "full")
    assert equivalence(worse, margin=0.2).verdict == "refuted"
    assert non_inferiority(worse, margin=0.2).verdict == "refuted"
    better = paired_t_over_items(stars, "full", "pretrained")
    assert non_inferiority(better, margin=0).verdict == "supported"
    assert smallest_non_inferiority_margin(better) == 0


@pytest.mark.parametrize(
    ("low", "high", "bounds", "said"),
    [
        (0.1, 0.2, {"at_least": 0.0}, "supported"),
        (-0.2, -0.1, {"at_least": 0.0}, "refuted"),
        (-0.1, 0.1, {"at_least": 0.0}, "undecided"),
        (0.0, 0.1, {"at_least": 0.0}, "undecided"),
        (-0.1, 0.0, {"at_least": 0.0}, "undecided"),
        (-math.inf, 0.2, {"at_most": 0.25}, "supported"),
        (0.3, math.inf, {"at_most": 0.25}, "refuted"),
        (-0.5, 0.5, {"at_least": -0.2, "at_most": 0.2}, "undecided"),
    ],
)
def test_interval_verdicts(low: float, high: float, bounds: dict[str, float], said: str) -> None:
    assert interval_verdict(low, high, **bounds) == said


def test_claims_that_say_nothing_are_refused(over_items: MeanDifference) -> None:
    with pytest.raises(ValueError, match="no bound"):
        interval_verdict(0, 1)
    with pytest.raises(ValueError, match="nothing satisfies it"):
        interval_verdict(0, 1, at_least=2, at_most=1)
    for test, margin in ((non_inferiority, -0.1), (equivalence, 0.0), (equivalence, math.nan)):
        with pytest.raises(ValueError, match="The margin is"):
            test(over_items, margin=margin)
    with pytest.raises(ValueError, match="2·alpha"):
        smallest_equivalence_margin(over_items, alpha=0.5)
