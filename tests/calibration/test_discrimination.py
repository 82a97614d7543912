"""Simulated false positives and coverage of the discrimination, accuracy and metric analyses.

The quick form runs with the ordinary tests; EVALSITE_CALIBRATE=full runs more studies and prints a table.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.random import Generator
from scipy import special

from generation.metrics.example_statistics import ratio_statistics
from ratings.statistics.beta_binomial import beta_binomial
from ratings.statistics.classification import (
    accuracy_difference,
    accuracy_margin_test,
    mcnemar,
    paired_counts,
)
from ratings.statistics.discrimination import proportion_correct
from ratings.statistics.metric_resampling import compare_metric, metric_margin_test
from ratings.statistics.psychometric import Protocol, link
from ratings.statistics.similarity import similarity_test
from ratings.statistics.trial_clusters import (
    Trials,
    clustered_discriminators,
    clustered_proportion_correct,
    clustered_similarity_test,
)

FULL = os.environ.get("EVALSITE_CALIBRATE") == "full"
ROWS: list[str] = []


def studies(quick: int, full: int) -> int:
    """How many studies to simulate in the form that was asked for."""
    return full if FULL else quick


def record(name: str, what: str, hits: int, total: int, *, low: float = 0.0, high: float = 1.0) -> None:
    """Keep a row and assert that the rate lies in [low, high], give or take Monte Carlo noise."""
    rate = hits / total
    ROWS.append(f"| {name} | {what} | {100 * rate:.1f} % | {total} |")
    for limit, beyond in ((low, rate < low), (high, rate > high)):
        noise = 3.5 * np.sqrt(max(limit * (1 - limit), 0.001) / total)
        assert not beyond or abs(rate - limit) <= noise, f"{name}, {what}: {rate:.3f} of {total}"


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print the table after the full form."""
    yield
    if FULL:
        lines = ["", "| analysis, truth | rate of | rate | studies |", "| --- | --- | --- | --- |", *ROWS]
        capture = request.config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled():
            sys.stdout.write("\n".join([*lines, ""]))


@pytest.mark.parametrize(("trials", "true"), [(60, 0.5), (180, 0.54), (180, 0.9)])
def test_exact_proportion(trials: int, true: float) -> None:
    total = studies(400, 4000)
    counts = np.random.default_rng(1).binomial(trials, true, size=total)
    for kind, least in (("clopper-pearson", 0.95), ("wilson", 0.93)):
        results = [proportion_correct(int(x), trials, chance=0.5, interval=kind) for x in counts]  # type: ignore[arg-type]
        covered = sum(each.ci_low <= true <= each.ci_high for each in results)
        record(f"{kind}, {trials} trials, p = {true}", "coverage", covered, total, low=least)
        if true == 0.5:
            record(
                f"{kind}, {trials} trials at chance",
                "false 'can tell'",
                sum(each.pvalue is not None and each.pvalue < 0.05 for each in results),
                total,
                high=0.05,
            )


@pytest.mark.parametrize("protocol", [Protocol.TWO_AFC, Protocol.TRIANGLE])
def test_similarity_at_the_margin(protocol: Protocol) -> None:
    total = studies(400, 4000)
    counts = np.random.default_rng(2).binomial(180, link(protocol).correct_at(0.2), size=total)
    verdicts = [similarity_test(int(x), 180, protocol=protocol, margin=0.2).verdict for x in counts]
    for verdict in ("supported", "refuted"):
        record(
            f"similarity, {protocol}, p_d = margin 0.2, 180 trials",
            f"false '{verdict}'",
            verdicts.count(verdict),
            total,
            high=0.05,
        )


def crossed_trials(
    rng: Generator, raters: int, items: int, spread: tuple[float, float], centre: float
) -> Trials:
    """Trials whose chance of being right varies by rater and item on the logit scale."""
    logits = centre + spread[0] * rng.normal(size=(raters, 1)) + spread[1] * rng.normal(size=(1, items))
    return Trials(
        correct=(rng.random((raters, items)) < special.expit(logits)).ravel(),
        rater=np.repeat(np.arange(raters), items),
        item=np.tile(np.arange(items), raters),
    )


def true_proportion(spread: tuple[float, float], centre: float) -> float:
    """Proportion correct over all raters and items, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    logits = centre + np.hypot(*spread) * nodes
    return float(special.expit(logits) @ weights / weights.sum())


@pytest.mark.parametrize(
    ("raters", "items", "spread"),
    [
        (6, 20, (0.0, 0.0)),
        (6, 30, (0.8, 0.0)),
        (10, 30, (0.8, 0.8)),
        (20, 40, (0.8, 0.8)),
        (8, 100, (1.2, 0.5)),
    ],
)
def test_new_raters_and_items(raters: int, items: int, spread: tuple[float, float]) -> None:
    total = studies(150, 2000)
    rng = np.random.default_rng(3)
    true = true_proportion(spread, 0.2)
    covered = exact = false_supported = 0
    centre = special.logit(0.6)
    for _ in range(total):
        trials = crossed_trials(rng, raters, items, spread, 0.2)
        clustered = clustered_proportion_correct(trials, chance=0.5)
        covered += clustered.ci_low <= true <= clustered.ci_high
        plain = proportion_correct(int(trials.correct.sum()), len(trials.correct), chance=0.5)
        exact += plain.ci_low <= true <= plain.ci_high
    margin = 2 * true_proportion(spread, centre) - 1
    for _ in range(total):
        trials = crossed_trials(rng, raters, items, spread, centre)
        claim = clustered_similarity_test(trials, protocol=Protocol.TWO_AFC, margin=margin)
        false_supported += claim.verdict == "supported"
    name = f"{raters} raters × {items} items, logit SD {spread[0]} and {spread[1]}"
    record(f"Korn-Graubard over items and raters, {name}", "coverage", covered, total, low=0.93)
    record(f"the same data, exact over trials, {name}", "coverage of new raters and items", exact, total)
    record(
        f"clustered similarity at the margin, {name}", "false 'supported'", false_supported, total, high=0.05
    )


@pytest.mark.parametrize(
    ("raters", "items", "options", "spread"),
    [
        (6, 30, (2, 4), 0.8),
        (10, 30, (3, 4), 0.8),
        (20, 40, (2, 5), 0.8),
        (20, 40, (3, 4), 0.0),
    ],
)
def test_identify_among_differing_numbers(
    raters: int, items: int, options: tuple[int, int], spread: float
) -> None:
    """A third of the items have fewer options: all trials together, with the harmonic mean of the numbers."""
    total = studies(150, 2000)
    rng = np.random.default_rng(7)
    shown = np.where(np.arange(items) % 3 == 0, *options)
    together = float(items / np.sum(1 / shown))
    centre = special.logit(0.2)
    true = true_proportion((spread, spread), centre)
    covered = false_supported = 0
    for _ in range(total):
        can_tell = crossed_trials(rng, raters, items, (spread, spread), centre)
        guessed = rng.random(raters * items) < 1 / shown[can_tell.item]
        trials = replace(can_tell, correct=can_tell.correct | guessed)
        found = clustered_discriminators(trials, protocol=Protocol.IDENTIFY, options=together)
        covered += found.ci_low <= true <= found.ci_high
        claim = clustered_similarity_test(trials, protocol=Protocol.IDENTIFY, options=together, margin=true)
        false_supported += claim.verdict == "supported"
    name = f"identify among {options[0]} or {options[1]}, {raters} × {items}, logit SD {spread}"
    record(f"clustered p_d, {name}", "coverage", covered, total, low=0.93)
    record(
        f"clustered similarity at the margin, {name}", "false 'supported'", false_supported, total, high=0.05
    )


@pytest.mark.parametrize(("mean", "overdispersion"), [(0.3, 0.1), (0.3, 0.3)])
def test_beta_binomial_over_raters(mean: float, overdispersion: float) -> None:
    total = studies(10, 100)
    rng = np.random.default_rng(4)
    size = 1 / overdispersion - 1
    covered = 0
    for _ in range(total):
        telling = rng.beta(mean * size, (1 - mean) * size, size=15)
        fit = beta_binomial(rng.binomial(12, (1 + telling) / 2), [12] * 15, protocol=Protocol.TWO_AFC)
        covered += fit.discriminators.ci_low <= mean <= fit.discriminators.ci_high
    record(
        f"beta-binomial, profile, 15 raters × 12, p_d {mean}, gamma {overdispersion}",
        "coverage",
        covered,
        total,
        low=0.92,
    )


@pytest.mark.parametrize(
    ("examples", "cells"),
    [(100, (0.75, 0.1, 0.1, 0.05)), (100, (0.9, 0.03, 0.03, 0.04)), (872, (0.88, 0.035, 0.05, 0.035))],
)
def test_paired_accuracy(examples: int, cells: tuple[float, float, float, float]) -> None:
    total = studies(250, 3000)
    rng = np.random.default_rng(5)
    true = cells[1] - cells[2]
    covered = {"tango": 0, "newcombe": 0}
    false = {"exact": 0, "mid-p": 0}
    supported = 0
    margin = 0.05
    for _ in range(total):
        counts = paired_counts(*answers(rng, examples, cells))
        for interval in covered:
            result = accuracy_difference(counts, interval=interval)  # type: ignore[arg-type]
            covered[interval] += result.ci_low <= true <= result.ci_high
        tests = mcnemar(counts)
        false["exact"] += tests.pvalue_exact < 0.05
        false["mid-p"] += tests.pvalue_mid < 0.05
        inferior = paired_counts(
            *answers(rng, examples, (cells[0] - margin, cells[1], cells[1] + margin, cells[3]))
        )
        supported += accuracy_margin_test(inferior, margin=margin).verdict == "supported"
    name = f"{examples} examples, discordant {cells[1]} and {cells[2]}"
    for interval, hits in covered.items():
        record(f"{interval} difference, {name}", "coverage", hits, total, low=0.93)
    if true == 0:
        for kind, hits in false.items():
            record(f"McNemar {kind}, {name}", "false 'differ'", hits, total, high=0.055)
    record(
        f"Tango non-inferiority at the margin {margin}, {name}",
        "false 'supported'",
        supported,
        total,
        high=0.06,
    )


def answers(rng: Generator, examples: int, cells: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Right and wrong of two classifiers with these chances of both, only first, only second, neither."""
    cell = rng.choice(4, size=examples, p=np.array(cells) / sum(cells))
    return cell <= 1, (cell == 0) | (cell == 2)


@pytest.mark.parametrize("segments", [50, 200, 630])
def test_paired_bootstrap(segments: int) -> None:
    total = studies(150, 2000)
    rng = np.random.default_rng(6)
    covered = false = randomized = supported = 0
    for number in range(total):
        shared = rng.gamma(2, size=segments)
        lengths = rng.integers(5, 25, size=segments)
        first, second = (
            ratio_statistics("ratio", "ratio", lengths * (shared + rng.gamma(1, size=segments)), lengths)
            for _ in range(2)
        )
        compared = compare_metric(first, second, seed=number, resamples=1000)
        covered += compared.difference.ci_low <= 0 <= compared.difference.ci_high
        assert compared.difference.pvalue is not None
        false += compared.difference.pvalue < 0.05
        randomized += compared.pvalue_randomization < 0.05
        worse = ratio_statistics("ratio", "ratio", first.values[:, 0] - 0.2 * lengths, lengths)
        margin = metric_margin_test(
            worse, second, margin=0.2, relation="non-inferior", seed=number, resamples=1000
        )
        supported += margin.verdict == "supported"
    record(f"paired bootstrap, {segments} segments", "coverage", covered, total, low=0.93)
    record(f"paired bootstrap, {segments} segments", "false 'differ'", false, total, high=0.065)
    record(f"approximate randomization, {segments} segments", "false 'differ'", randomized, total, high=0.055)
    record(
        f"bootstrap non-inferiority at the margin, {segments} segments",
        "false 'supported'",
        supported,
        total,
        high=0.065,
    )
