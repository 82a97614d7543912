"""BLEU and chrF against published and hand-checked figures, with any number of references."""

from pathlib import Path

import pytest

from generation.formats.e2e import read_e2e
from generation.formats.outputs import read_outputs
from generation.metrics.text import bleu, chrf


@pytest.mark.parametrize(
    ("system", "cased", "lowercased"),
    [("tgen", "62.13", "65.93"), ("slug", "65.27", "66.19"), ("tr2", "40.63", "42.02")],
)
def test_the_challenge_systems_score_their_bleu(
    real_data: Path, system: str, cased: str, lowercased: str
) -> None:
    corpus = read_e2e(real_data / "e2e" / "test_with_references.csv")
    references = [example.references for example in corpus.examples]
    mrs = [example.source for example in corpus.examples]
    outputs = read_outputs(real_data / "e2e_challenge" / "outputs" / f"{system}.tsv", mrs)
    score = bleu(outputs, references, lowercase=False)
    assert f"{score.value:.2f}" == cased
    assert f"{bleu(outputs, references, lowercase=True).value:.2f}" == lowercased
    assert (score.name, score.n) == ("BLEU", 630)


def test_the_signature_says_case_and_varying_references() -> None:
    outputs, references = ["a b c d", "e f g h"], [["a b c d"], ["e f g h", "h g f e"]]
    assert "nrefs:var|case:mixed" in bleu(outputs, references, lowercase=False).signature
    assert "nrefs:var|case:lc" in chrf(outputs, references, lowercase=True).signature


def test_an_output_equal_to_any_of_its_references_is_perfect() -> None:
    outputs = ["the pub is by the river", "it is a cheap pub"]
    references = [["no match at all", "the pub is by the river"], ["it is a cheap pub"]]
    for metric in (bleu, chrf):
        assert metric(outputs, references, lowercase=False).value == pytest.approx(100)


def test_missing_references_are_left_out_not_counted_as_empty() -> None:
    # An empty reference would be the one closest in length to a short output and lift the brevity penalty.
    outputs = ["a pub", "a restaurant in the city centre here"]
    ragged = [["a pub by the river near the hotel"], ["a restaurant in the city centre", "x"]]
    doubled = [ragged[0] * 2, ragged[1]]
    padded = [[ragged[0][0], ""], ragged[1]]
    value = bleu(outputs, ragged, lowercase=False).value
    assert value == pytest.approx(bleu(outputs, doubled, lowercase=False).value)
    assert value != pytest.approx(bleu(outputs, padded, lowercase=False).value)
    assert chrf(outputs, ragged, lowercase=False).value == pytest.approx(
        chrf(outputs, doubled, lowercase=False).value
    )


def test_case_counts_unless_lowered() -> None:
    outputs, references = ["The Pub Is By The River"], [["the pub is by the river"]]
    for metric in (bleu, chrf):
        assert metric(outputs, references, lowercase=True).value == pytest.approx(100)
        assert metric(outputs, references, lowercase=False).value < 50


@pytest.mark.parametrize(
    ("outputs", "references", "message"),
    [
        (["a"], [], "there are 1 outputs but references for 0"),
        ([], [], "there is no output to score"),
        (["a", "b"], [["a"], []], "output 1 has no reference"),
    ],
)
def test_what_cannot_be_scored_is_refused(
    outputs: list[str], references: list[list[str]], message: str
) -> None:
    for metric in (bleu, chrf):
        with pytest.raises(ValueError, match=message):
            metric(outputs, references, lowercase=False)
