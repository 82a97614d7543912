"""BLEU and chrF from summed statistics are sacrebleu's own corpus scores, and the published ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from generation.formats.e2e import read_e2e
from generation.formats.outputs import read_outputs
from generation.metrics.sacrebleu_statistics import bleu_statistics, chrf_statistics

texts = st.text(st.sampled_from("ab .,"), max_size=16)
pairs = st.lists(st.tuples(texts, st.lists(texts, min_size=2, max_size=2)), min_size=1, max_size=5)


@given(pairs, st.booleans())
def test_sums_score_as_sacrebleu_does(pairs: list[tuple[str, list[str]]], lowercase: bool) -> None:
    outputs = [output for output, _ in pairs]
    references = [texts for _, texts in pairs]
    streams = [list(stream) for stream in zip(*references, strict=True)]
    for metric, statistics in (
        (BLEU(lowercase=lowercase), bleu_statistics(outputs, references, lowercase=lowercase)),
        (CHRF(lowercase=lowercase), chrf_statistics(outputs, references, lowercase=lowercase)),
    ):
        assert statistics.corpus_score == pytest.approx(metric.corpus_score(outputs, streams).score)
        assert statistics.signature == str(metric.get_signature())


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
    score = bleu_statistics(outputs, references, lowercase=False)
    assert f"{score.corpus_score:.2f}" == cased
    assert f"{bleu_statistics(outputs, references, lowercase=True).corpus_score:.2f}" == lowercased
    assert (score.name, len(score.values)) == ("BLEU", 630)


def test_the_signature_says_case_and_varying_references() -> None:
    outputs, references = ["a b c d", "e f g h"], [["a b c d"], ["e f g h", "h g f e"]]
    assert "nrefs:var|case:mixed" in bleu_statistics(outputs, references, lowercase=False).signature
    assert "nrefs:var|case:lc" in chrf_statistics(outputs, references, lowercase=True).signature


def test_an_output_equal_to_any_of_its_references_is_perfect() -> None:
    outputs = ["the pub is by the river", "it is a cheap pub"]
    references = [["no match at all", "the pub is by the river"], ["it is a cheap pub"]]
    for metric in (bleu_statistics, chrf_statistics):
        assert metric(outputs, references, lowercase=False).corpus_score == pytest.approx(100)


def test_missing_references_are_left_out_not_counted_as_empty() -> None:
    # An empty reference would be the one closest in length to a short output and lift the brevity penalty.
    outputs = ["a pub", "a restaurant in the city centre here"]
    ragged = [["a pub by the river near the hotel"], ["a restaurant in the city centre", "x"]]
    doubled = [ragged[0] * 2, ragged[1]]
    padded = [[ragged[0][0], ""], ragged[1]]
    value = bleu_statistics(outputs, ragged, lowercase=False).corpus_score
    assert value == pytest.approx(bleu_statistics(outputs, doubled, lowercase=False).corpus_score)
    assert value != pytest.approx(bleu_statistics(outputs, padded, lowercase=False).corpus_score)
    assert chrf_statistics(outputs, ragged, lowercase=False).corpus_score == pytest.approx(
        chrf_statistics(outputs, doubled, lowercase=False).corpus_score
    )


def test_case_counts_unless_lowered() -> None:
    outputs, references = ["The Pub Is By The River"], [["the pub is by the river"]]
    for metric in (bleu_statistics, chrf_statistics):
        assert metric(outputs, references, lowercase=True).corpus_score == pytest.approx(100)
        assert metric(outputs, references, lowercase=False).corpus_score < 50


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
    for metric in (bleu_statistics, chrf_statistics):
        with pytest.raises(ValueError, match=message):
            metric(outputs, references, lowercase=False)
