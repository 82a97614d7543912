"""Paired resampling of corpus metrics against sacrebleu on real outputs, and its invariants."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest
from scipy import stats

from generation.metrics.example_statistics import ExampleStatistics, mean_statistics
from generation.metrics.labels import matthews_statistics
from generation.metrics.resampling import bootstrap_scores, percentile_interval
from generation.metrics.sacrebleu_statistics import bleu_statistics
from ratings.statistics.metric_resampling import compare_metric, metric_estimate, metric_margin_test
from ratings.statistics.results import NotEstimable


@pytest.fixture(scope="module")
def references(real_data: Path) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    with (real_data / "e2e" / "test_with_references.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            texts.setdefault(row["mr"], []).append(row["ref"])
    return texts


@pytest.fixture(scope="module")
def outputs(real_data: Path, references: dict[str, list[str]]) -> dict[str, list[str]]:
    systems = {}
    for name in ("tgen", "slug", "tr2"):
        with (real_data / "e2e_challenge" / "outputs" / f"{name}.tsv").open(newline="") as lines:
            said = {row["MR"]: row["output"] for row in csv.DictReader(lines, delimiter="\t")}
        systems[name] = [said[mr] for mr in references]
    return systems


@pytest.fixture(scope="module")
def scored(outputs: dict[str, list[str]], references: dict[str, list[str]]) -> dict[str, ExampleStatistics]:
    return {
        name: bleu_statistics(texts, list(references.values()), lowercase=True)
        for name, texts in outputs.items()
    }


def test_real_bleu_is_the_published_one(scored: dict[str, ExampleStatistics]) -> None:
    assert scored["tgen"].corpus_score == pytest.approx(65.93, abs=0.005)
    assert len(scored["tgen"].values) == 630


def test_pvalues_match_sacrebleu(
    scored: dict[str, ExampleStatistics], outputs: dict[str, list[str]], references: dict[str, list[str]]
) -> None:
    most = max(map(len, references.values()))
    streams = [[texts[i] if i < len(texts) else None for texts in references.values()] for i in range(most)]
    ours = compare_metric(scored["tgen"], scored["slug"], seed=4)
    systems = [(name, outputs[name]) for name in ("tgen", "slug")]
    draws = 2000
    for kind, pvalue in (("bs", ours.pvalue_sacrebleu), ("ar", ours.pvalue_randomization)):
        test = PairedTest(systems, {"bleu": BLEU(lowercase=True)}, streams, test_type=kind, n_samples=draws)
        baseline, other = test()[1]["BLEU"]
        assert ours.first.estimate == pytest.approx(baseline.score, abs=1e-9)
        assert ours.second.estimate == pytest.approx(other.score, abs=1e-9)
        noise = np.sqrt(pvalue * (1 - pvalue) * (1 / draws + 1 / 10_000))
        assert abs(pvalue - other.p_value) < 4 * noise


def test_neural_system_and_templates_differ(scored: dict[str, ExampleStatistics]) -> None:
    compared = compare_metric(scored["tgen"], scored["tr2"], seed=1, resamples=2000)
    assert compared.difference.ci_low > 0
    assert compared.pvalue_randomization == compared.difference.pvalue == pytest.approx(1 / 2001)
    assert compared.difference.generalises_over == "items"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), segments=st.integers(2, 40))
def test_swapping_the_systems_flips_the_sign(seed: int, segments: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (mean_statistics("mean", "mean", rng.normal(size=segments)) for _ in range(2))
    ours = compare_metric(one, other, seed=seed, resamples=300)
    mirrored = compare_metric(other, one, seed=seed, resamples=300)
    assert mirrored.difference.estimate == -ours.difference.estimate
    assert mirrored.difference.ci_low == pytest.approx(-ours.difference.ci_high)
    assert mirrored.difference.pvalue == ours.difference.pvalue
    assert ours.difference.ci_low <= ours.difference.estimate <= ours.difference.ci_high


def test_same_seed_same_answer_and_same_outputs_no_difference() -> None:
    values = np.random.default_rng(0).normal(size=70)
    one, other = mean_statistics("mean", "mean", values), mean_statistics("mean", "mean", values[::-1])
    assert compare_metric(one, other, seed=5) == compare_metric(one, other, seed=5)
    nothing = compare_metric(one, one, seed=5, resamples=100)
    assert (nothing.difference.ci_low, nothing.difference.estimate, nothing.difference.ci_high) == (0, 0, 0)
    assert nothing.difference.pvalue == nothing.pvalue_randomization == 1


def test_bootstrap_spread_is_the_standard_error() -> None:
    rng = np.random.default_rng(8)
    values = rng.normal(size=70_000)  # more than a 16-bit index holds
    one = mean_statistics("mean", "mean", values)
    scores, same = bootstrap_scores(one, one, rng=rng, resamples=400)
    assert np.array_equal(scores, same)
    assert scores.std() == pytest.approx(values.std() / np.sqrt(70_000), rel=0.15)


def test_randomization_matches_scipy() -> None:
    rng = np.random.default_rng(2)
    difference = rng.normal(0.3, 1, size=40)
    ours = compare_metric(
        mean_statistics("mean", "mean", difference), mean_statistics("mean", "mean", np.zeros(40)), seed=1
    )
    theirs = stats.permutation_test(
        (difference,), np.mean, permutation_type="samples", n_resamples=10_000, rng=np.random.default_rng(1)
    )
    assert ours.pvalue_randomization == pytest.approx(theirs.pvalue, abs=0.015)


@pytest.mark.parametrize(
    ("shift", "relation", "expected"),
    [
        (0.0, "equivalent", "supported"),
        (1.0, "equivalent", "refuted"),
        (1.0, "non-inferior", "supported"),
        (-1.0, "non-inferior", "refuted"),
        (-0.5, "equivalent", "undecided"),
    ],
)
def test_margin(shift: float, relation: str, expected: str) -> None:
    rng = np.random.default_rng(6)
    base = rng.normal(size=200)
    near = base + rng.normal(size=200) * 0.5
    near += shift + base.mean() - near.mean()
    result = metric_margin_test(
        mean_statistics("mean", "mean", near),
        mean_statistics("mean", "mean", base),
        margin=0.5,
        relation=relation,  # type: ignore[arg-type]
        seed=2,
        resamples=2000,
    )
    assert result.verdict == expected
    assert result.estimate.confidence == pytest.approx(0.9)
    inside = result.estimate.ci_low > -0.5 and (relation == "non-inferior" or result.estimate.ci_high < 0.5)
    assert inside == (expected == "supported")


def test_interval_holds_a_biased_estimate() -> None:
    assert percentile_interval(np.linspace(1, 2, 50), 3.0, 0.95)[1] == 3.0


def test_what_cannot_be_compared_is_refused() -> None:
    one = mean_statistics("mean", "mean", [1.0])
    with pytest.raises(NotEstimable, match="too few to resample"):
        compare_metric(one, one, seed=1)
    three = mean_statistics("mean", "mean", [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="same examples"):
        compare_metric(one, three, seed=1)
    with pytest.raises(ValueError, match="different metrics"):
        compare_metric(three, mean_statistics("other", "other", [1.0, 2.0, 3.0]), seed=1)
    with pytest.raises(ValueError, match="0 resamples"):
        compare_metric(three, three, seed=1, resamples=0)
    with pytest.raises(ValueError, match="margin is 0"):
        metric_margin_test(three, three, margin=0, seed=1)


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    scores = np.random.default_rng(1).normal(5, 2, size=400)
    estimate = metric_estimate(mean_statistics("score", "score", scores), seed=1)
    margin = 1.96 * scores.std() / 20
    assert estimate.estimate == pytest.approx(scores.mean())
    assert estimate.ci_low == pytest.approx(scores.mean() - margin, abs=0.02)
    assert estimate.ci_high == pytest.approx(scores.mean() + margin, abs=0.02)
    assert estimate == metric_estimate(mean_statistics("score", "score", scores), seed=1)


def test_no_spread_between_resamples_gives_no_bounds() -> None:
    estimate = metric_estimate(mean_statistics("score", "score", [3.0, 3.0, 3.0]), seed=1, resamples=100)
    assert (estimate.ci_low, estimate.estimate, estimate.ci_high) == (-np.inf, 3, np.inf)
    assert "no spread" in estimate.method
    with pytest.raises(NotEstimable, match="1 example is too few to resample: score needs at least 2"):
        metric_estimate(mean_statistics("score", "score", [1.0]), seed=1)


def random_labels(share_right: float) -> ExampleStatistics:
    rng, labels = np.random.default_rng(3), ("a", "b", "c")
    gold = [labels[place] for place in rng.integers(3, size=300)]
    given = [
        one if right else labels[other]
        for one, right, other in zip(
            gold, rng.random(300) < share_right, rng.integers(3, size=300), strict=True
        )
    ]
    return matthews_statistics(gold, given, labels)


def test_two_classifiers_are_compared_by_a_measure_that_is_no_mean() -> None:
    compared = compare_metric(random_labels(0.9), random_labels(0.6), seed=1, resamples=2000)
    assert compared.difference.ci_low > 0
    assert compared.pvalue_randomization < 0.001
    same = random_labels(0.9)
    assert compare_metric(same, same, seed=1, resamples=100).pvalue_randomization == 1
