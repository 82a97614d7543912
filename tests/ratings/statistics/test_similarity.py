"""The similarity test and its verdicts, against sensR."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.results import NotEstimable
from ratings.statistics.similarity import similarity_test


@pytest.fixture(scope="module")
def sensr(golden: Path) -> dict:
    return json.loads((golden / "sensr.json").read_text())


@pytest.mark.parametrize(
    ("key", "protocol", "d_prime"),
    [
        ("twoAFC_sim_pd0.2", Protocol.TWO_AFC, None),
        ("twoAFC_sim_dprime0.5", Protocol.TWO_AFC, 0.5),
        ("triangle_26_75_sim_pd0.2", Protocol.TRIANGLE, None),
        ("triangle_26_75_sim_dp1", Protocol.TRIANGLE, 1.0),
    ],
)
def test_pvalue_matches_sensr(sensr: dict, key: str, protocol: Protocol, d_prime: float | None) -> None:
    case = sensr[key]
    psychometric = link(protocol)
    margin = (
        0.2
        if d_prime is None
        else psychometric.discriminators(float(psychometric.proportion_correct(d_prime)))
    )
    result = similarity_test(case["x"], case["n"], protocol=protocol, margin=margin)
    assert result.pvalue == pytest.approx(case["p"], abs=1e-9)


def test_critical_count_matches_sensr(sensr: dict) -> None:
    critical = sensr["findcr_2afc_180_sim_pd.2"]
    at, above = (
        similarity_test(count, 180, protocol=Protocol.TWO_AFC, margin=0.2)
        for count in (critical, critical + 1)
    )
    assert (at.verdict, above.verdict) == ("supported", "undecided")


@settings(max_examples=60, deadline=None)
@given(trials=st.integers(1, 500), share=st.floats(0, 1), margin=st.floats(0.05, 0.9))
def test_verdict_is_where_the_interval_lies(trials: int, share: float, margin: float) -> None:
    result = similarity_test(round(share * trials), trials, protocol=Protocol.TRIANGLE, margin=margin)
    assert (result.verdict == "supported") == (result.estimate.ci_high < margin)
    assert (result.verdict == "refuted") == (result.estimate.ci_low > margin)
    assert result.estimate.confidence == pytest.approx(0.9)


def test_refuted_when_most_can_tell() -> None:
    result = similarity_test(170, 180, protocol=Protocol.TWO_AFC, margin=0.2)
    assert result.verdict == "refuted"
    assert result.pvalue_refuted < 1e-6 < result.pvalue


def test_impossible_input_is_refused() -> None:
    with pytest.raises(NotEstimable, match="no trials"):
        similarity_test(0, 0, protocol=Protocol.TWO_AFC, margin=0.2)
    with pytest.raises(ValueError, match="margin is 20"):
        similarity_test(9, 20, protocol=Protocol.TWO_AFC, margin=20)


@given(
    options=st.lists(st.integers(2, 5), min_size=20, max_size=60),
    margin=st.floats(0.05, 0.6),
    alpha=st.sampled_from([0.01, 0.025, 0.05]),
)
def test_trials_that_differ_in_options_keep_the_level(options, margin, alpha):
    """At the margin the Poisson-binomial sum supports, or refutes, with a chance of at most alpha."""
    mean = len(options) / sum(1 / number for number in options)
    chances = np.ones(1)
    for number in options:
        right = 1 / number + (1 - 1 / number) * margin
        chances = np.convolve(chances, [1 - right, right])
    tests = [
        similarity_test(
            correct,
            len(options),
            protocol=Protocol.IDENTIFY,
            options=mean,
            margin=margin,
            alpha=alpha,
        )
        for correct in range(len(options) + 1)
    ]
    for verdict in ("supported", "refuted"):
        assert chances[[test.verdict == verdict for test in tests]].sum() <= alpha + 1e-9
