"""Beta-binomial fits against sensR and VGAM, at their edges, and their refusals."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.beta_binomial import beta_binomial
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import NotEstimable

CASES = {
    "betabin_2afc_uncorr": ("twoafc", Protocol.TWO_AFC, False),
    "betabin_2afc_corr": ("twoafc", Protocol.TWO_AFC, True),
    "betabin_tri_uncorr": ("triangle", Protocol.TRIANGLE, False),
    "betabin_tri_corr": ("triangle", Protocol.TRIANGLE, True),
}


def counts(golden: Path, name: str) -> tuple[list[int], list[int]]:
    with (golden / "data" / f"{name}.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    return [int(row["correct"]) for row in rows], [int(row["n"]) for row in rows]


@pytest.mark.parametrize("key", CASES)
def test_matches_sensr(golden: Path, key: str) -> None:
    name, protocol, corrected = CASES[key]
    case = json.loads((golden / "sensr.json").read_text())[key]
    fit = beta_binomial(*counts(golden, name), protocol=protocol, chance_corrected=corrected, interval="wald")
    assert fit.log_likelihood == pytest.approx(case["logLik"], abs=1e-8)
    assert fit.overdispersion_lr == pytest.approx(case["LR.OD"], abs=1e-7)
    assert fit.overdispersion_pvalue == pytest.approx(case["p.LR.OD"], abs=1e-7)
    assert fit.association_lr == pytest.approx(case["LR.assoc"], abs=1e-7)
    assert fit.association_pvalue == pytest.approx(case["p.assoc"], abs=1e-8)
    # sensR stops its optimiser early on the corrected triangle data: our likelihood there is higher by 7e-10.
    for ours, theirs, tolerance in (
        (fit.overdispersion, case["table"]["gamma"], 1e-5),
        (fit.discriminators, case["table"]["pd"], 2e-6),
    ):
        assert (ours.estimate, ours.ci_low, ours.ci_high) == pytest.approx(
            (theirs["Estimate"], theirs["Lower"], theirs["Upper"]), abs=tolerance
        )
    # sensR cuts the proportion correct at chance, also when the model is not chance-corrected.
    lower = max(link(protocol).chance, fit.proportion_correct.ci_low)
    assert lower == pytest.approx(case["table"]["pc"]["Lower"], abs=1e-6)
    assert fit.proportion_correct.ci_high == pytest.approx(case["table"]["pc"]["Upper"], abs=1e-6)


def test_matches_vgam(golden: Path) -> None:
    case = json.loads((golden / "debian.json").read_text())["betabin_vgam_2afc"]
    fit = beta_binomial(*counts(golden, "twoafc"), protocol=Protocol.TWO_AFC, chance_corrected=False)
    assert fit.proportion_correct.estimate == pytest.approx(case["mu"], abs=1e-6)
    assert fit.overdispersion.estimate == pytest.approx(case["rho"], abs=1e-6)
    assert fit.log_likelihood == pytest.approx(case["loglik"], abs=1e-8)


@pytest.mark.parametrize("interval", ["profile", "wald"])
@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("correct", [[12, 12, 12], [0, 0, 0], [6, 6, 6], [12, 0, 12, 0], [5, 6, 4, 0]])
def test_edges_give_finite_answers(correct: list[int], corrected: bool, interval: str) -> None:
    fit = beta_binomial(
        correct,
        [12] * len(correct),
        protocol=Protocol.TWO_AFC,
        chance_corrected=corrected,
        interval=interval,  # type: ignore[arg-type]
    )
    for estimate in (fit.proportion_correct, fit.discriminators, fit.overdispersion):
        assert 0 <= estimate.ci_low <= estimate.estimate <= estimate.ci_high <= 1
    assert 0 <= fit.overdispersion_pvalue <= 1


def test_raters_who_differ_widen_the_interval() -> None:
    alike, unlike = (
        beta_binomial(correct, [20] * 6, protocol=Protocol.TWO_AFC)
        for correct in ([14, 13, 14, 15, 14, 14], [20, 20, 18, 10, 8, 8])
    )
    widths = [fit.discriminators.ci_high - fit.discriminators.ci_low for fit in (alike, unlike)]
    assert widths[1] > 1.3 * widths[0]
    assert unlike.overdispersion_pvalue < 0.01 < alike.overdispersion_pvalue


@settings(max_examples=8, deadline=None)
@given(correct=st.lists(st.integers(0, 10), min_size=3, max_size=7), seed=st.integers(0, 99))
def test_order_of_raters_and_raters_without_trials_change_nothing(correct: list[int], seed: int) -> None:
    trials = np.full(len(correct), 10)
    order = np.random.default_rng(seed).permutation(len(correct))
    one = beta_binomial(correct, trials, protocol=Protocol.TRIANGLE)
    other = beta_binomial(
        np.append(np.array(correct)[order], 0), np.append(trials, 0), protocol=Protocol.TRIANGLE
    )
    assert other.discriminators.estimate == pytest.approx(one.discriminators.estimate, abs=1e-5)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-7)


def test_too_little_is_refused_in_words() -> None:
    with pytest.raises(NotEstimable, match="at least 2 raters"):
        beta_binomial([5, 0], [10, 0], protocol=Protocol.TWO_AFC)
    with pytest.raises(NotEstimable, match="two trials"):
        beta_binomial([1, 0], [1, 1], protocol=Protocol.TWO_AFC)
    with pytest.raises(ValueError, match="shapes"):
        beta_binomial([1, 0], [1, 1, 1], protocol=Protocol.TWO_AFC)
    with pytest.raises(ValueError, match="whole"):
        beta_binomial([1.5, 0], [2, 1], protocol=Protocol.TWO_AFC)
