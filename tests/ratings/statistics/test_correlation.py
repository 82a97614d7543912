"""Correlations against base R, Williams' test against psych, and refusals."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.correlation import Kind, compare_metrics, correlate, williams_test
from ratings.statistics.results import NotEstimable

KINDS: tuple[Kind, ...] = ("pearson", "spearman", "kendall")


@pytest.fixture(scope="module")
def columns(golden: Path) -> dict[str, np.ndarray]:
    with (golden / "data" / "metric_human.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("human", "bleu", "chrf")}


@pytest.mark.parametrize("metric", ["bleu", "chrf"])
def test_matches_base_r(golden: Path, columns: dict[str, np.ndarray], metric: str) -> None:
    case = json.loads((golden / "debian.json").read_text())["cor"][metric]
    for kind, key in (("pearson", "pearson"), ("spearman", "spearman"), ("kendall", "kendall_tau_b")):
        ours = correlate(columns[metric], columns["human"], kind=kind, seed=1, resamples=200)  # type: ignore[arg-type]
        assert ours.estimate == pytest.approx(case[key], abs=1e-10)
        assert ours.n.items == 40


def test_bootstrap_interval_is_near_fishers(golden: Path, columns: dict[str, np.ndarray]) -> None:
    fisher = json.loads((golden / "debian.json").read_text())["cor"]["bleu"]["pearson_ci"]
    ours = correlate(columns["bleu"], columns["human"], kind="pearson", seed=1)
    assert (ours.ci_low, ours.ci_high) == pytest.approx(fisher, abs=0.08)
    assert ours.pvalue == pytest.approx(0.0075, abs=0.001)


def test_williams_matches_psych(golden: Path, columns: dict[str, np.ndarray]) -> None:
    case = json.loads((golden / "debian.json").read_text())["williams"]
    ours = compare_metrics(columns["bleu"], columns["chrf"], columns["human"], seed=1, resamples=300)
    assert ours.difference.statistic == pytest.approx(case["t"], abs=1e-9)
    assert ours.difference.pvalue == pytest.approx(case["p"], abs=1e-9)
    assert ours.degrees_of_freedom == 37
    assert ours.difference.ci_low < ours.difference.estimate < ours.difference.ci_high
    swapped = compare_metrics(columns["chrf"], columns["bleu"], columns["human"], seed=1, resamples=300)
    assert swapped.difference.estimate == -ours.difference.estimate
    assert swapped.difference.statistic == pytest.approx(-case["t"], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9999), kind=st.sampled_from(KINDS))
def test_interval_holds_the_estimate_and_turning_a_score_flips_the_sign(seed: int, kind: Kind) -> None:
    rng = np.random.default_rng(seed)
    metric, human = rng.normal(size=20), rng.integers(1, 6, size=20).astype(float)
    ours = correlate(metric, human, kind=kind, seed=seed, resamples=60)
    turned = correlate(-metric, human, kind=kind, seed=seed, resamples=60)
    assert -1 <= ours.ci_low <= ours.estimate <= ours.ci_high <= 1
    assert turned.estimate == pytest.approx(-ours.estimate)
    assert turned.ci_low == pytest.approx(-ours.ci_high)


def test_by_system_correlates_means_and_ignores_gaps() -> None:
    human = np.array([[1, 2, 3, np.nan, 5], [2, 3, 5, 4, 5], [1, 3, 4, 5, 5], [3, 3, 4, 4, 5]], dtype=float)
    metric = 10 * np.nanmean(human, axis=0) + np.array([[0], [5], [-3], [2.0]]) * np.ones(5)
    metric[0, 0] = np.nan
    ours = correlate(metric, human, kind="kendall", level="system", seed=1, resamples=200)
    assert ours.estimate == pytest.approx(1)
    assert ours.pvalue is None
    assert ours.n.ratings == 18
    pooled = correlate(metric, human, kind="pearson", seed=1, resamples=200)
    assert 0.5 < pooled.estimate < 1
    assert pooled.pvalue is None


def test_perfect_agreement_is_one() -> None:
    scores = np.arange(12.0)
    for kind in KINDS:
        ours = correlate(scores, 2 * scores + 1, kind=kind, seed=1, resamples=50)
        assert (ours.estimate, ours.ci_high) == (pytest.approx(1), pytest.approx(1))


def test_what_cannot_be_correlated_is_refused() -> None:
    scores = np.arange(6.0)
    with pytest.raises(NotEstimable, match="at least 3 outputs"):
        correlate(scores[:2], scores[:2], kind="pearson", seed=1)
    four_systems = np.arange(16.0).reshape(4, 4)
    with pytest.raises(NotEstimable, match="at least 5 systems with both scores, not 4"):
        correlate(four_systems, four_systems, kind="pearson", level="system", seed=1)
    with pytest.raises(NotEstimable, match="the same for every output"):
        correlate(scores, np.ones(6), kind="spearman", seed=1)
    one_stands_out = np.eye(80)[0]
    with pytest.raises(NotEstimable, match="rests on too few"):
        correlate(one_stands_out, one_stands_out, kind="pearson", seed=1, resamples=200)
    with pytest.raises(ValueError, match="differ in shape"):
        correlate(scores, scores[:3], kind="pearson", seed=1)
    with pytest.raises(ValueError, match="items, systems"):
        correlate(np.ones((2, 2, 2)), np.ones((2, 2, 2)), kind="pearson", seed=1)
    with pytest.raises(ValueError, match="three arrays differ"):
        compare_metrics(scores, scores, scores[:3], seed=1)
    with pytest.raises(NotEstimable, match="rise and fall as one"):
        compare_metrics(scores, 3 * scores, [1, 5, 2, 4, 3, 3], seed=1)
    with pytest.raises(NotEstimable, match="at least 4 outputs"):
        williams_test(0.5, 0.4, 0.1, 3)
