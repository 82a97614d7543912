"""CIDEr-D by hand, and as the COCO scripts have it (published: tgen)."""

import math

import pytest

from generation.metrics.cider import cider_statistics
from tests.generation.metrics.conftest import Challenge


@pytest.mark.parametrize(("system", "score"), [("tgen", "2.2338"), ("slug", "2.2615"), ("tr2", "1.4389")])
def test_the_challenge_systems_score_their_cider(challenge: Challenge, system: str, score: str) -> None:
    statistics = cider_statistics(challenge.outputs[system], challenge.references)
    assert f"{statistics.corpus_score:.4f}" == score


def test_equal_texts_of_four_words_score_ten() -> None:
    statistics = cider_statistics(["a b c d", "e f g h"], [["A b c d."], ["e f g h"]])
    assert statistics.values[:, 0].tolist() == pytest.approx([10, 10])


def test_words_that_every_example_has_weigh_nothing() -> None:
    assert cider_statistics(["the", "the"], [["the"], ["the"]]).corpus_score == 0
    assert cider_statistics(["a pub"], [["a pub"]]).corpus_score == 0


def test_length_and_repetition_are_punished() -> None:
    # Of "a" once against twice, the clipped cosine is 1/2 over orders 1 only; one bigram more or less.
    scores = cider_statistics(["a a", "x"], [["a"], ["y"]]).values[:, 0]
    assert scores[0] == pytest.approx(10 / 4 * 0.5 * math.exp(-1 / 72))
    assert scores[1] == 0


def test_references_are_averaged() -> None:
    one = cider_statistics(["a b c d", "x"], [["a b c d"], ["y"]]).values[0, 0]
    half = cider_statistics(["a b c d", "x"], [["a b c d", "q"], ["y"]]).values[0, 0]
    assert half == pytest.approx(one / 2)
