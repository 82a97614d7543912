"""Accuracy, McNemar, paired difference and ratio, against R's contingencytables and exact2x2."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.classification import (
    accuracy,
    accuracy_difference,
    accuracy_margin_test,
    accuracy_ratio,
    mcnemar,
    paired_counts,
)
from ratings.statistics.paired_intervals import PairedCounts
from ratings.statistics.results import NotEstimable

TABLES = {
    "T_800_27_14_31": PairedCounts(both=800, only_first=27, only_second=14, neither=31),
    "bentur_1_1_7_12": PairedCounts(both=1, only_first=1, only_second=7, neither=12),
    "cavo_59_6_16_80": PairedCounts(both=59, only_first=6, only_second=16, neither=80),
}
COUNTS = st.builds(
    PairedCounts,
    both=st.integers(0, 60),
    only_first=st.integers(0, 30),
    only_second=st.integers(0, 30),
    neither=st.integers(0, 60),
).filter(lambda counts: counts.examples > 0)


def swapped(counts: PairedCounts) -> PairedCounts:
    return PairedCounts(
        both=counts.both,
        only_first=counts.only_second,
        only_second=counts.only_first,
        neither=counts.neither,
    )


@pytest.mark.parametrize("key", TABLES)
def test_matches_contingencytables(golden: Path, key: str) -> None:
    case, counts = json.loads((golden / "misc.json").read_text())[key], TABLES[key]
    for name, interval, tolerance in (
        ("Tango_asymptotic_score_CI_paired_2x2", "tango", 2e-9),
        ("Newcombe_square_and_add_CI_paired_2x2", "newcombe", 1e-9),
    ):
        ours = accuracy_difference(counts, interval=interval)  # type: ignore[arg-type]
        assert ours.estimate == pytest.approx(case[name]["estimate"], abs=1e-10)
        assert (ours.ci_low, ours.ci_high) == pytest.approx(
            (case[name]["lower"], case[name]["upper"]), abs=tolerance
        )
    tests = mcnemar(counts)
    assert tests.pvalue_exact == pytest.approx(
        case["McNemar_exact_cond_test_paired_2x2"]["Pvalue"], abs=1e-11
    )
    assert tests.pvalue_mid == pytest.approx(case["McNemar_midP_test_paired_2x2"]["midP"], abs=1e-11)


def test_mcnemar_matches_exact2x2(golden: Path) -> None:
    case = json.loads((golden / "debian.json").read_text())["mcnemar"]
    tests = mcnemar(PairedCounts(both=3, only_first=case["b"], only_second=case["c"], neither=0))
    assert tests.pvalue_exact == pytest.approx(case["p_exact"], abs=1e-11)
    assert tests.pvalue_mid == pytest.approx(case["p_mid"], abs=1e-11)


def test_ratio_matches_published_interval() -> None:
    # Fagerland, Lydersen & Laake (2017), Statistical Analysis of Contingency Tables, section 8.8.
    ratio = accuracy_ratio(TABLES["cavo_59_6_16_80"])
    assert ratio.estimate == pytest.approx(0.8667, abs=5e-5)
    assert (ratio.ci_low, ratio.ci_high) == pytest.approx((0.7476, 0.9876), abs=5e-5)


@settings(max_examples=80, deadline=None)
@given(counts=COUNTS, confidence=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_swapping_the_systems_mirrors_everything(counts: PairedCounts, confidence: float) -> None:
    for interval in ("tango", "newcombe"):
        ours, other = (
            accuracy_difference(each, confidence=confidence, interval=interval)  # type: ignore[arg-type]
            for each in (counts, swapped(counts))
        )
        assert -1 <= ours.ci_low <= ours.estimate <= ours.ci_high <= 1
        assert (-other.ci_high, -other.ci_low) == pytest.approx((ours.ci_low, ours.ci_high), abs=1e-8)
        assert other.pvalue == ours.pvalue
    if counts.first and counts.second:
        ours, other = (accuracy_ratio(each, confidence=confidence) for each in (counts, swapped(counts)))
        assert 0 <= ours.ci_low <= ours.estimate <= ours.ci_high
        assert other.estimate == pytest.approx(1 / ours.estimate)
        assert other.ci_low == pytest.approx(1 / ours.ci_high, rel=1e-5, abs=1e-8)


@settings(max_examples=80, deadline=None)
@given(counts=COUNTS, margin=st.floats(0.01, 0.5), relation=st.sampled_from(["non-inferior", "equivalent"]))
def test_verdict_is_where_the_interval_lies(counts: PairedCounts, margin: float, relation: str) -> None:
    result = accuracy_margin_test(counts, margin=margin, relation=relation)  # type: ignore[arg-type]
    low, high = result.estimate.ci_low, result.estimate.ci_high
    inside = low > -margin and (relation == "non-inferior" or high < margin)
    outside = high < -margin or (relation == "equivalent" and low > margin)
    if min(abs(low + margin), abs(high - margin), abs(high + margin), abs(low - margin)) > 1e-9:
        assert (result.verdict == "supported") == inside
        assert (result.verdict == "refuted") == outside


def test_equal_classifiers_still_have_a_width() -> None:
    counts = PairedCounts(both=30, only_first=0, only_second=0, neither=0)
    difference = accuracy_difference(counts)
    # Tango (1998): with no discordant pair the bounds are ±z²/(n + z²).
    assert difference.ci_high == pytest.approx(3.841459 / 33.841459, abs=1e-6)
    assert mcnemar(counts).pvalue_exact == mcnemar(counts).pvalue_mid == 1


def test_balanced_discordance_has_a_mid_p_below_one() -> None:
    assert mcnemar(PairedCounts(both=0, only_first=1, only_second=1, neither=5)).pvalue_mid == pytest.approx(
        0.75
    )


def test_arrays_are_counted() -> None:
    counts = paired_counts([1, 1, 0, 0, 1], np.array([True, False, True, False, True]))
    assert counts == PairedCounts(both=2, only_first=1, only_second=1, neither=1)


def test_accuracy_has_its_interval() -> None:
    result = accuracy(814, 872)
    assert result.ci_low < result.estimate == 814 / 872 < result.ci_high
    assert result.generalises_over == "items"
    exact = accuracy(872, 872, interval="clopper-pearson")
    assert (exact.estimate, exact.ci_high) == (1, 1)
    assert exact.ci_low == pytest.approx(0.025 ** (1 / 872))


def test_ratio_to_almost_nothing_has_no_upper_bound() -> None:
    ratio = accuracy_ratio(PairedCounts(both=1, only_first=0, only_second=0, neither=0))
    assert 0 < ratio.ci_low < 1 < ratio.ci_high < math.inf
    never = accuracy_ratio(PairedCounts(both=0, only_first=0, only_second=4, neither=2))
    assert (never.estimate, never.ci_low) == (0, 0)
    assert 0 < never.ci_high < math.inf


def test_what_cannot_be_told_is_refused() -> None:
    nothing = PairedCounts(both=0, only_first=0, only_second=0, neither=0)
    for analysis in (mcnemar, accuracy_difference, accuracy_ratio):
        with pytest.raises(NotEstimable, match="No example"):
            analysis(nothing)
    with pytest.raises(NotEstimable, match="no accuracy"):
        accuracy(0, 0)
    with pytest.raises(NotEstimable, match="right on none of 3"):
        accuracy_ratio(PairedCounts(both=0, only_first=1, only_second=0, neither=2))
    with pytest.raises(ValueError, match="negative"):
        PairedCounts(both=-1, only_first=0, only_second=0, neither=0)
    with pytest.raises(ValueError, match="shapes"):
        paired_counts([1, 0], [1])
    with pytest.raises(ValueError, match="must be right"):
        paired_counts([2, 0], [1, 0])
    with pytest.raises(ValueError, match="margin is 1"):
        accuracy_margin_test(TABLES["bentur_1_1_7_12"], margin=1.5)
