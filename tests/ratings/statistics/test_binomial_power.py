"""Exact power and sample sizes against sensR, and the number of further trials."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.binomial_power import (
    Claim,
    discrimination_power,
    further_trials_needed,
    trials_needed,
)
from ratings.statistics.psychometric import Protocol
from ratings.statistics.results import NotEstimable
from ratings.statistics.similarity import similarity_test


@pytest.fixture(scope="module")
def sensr(golden: Path) -> dict:
    return json.loads((golden / "sensr.json").read_text())


@pytest.mark.parametrize(
    ("key", "claim", "protocol", "discriminators", "margin"),
    [
        ("SS_sim_2afc_pd0.2", "similarity", Protocol.TWO_AFC, 0.0, 0.2),
        ("SS_sim_tri_pd0.2", "similarity", Protocol.TRIANGLE, 0.0, 0.2),
        ("SS_sim_2afc_pd0.1", "similarity", Protocol.TWO_AFC, 0.0, 0.1),
        ("SS_diff_2afc_pd0.2", "difference", Protocol.TWO_AFC, 0.2, 0.0),
    ],
)
def test_sample_size_matches_sensr(
    sensr: dict, key: str, claim: Claim, protocol: Protocol, discriminators: float, margin: float
) -> None:
    assert (
        trials_needed(claim=claim, discriminators=discriminators, protocol=protocol, margin=margin)
        == sensr[key]
    )


def test_power_matches_sensr(sensr: dict) -> None:
    power = discrimination_power(
        180, claim="similarity", discriminators=0.0, protocol=Protocol.TWO_AFC, margin=0.2
    )
    assert float(power) == pytest.approx(sensr["Pwr_sim_2afc_180_pd0.2"], abs=1e-10)


def test_difference_needs_the_critical_count_of_sensr(sensr: dict) -> None:
    certain = discrimination_power(180, claim="difference", discriminators=1.0, protocol=Protocol.TWO_AFC)
    assert certain == 1
    # At chance the test's size is P(X >= critical count), which only sensR's count gives.
    size = discrimination_power(180, claim="difference", discriminators=0.0, protocol=Protocol.TWO_AFC)
    assert float(size) == pytest.approx(stats.binom.sf(sensr["findcr_2afc_180_diff"] - 1, 180, 0.5))


def test_further_trials_decide_with_the_power() -> None:
    further = further_trials_needed(97, 180, protocol=Protocol.TWO_AFC, margin=0.2)
    rng = np.random.default_rng(5)
    decided = [
        similarity_test(97 + int(more), 180 + further, protocol=Protocol.TWO_AFC, margin=0.2).verdict
        != "undecided"
        for more in rng.binomial(further, 97 / 180, size=1000)
    ]
    assert np.mean(decided) == pytest.approx(0.8, abs=0.06)


def test_no_further_trials_when_decided() -> None:
    assert further_trials_needed(96, 180, protocol=Protocol.TWO_AFC, margin=0.2) == 0
    assert further_trials_needed(150, 180, protocol=Protocol.TWO_AFC, margin=0.2) == 0


def test_clustered_trials_need_more() -> None:
    plain = further_trials_needed(53, 100, protocol=Protocol.TWO_AFC, margin=0.2)
    clustered = further_trials_needed(53, 100, protocol=Protocol.TWO_AFC, margin=0.2, design_effect=2)
    assert clustered > 2 * plain > 0


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(NotEstimable, match="no trials"):
        further_trials_needed(0, 0, protocol=Protocol.TWO_AFC, margin=0.2)
    with pytest.raises(NotEstimable, match=r"200,000 trials.*too near"):
        further_trials_needed(60, 100, protocol=Protocol.TWO_AFC, margin=0.2)
    with pytest.raises(NotEstimable, match="claim's side"):
        trials_needed(claim="similarity", discriminators=0.3, protocol=Protocol.TWO_AFC, margin=0.2)
    with pytest.raises(NotEstimable, match="claim's side"):
        trials_needed(claim="difference", discriminators=0.0, protocol=Protocol.TWO_AFC)
    with pytest.raises(ValueError, match="at least 1"):
        further_trials_needed(5, 10, protocol=Protocol.TWO_AFC, margin=0.2, design_effect=0.5)
