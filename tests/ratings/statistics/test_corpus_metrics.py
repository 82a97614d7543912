"""Corpus scores from summed statistics equal sacrebleu's, on real outputs and odd ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU

from ratings.statistics.corpus_metrics import SegmentStatistics, bleu_statistics, ratio_statistics

TEXT = st.lists(st.sampled_from(["a", "b", "the", "cat", "sat", "."]), max_size=9).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(segments=st.lists(st.tuples(TEXT, st.lists(TEXT, min_size=1, max_size=3)), min_size=1, max_size=4))
def test_bleu_equals_sacrebleu(segments: list[tuple[str, list[str]]]) -> None:
    hypotheses = [hypothesis for hypothesis, _ in segments]
    references = [texts for _, texts in segments]
    most = max(map(len, references))
    streams = [[texts[i] if i < len(texts) else None for texts in references] for i in range(most)]
    expected = BLEU().corpus_score(hypotheses, streams).score
    assert bleu_statistics(hypotheses, references).corpus_score == pytest.approx(expected, abs=1e-9)


def test_lowercase_and_tokenizer_reach_sacrebleu() -> None:
    statistics = bleu_statistics(
        ["The Cat sat down"], [["the cat SAT down"]], lowercase=True, tokenize="none"
    )
    assert statistics.corpus_score == pytest.approx(100)
    assert statistics.metric.signature.startswith("bleu(case:lc,tok:none,smooth:exp,version:")


def test_ratio_is_of_sums_not_of_segments() -> None:
    errors = ratio_statistics("slot error rate", [1, 0, 3], [2, 4, 4], scale=100)
    assert errors.corpus_score == pytest.approx(40)
    assert ratio_statistics("accuracy", [1, 0, 1, 1]).corpus_score == 0.75
    assert ratio_statistics("nothing", [1.0], [0.0]).corpus_score == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="2 outputs but references for 1"):
        bleu_statistics(["a", "b"], [["a"]])
    with pytest.raises(ValueError, match="Segment 1 has no list"):
        bleu_statistics(["a"], [[]])
    with pytest.raises(ValueError, match="Segment 1 has no list"):
        bleu_statistics(["a"], ["a"])
    with pytest.raises(ValueError, match="one number a segment"):
        ratio_statistics("ratio", [1, 2], [1])
    with pytest.raises(ValueError, match="none may be negative"):
        ratio_statistics("ratio", [1, 2], [1, -1])
    with pytest.raises(ValueError, match="not a finite number"):
        ratio_statistics("ratio", [1, np.nan])
    metric = ratio_statistics("ratio", [1]).metric
    with pytest.raises(ValueError, match="needs "):
        SegmentStatistics(metric=metric, values=np.ones((3, 3)))
