"""NIST by hand, and on the challenge's outputs (published: tgen)."""

import math

import numpy as np
import pytest

from generation.metrics.nist import nist_from_sums, nist_statistics
from tests.generation.metrics.conftest import Challenge


@pytest.mark.parametrize(("system", "score"), [("tgen", "8.6094"), ("slug", "8.6130"), ("tr2", "6.7686")])
def test_the_challenge_systems_score_their_nist(challenge: Challenge, system: str, score: str) -> None:
    statistics = nist_statistics(challenge.outputs[system], challenge.references)
    assert f"{statistics.corpus_score:.4f}" == score
    assert statistics.values.shape == (630, 13)


def test_an_ngram_tells_as_much_as_the_references_make_it_rare() -> None:
    # Four words, "a" twice: "a" tells log2(4/2), "b" and "c" log2(4/1); "a b" and "a c" log2(2/1).
    statistics = nist_statistics(["a b", "a c"], [["A b"], ["a c"]])
    unigrams = (2 * 1 + 2 + 2) / 4
    bigrams = 2 * 1 / 2
    assert statistics.corpus_score == pytest.approx(unigrams + bigrams)


def test_two_thirds_of_the_references_length_halve_the_score() -> None:
    whole = np.array([6.0, 0, 0, 0, 0, 6, 5, 4, 3, 2, 6, 1, 1])
    short = whole.copy()
    short[10] = 9
    assert nist_from_sums(short) == pytest.approx(nist_from_sums(whole) / 2)


def test_expected_length_is_the_mean_over_all_references() -> None:
    # Three references of 2, 2 and 8 words: 4 words an output, however they are spread over outputs.
    values = nist_statistics(["a b", "a b"], [["a b", "a b"], ["a b c d e f g h"]]).values
    score = nist_from_sums(values.sum(axis=0))
    assert score == pytest.approx(nist_from_sums(np.array([*values.sum(axis=0)[:10], 4.0, 1.0, 2.0])))
    assert score < (values[:, :5].sum(axis=0) / np.maximum(values[:, 5:10].sum(axis=0), 1)).sum()


def test_outputs_without_a_word_score_nothing() -> None:
    assert nist_statistics(["", ""], [["a b"], ["c"]]).corpus_score == 0
    assert not math.isnan(nist_statistics(["a"], [[""]]).corpus_score)


def test_an_output_without_reference_is_refused() -> None:
    with pytest.raises(ValueError, match="output 1 has no reference"):
        nist_statistics(["a", "b"], [["a"], []])
