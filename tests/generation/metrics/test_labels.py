"""Accuracy, F1 and Matthews' correlation by hand and by definition."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.metrics.labels import (
    accuracy_statistics,
    confusion_matrix,
    f1_statistics,
    matthews_statistics,
)

TWO, THREE = ("no", "yes"), ("entailment", "neutral", "contradiction")
# 3 no → no, 1 no → yes, 2 yes → no, 4 yes → yes.
GOLD = ["no"] * 4 + ["yes"] * 6
GIVEN = ["no"] * 3 + ["yes"] + ["no"] * 2 + ["yes"] * 4


def test_two_classes_by_hand() -> None:
    assert accuracy_statistics(GOLD, GIVEN, TWO).corpus_score == pytest.approx(70)
    assert f1_statistics(GOLD, GIVEN, TWO, positive="yes").corpus_score == pytest.approx(100 * 8 / 11)
    assert f1_statistics(GOLD, GIVEN, TWO, positive="no").corpus_score == pytest.approx(100 * 6 / 9)
    assert f1_statistics(GOLD, GIVEN, TWO).corpus_score == pytest.approx(50 * (8 / 11 + 6 / 9))
    expected = 100 * (4 * 3 - 1 * 2) / math.sqrt(5 * 6 * 4 * 5)
    assert matthews_statistics(GOLD, GIVEN, TWO).corpus_score == pytest.approx(expected)


def test_the_confusion_matrix_has_gold_labels_in_rows() -> None:
    matrix = confusion_matrix(GOLD, GIVEN, TWO)
    assert matrix.counts.tolist() == [[3, 1], [2, 4]]
    assert matrix.signature == "confusion|rows:gold|labels:no,yes"


def test_signatures_tell_which_f1() -> None:
    assert f1_statistics(GOLD, GIVEN, TWO).signature == "f1|macro|labels:no,yes|undefined:0"
    assert "positive:yes" in f1_statistics(GOLD, GIVEN, TWO, positive="yes").signature


@pytest.mark.parametrize(("gold", "given_labels"), [(["no"] * 2, ["yes", "no"]), (["no", "yes"], ["no"] * 2)])
def test_matthews_of_one_class_only_is_zero(gold: list[str], given_labels: list[str]) -> None:
    assert matthews_statistics(gold, given_labels, TWO).corpus_score == 0


def test_a_label_never_seen_counts_as_f1_zero() -> None:
    assert f1_statistics(["neutral"], ["neutral"], THREE).corpus_score == pytest.approx(100 / 3)


labels_of_three = st.lists(st.tuples(st.sampled_from(THREE), st.sampled_from(THREE)), min_size=1, max_size=30)


@given(labels_of_three)
def test_three_classes_by_definition(pairs: list[tuple[str, str]]) -> None:
    gold, given_labels = [one for one, _ in pairs], [other for _, other in pairs]
    hits = np.array([one == other for one, other in pairs])
    assert accuracy_statistics(gold, given_labels, THREE).corpus_score == pytest.approx(100 * hits.mean())
    f1 = [_f1(gold, given_labels, label) for label in THREE]
    assert f1_statistics(gold, given_labels, THREE).corpus_score == pytest.approx(100 * np.mean(f1))
    assert matthews_statistics(gold, given_labels, THREE).corpus_score == pytest.approx(
        100 * _correlation(gold, given_labels), abs=1e-7
    )


def _f1(gold: Sequence[str], given_labels: Sequence[str], label: str) -> float:
    both = sum(one == other == label for one, other in zip(gold, given_labels, strict=True))
    either = gold.count(label) + given_labels.count(label)
    return 2 * both / either if either else 0.0


def _correlation(gold: Sequence[str], given_labels: Sequence[str]) -> float:
    """Covariance of the indicator vectors over their spreads (Gorodkin 2004, equation 4)."""
    one = np.array([[name == label for label in THREE] for name in gold], dtype=float)
    other = np.array([[name == label for label in THREE] for name in given_labels], dtype=float)
    one -= one.mean(axis=0)
    other -= other.mean(axis=0)
    spread = math.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum()) / spread if spread > 1e-9 else 0.0


@pytest.mark.parametrize(
    ("gold", "given_labels", "labels", "message"),
    [
        (["no"], [], TWO, "there are 1 gold labels and 0 given ones"),
        ([], [], TWO, "there are 0 gold labels"),
        (["no"], ["no"], ("no",), "the labels are no; give at least two, each once"),
        (["no"], ["no"], ("no", "no"), "the labels are no, no; give at least two"),
        (["maybe"], ["no"], TWO, "the gold label 'maybe' is not among no, yes"),
        (["no"], ["maybe"], TWO, "the given label 'maybe' is not among no, yes"),
    ],
)
def test_labels_that_do_not_fit_are_refused(
    gold: list[str], given_labels: list[str], labels: tuple[str, ...], message: str
) -> None:
    for statistics in (accuracy_statistics, f1_statistics, matthews_statistics, confusion_matrix):
        with pytest.raises(ValueError, match=message):
            statistics(gold, given_labels, labels)


def test_a_positive_label_must_be_one() -> None:
    with pytest.raises(ValueError, match="the positive label 'maybe' is not among no, yes"):
        f1_statistics(GOLD, GIVEN, TWO, positive="maybe")
