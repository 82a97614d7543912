"""BLEU and chrF from summed statistics are sacrebleu's own corpus scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

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
