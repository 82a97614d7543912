"""The links between d′, p_d and the proportion correct, against sensR and their own inverses."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.statistics.psychometric import Link, Protocol, link
from ratings.statistics.results import NotEstimable

SENSR_ORDER = [
    link(Protocol.DUO_TRIO),
    link(Protocol.TRIANGLE),
    link(Protocol.TWO_AFC),
    link(Protocol.IDENTIFY, options=3),
    link(Protocol.TETRAD),
]
LINKS = [*SENSR_ORDER, link(Protocol.ABX), link(Protocol.IDENTIFY, options=7)]


@pytest.mark.parametrize(("key", "sensitivity"), [("psyfun_d1", 1.0), ("psyfun_d2", 2.0)])
def test_proportion_correct_matches_sensr(golden: Path, key: str, sensitivity: float) -> None:
    numbers = json.loads((golden / "sensr.json").read_text())[key]
    ours = [float(protocol.proportion_correct(sensitivity)) for protocol in SENSR_ORDER]
    assert ours == pytest.approx(numbers, abs=1e-8)


def test_slope_matches_sensr(golden: Path) -> None:
    numbers = json.loads((golden / "sensr.json").read_text())["psyderiv_d1"]
    step = 1e-5
    around = [protocol.proportion_correct([1 - step, 1 + step]) for protocol in SENSR_ORDER]
    assert [(high - low) / (2 * step) for low, high in around] == pytest.approx(numbers, abs=1e-8)


def test_inverse_matches_sensr_to_its_own_tolerance(golden: Path) -> None:
    numbers = json.loads((golden / "sensr.json").read_text())["psyinv_.7"]
    # sensR inverts with uniroot, whose default tolerance is 1.2e-4; ours is checked by the round trip below.
    assert [protocol.d_prime(0.7) for protocol in SENSR_ORDER] == pytest.approx(numbers, abs=1.2e-4)


@pytest.mark.parametrize("protocol", LINKS, ids=lambda each: f"{each.protocol}-{each.options}")
def test_nobody_can_tell_means_chance(protocol: Link) -> None:
    assert float(protocol.proportion_correct(0.0)) == pytest.approx(protocol.chance, abs=1e-12)
    assert protocol.d_prime(protocol.chance / 2) == 0.0
    assert protocol.discriminators(protocol.chance / 2) == 0.0


@settings(max_examples=40, deadline=None)
@given(index=st.integers(0, len(LINKS) - 1), sensitivity=st.floats(0.05, 5.0))
def test_d_prime_inverts_the_function(index: int, sensitivity: float) -> None:
    correct = float(LINKS[index].proportion_correct(sensitivity))
    assert LINKS[index].d_prime(correct) == pytest.approx(sensitivity, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(index=st.integers(0, len(LINKS) - 1), share=st.floats(0, 1))
def test_discriminators_invert_correct_at(index: int, share: float) -> None:
    assert LINKS[index].discriminators(LINKS[index].correct_at(share)) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("protocol", LINKS, ids=lambda each: f"{each.protocol}-{each.options}")
def test_function_rises(protocol: Link) -> None:
    assert np.all(np.diff(protocol.proportion_correct(np.linspace(0, 8, 50))) > 0)


def test_two_outputs_to_identify_is_two_afc() -> None:
    sensitivities = np.linspace(0, 4, 9)
    assert link(Protocol.IDENTIFY, options=2).proportion_correct(sensitivities) == pytest.approx(
        link(Protocol.TWO_AFC).proportion_correct(sensitivities), abs=1e-12
    )


def test_all_correct_has_no_d_prime() -> None:
    with pytest.raises(NotEstimable, match="no upper bound"):
        link(Protocol.TRIANGLE).d_prime(1.0)


@pytest.mark.parametrize(
    ("protocol", "options", "message"),
    [
        (Protocol.IDENTIFY, None, "give options=2 or more"),
        (Protocol.IDENTIFY, 1, "give options=2 or more"),
        (Protocol.TRIANGLE, 3, "leave options out"),
    ],
)
def test_options_belong_to_identify_alone(protocol: Protocol, options: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        link(protocol, options=options)


def test_impossible_numbers_are_refused() -> None:
    two_afc = link(Protocol.TWO_AFC)
    with pytest.raises(ValueError, match="sensitivity is 0"):
        two_afc.proportion_correct(-1.0)
    with pytest.raises(ValueError, match="no proportion"):
        two_afc.d_prime(1.2)
    with pytest.raises(ValueError, match="no share"):
        two_afc.correct_at(-0.1)
