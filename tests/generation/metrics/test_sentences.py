"""Scores of single texts: sacrebleu's own, perfect for a reference, and refused without one."""

import pytest
import sacrebleu

from generation.metrics.sentences import sentence_scores

REFERENCES = ["Blue Spice is a cheap pub by the river.", "A cheap riverside pub is Blue Spice."]


@pytest.mark.parametrize("text", ["Blue Spice is a pub by the river.", "A pub.", "", "Nothing of it!"])
def test_they_are_those_of_sacrebleu(text: str) -> None:
    scores = sentence_scores(text, REFERENCES)
    assert scores.bleu == sacrebleu.sentence_bleu(text, REFERENCES).score
    assert scores.chrf == sacrebleu.sentence_chrf(text, REFERENCES).score
    assert 0 <= scores.bleu <= 100
    assert 0 <= scores.chrf <= 100


@pytest.mark.parametrize("text", REFERENCES)
def test_a_reference_itself_is_perfect(text: str) -> None:
    scores = sentence_scores(text, REFERENCES)
    assert (round(scores.bleu, 9), round(scores.chrf, 9)) == (100, 100)


def test_without_a_reference_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="there is none"):
        sentence_scores("A pub.", [])
