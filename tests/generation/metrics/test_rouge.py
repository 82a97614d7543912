"""ROUGE-L by hand, and as the COCO scripts have it (published: tgen)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.metrics.rouge import common_subsequence, rouge_l, rouge_l_statistics
from tests.generation.metrics.conftest import Challenge

words = st.lists(st.sampled_from("abc"), max_size=9)


@pytest.mark.parametrize(("system", "score"), [("tgen", "68.50"), ("slug", "67.72"), ("tr2", "54.81")])
def test_the_challenge_systems_score_their_rouge_l(challenge: Challenge, system: str, score: str) -> None:
    statistics = rouge_l_statistics(challenge.outputs[system], challenge.references)
    assert f"{statistics.corpus_score:.2f}" == score


def by_table(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for token in one:
        above = row
        row = [0]
        for place, told in enumerate(other):
            row.append(above[place] + 1 if token == told else max(row[-1], above[place + 1]))
    return row[-1]


@given(words, words)
def test_the_common_subsequence_is_as_long_as_the_table_says(one: list[str], other: list[str]) -> None:
    assert common_subsequence(one, other) == by_table(one, other)


def test_precision_and_recall_may_come_from_different_references() -> None:
    output = ["a", "b", "c", "d"]
    # All of the output stands in the first reference, and all of the second in the output.
    assert rouge_l(output, [["a", "b", "c", "d", "e", "f", "g", "h"], ["a"]]) == pytest.approx(1)
    assert rouge_l(output, [["a", "x", "b", "y"]]) == pytest.approx(0.5)


def test_precision_weighs_less_than_recall() -> None:
    assert rouge_l(["a", "b"], [["a"]]) == pytest.approx(2.44 * 0.5 / (1 + 1.44 * 0.5))


@pytest.mark.parametrize(("output", "reference"), [("", "a pub"), ("x", "a pub"), ("a pub", "."), (".", ".")])
def test_nothing_in_common_is_zero(output: str, reference: str) -> None:
    assert rouge_l_statistics([output], [[reference]]).corpus_score == 0
