"""Leaks that were put there are found, and what is random is rarely called a leak."""

import secrets

import numpy as np
import pytest
from scipy import stats

from ratings.statistics.leaks import latency_leak, position_leak, token_leak
from ratings.statistics.results import NotEstimable


def tokens_of(rng: np.random.Generator, n: int) -> list[str]:
    return ["".join(row) for row in rng.choice(list("abcdefghijklmnopqrstuvwxyz0123456789-_"), (n, 22))]


def test_random_tokens_are_rarely_called_a_leak() -> None:
    """At most 5 % of p-values below 0.05, beyond the noise of 200 studies."""
    below = 0
    for number, rng in enumerate(np.random.default_rng(1).spawn(200)):
        systems = rng.integers(3, size=60)
        below += token_leak(tokens_of(rng, 60), systems, seed=number).pvalue < 0.05
    assert below <= stats.binom.ppf(0.999, 200, 0.05)


def test_ten_thousand_tokens_as_they_are_made_tell_nothing() -> None:
    systems = np.arange(10_000) % 2
    leak = token_leak([secrets.token_urlsafe(16) for _ in range(10_000)], systems, seed=3)
    assert abs(leak.effect - 0.5) < 0.03
    assert leak.pvalue > 1e-6


@pytest.mark.parametrize("kind", ["character", "length", "sequence"])
def test_a_token_that_tells_is_found(kind: str) -> None:
    rng = np.random.default_rng(2)
    systems = np.arange(200) % 2
    tokens = tokens_of(rng, 200)
    if kind == "character":
        tokens = [token[:5] + "ab"[system] + token[6:] for token, system in zip(tokens, systems, strict=True)]
    elif kind == "length":
        tokens = [token[: 22 - system] for token, system in zip(tokens, systems, strict=True)]
    else:
        order = np.argsort(np.argsort(systems, kind="stable"))
        tokens = [f"{1000 + place:022d}" for place in order]
    leak = token_leak(tokens, systems, seed=1)
    assert leak.effect > 0.85
    assert leak.pvalue < 1e-6
    assert leak.n == 200


def test_a_system_seen_in_one_half_only_tells_nothing() -> None:
    tokens = tokens_of(np.random.default_rng(7), 30)
    assert 1 in {token_leak(tokens, [0] * 29 + [1], seed=seed).pvalue for seed in range(4)}


def test_positions_that_tell_are_found_and_balanced_ones_are_not() -> None:
    balanced = position_leak([1, 2, 2, 1] * 30, [0, 1, 0, 1] * 30)
    assert (balanced.effect, balanced.pvalue) == (0, 1)
    assert position_leak([1, 2] * 60, [0, 1] * 60).effect == pytest.approx(1)
    tilted = position_leak([1] * 40 + [2] * 20 + [1] * 20 + [2] * 40, [0] * 60 + [1] * 60)
    assert tilted.pvalue == pytest.approx(stats.chi2.sf(120 * (1 / 3) ** 2, 1))


def test_times_that_differ_are_found() -> None:
    rng = np.random.default_rng(4)
    same = {name: rng.gamma(4, 0.002, 80).tolist() for name in "abc"}
    assert latency_leak(same).pvalue > 0.001
    slow = latency_leak(same | {"c": [time + 0.02 for time in same["c"]]})
    assert slow.pvalue < 1e-6
    assert slow.effect == pytest.approx(0.02, abs=0.005)


def test_too_little_says_so() -> None:
    with pytest.raises(NotEstimable, match="3 tokens of 1 systems"):
        token_leak(["a", "b", "c"], [1, 1, 1], seed=1)
    with pytest.raises(NotEstimable, match="1 systems at 2 positions"):
        position_leak([1, 2], [0, 0])
    with pytest.raises(NotEstimable, match="0 systems at 0 positions"):
        position_leak([], [])
    with pytest.raises(NotEstimable, match="two systems"):
        latency_leak({"a": [0.1, 0.2], "b": [0.1]})
