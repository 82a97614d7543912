"""Proportion correct, p_d and d′ against sensR and base R, and their refusals."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.discrimination import d_prime, proportion_correct, proportion_of_discriminators
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import NotEstimable, Sample

CASES = {
    "triangle_10_15": (Protocol.TRIANGLE, None, "clopper-pearson"),
    "triangle_10_15_likelihood": (Protocol.TRIANGLE, None, "likelihood"),
    "twoAFC_97_180": (Protocol.TWO_AFC, None, "clopper-pearson"),
    "twoAFC_97_180_lik": (Protocol.TWO_AFC, None, "likelihood"),
    "triangle_85_180": (Protocol.TRIANGLE, None, "clopper-pearson"),
    "threeAFC_85_180": (Protocol.IDENTIFY, 3, "clopper-pearson"),
    "duotrio_97_180": (Protocol.DUO_TRIO, None, "clopper-pearson"),
    "tetrad_85_180": (Protocol.TETRAD, None, "clopper-pearson"),
    "triangle_26_75_sim_pd0.2": (Protocol.TRIANGLE, None, "clopper-pearson"),
}


@pytest.fixture(scope="module")
def sensr(golden: Path) -> dict:
    return json.loads((golden / "sensr.json").read_text())


@pytest.mark.parametrize("key", CASES)
def test_matches_sensr(sensr: dict, key: str) -> None:
    protocol, options, interval = CASES[key]
    case = sensr[key]
    settings_: dict[str, Any] = {"protocol": protocol, "options": options, "interval": interval}
    # sensR interpolates its likelihood interval (1e-5) and inverts d′ with uniroot (1e-4).
    exact = 1e-4 if interval == "likelihood" else 1e-9
    share = proportion_of_discriminators(case["x"], case["n"], **settings_)
    expected = case["coef"]["pd"]
    assert share.estimate == pytest.approx(expected["Estimate"], abs=1e-9)
    assert (share.ci_low, share.ci_high) == pytest.approx((expected["Lower"], expected["Upper"]), abs=exact)
    sensitivity = d_prime(case["x"], case["n"], **settings_)
    expected = case["coef"]["d-prime"]
    assert (sensitivity.estimate, sensitivity.ci_low, sensitivity.ci_high) == pytest.approx(
        (expected["Estimate"], expected["Lower"], expected["Upper"]), abs=2e-4
    )
    if case["test"] == "difference" and interval == "clopper-pearson":
        assert share.pvalue == pytest.approx(case["p"], abs=1e-10)


def test_score_interval_differs_from_sensr_by_the_continuity_correction(sensr: dict) -> None:
    # sensR's score interval is prop.test with Yates' correction; ours is Wilson's without it.
    case = sensr["triangle_10_15_score"]["coef"]["pc"]
    ours = proportion_correct(10, 15, chance=1 / 3, interval="wilson")
    assert case["Lower"] < ours.ci_low < ours.ci_high < case["Upper"]
    z, x, n = 1.959963984540054, 10, 15
    corrected = (2 * x + z**2 - 1 - z * math.sqrt(z**2 - 2 - 1 / n + 4 * (x / n) * (n * (1 - x / n) + 1))) / (
        2 * (n + z**2)
    )
    assert corrected == pytest.approx(case["Lower"], abs=1e-9)


def test_proportion_correct_matches_base_r(golden: Path) -> None:
    case = json.loads((golden / "debian.json").read_text())["binom_85_180_third"]
    result = proportion_correct(85, 180, chance=1 / 3, n=Sample(ratings=180, items=12, raters=15))
    assert result.pvalue == pytest.approx(case["p"], abs=1e-12)
    assert result.n.raters == 15
    assert result.generalises_over == "trials"


@settings(max_examples=40, deadline=None)
@given(trials=st.integers(1, 200), share=st.floats(0, 0.99))
def test_d_prime_and_p_d_tell_the_same_story(trials: int, share: float) -> None:
    correct = math.floor(share * trials)
    protocol = link(Protocol.TRIANGLE)
    sensitivity = d_prime(correct, trials, protocol=Protocol.TRIANGLE)
    discriminators = proportion_of_discriminators(correct, trials, protocol=Protocol.TRIANGLE)
    for ours, theirs in zip(
        (sensitivity.estimate, sensitivity.ci_low, sensitivity.ci_high),
        (discriminators.estimate, discriminators.ci_low, discriminators.ci_high),
        strict=True,
    ):
        assert math.isfinite(ours)
        assert protocol.discriminators(float(protocol.proportion_correct(ours))) == pytest.approx(
            theirs, abs=1e-6
        )
    assert discriminators.ci_low <= discriminators.estimate <= discriminators.ci_high


def test_no_trials_and_all_correct_are_refused_in_words() -> None:
    with pytest.raises(NotEstimable, match="no trials yet"):
        proportion_correct(0, 0, chance=0.5)
    with pytest.raises(NotEstimable, match=r"All 20 trials were correct.*at least 1\.36"):
        d_prime(20, 20, protocol=Protocol.TWO_AFC)
    with pytest.raises(ValueError, match="3 of 2"):
        proportion_correct(3, 2, chance=0.5)


def test_all_wrong_counts_as_nobody_can_tell() -> None:
    result = proportion_of_discriminators(0, 12, protocol=Protocol.TWO_AFC)
    assert (result.estimate, result.ci_low, result.ci_high, result.pvalue) == (0, 0, 0, 1)
