"""Every measure of a run at once: by its key, the statistics of each example, or why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from generation.metrics.cider import cider_statistics
from generation.metrics.example_statistics import (
    ExampleStatistics,
    Floats,
    NotComputed,
    ScoreOfSums,
    ratio_of_sums,
)
from generation.metrics.labels import (
    accuracy_statistics,
    f1_statistics,
    macro_f1_from_sums,
    matthews_from_sums,
    matthews_statistics,
)
from generation.metrics.meteor import MeteorUnavailable, meteor_from_sums, meteor_statistics
from generation.metrics.nist import nist_from_sums, nist_statistics
from generation.metrics.rouge import rouge_l_statistics
from generation.metrics.sacrebleu_statistics import (
    bleu_from_sums,
    bleu_statistics,
    chrf_from_sums,
    chrf_statistics,
)
from generation.metrics.slots import slot_error_rate, slot_errors

BLEU = "bleu"
BLEU_LOWERCASED = "bleu_lowercased"
CHRF = "chrf"
NIST = "nist"
METEOR = "meteor"
ROUGE_L = "rouge_l"
CIDER = "cider"
SLOT_ERROR_RATE = "slot_error_rate"
ACCURACY = "accuracy"
F1 = "f1"
MATTHEWS = "matthews"
OF_TEXTS = (BLEU, BLEU_LOWERCASED, NIST, METEOR, ROUGE_L, CIDER, CHRF)
OF_LABELS = (ACCURACY, F1, MATTHEWS)
LESS_IS_BETTER = frozenset({SLOT_ERROR_RATE})
# Weighted by the references of the whole corpus, so that some of its examples' statistics are not those of
# a corpus of these alone.
WEIGHTED_BY_CORPUS = frozenset({NIST, CIDER})

Measured = dict[str, ExampleStatistics | NotComputed]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What outputs are measured against, an entry an example; empty where the corpus has no such thing.

    `gold` holds one label of `labels` an example; F1 is of the label `positive`, without it macro.
    """

    references: Sequence[Sequence[str]] = ()
    slots: Sequence[Sequence[tuple[str, str]]] = ()
    gold: Sequence[str] = ()
    labels: Sequence[str] = ()
    positive: str | None = None


def measures(outputs: Sequence[str], expected: Expected, *, meteor: bool) -> Measured:
    """Every measure of labels or of texts, or why it was not computed; `meteor` as for `text_measures`."""
    if expected.labels:
        try:
            return label_measures(expected.gold, outputs, expected.labels, positive=expected.positive)
        except ValueError as error:
            return _none_of(OF_LABELS, f"not computed: {error}")
    if expected.references and all(expected.references):
        measured = text_measures(outputs, expected.references, meteor=meteor)
    else:
        measured = _none_of(OF_TEXTS, "not computed: the corpus has an example without a reference")
    if expected.slots and all(expected.slots):
        measured[SLOT_ERROR_RATE] = slot_measure(expected.slots, outputs)
    return measured


def text_measures(
    outputs: Sequence[str], references: Sequence[Sequence[str]], *, meteor: bool = True
) -> Measured:
    """What the E2E NLG Challenge reports, and chrF2, of outputs against references.

    METEOR starts Java, some seconds a call, unless it is not wanted. Raises ValueError where an output has
    no reference.
    """
    measured: Measured = {
        BLEU: bleu_statistics(outputs, references, lowercase=False),
        BLEU_LOWERCASED: bleu_statistics(outputs, references, lowercase=True),
        NIST: nist_statistics(outputs, references),
    }
    if meteor:
        try:
            measured[METEOR] = meteor_statistics(outputs, references)
        except MeteorUnavailable as error:
            measured[METEOR] = NotComputed(name="METEOR", reason=str(error))
    return measured | {
        ROUGE_L: rouge_l_statistics(outputs, references),
        CIDER: cider_statistics(outputs, references),
        CHRF: chrf_statistics(outputs, references, lowercase=False),
    }


def slot_measure(slots: Sequence[Sequence[tuple[str, str]]], outputs: Sequence[str]) -> ExampleStatistics:
    """Statistics of the slot error rate, in per cent of slots; `slots[i]` belong to `outputs[i]`.

    Raises ValueError for lists of unequal length, a slot that E2E does not have, or no slot at all.
    """
    checked = [slot_errors(pairs, text) for pairs, text in zip(slots, outputs, strict=True)]
    rows = [(100 * each.errors, each.slots) for each in checked]
    return ExampleStatistics(
        name="slot error rate",
        signature=slot_error_rate(checked).signature,
        values=np.array(rows, dtype=np.float64),
        score=ratio_of_sums,
    )


def restored(measure: str, *, signature: str, values: ArrayLike) -> ExampleStatistics:
    """The statistics of a measure whose values were stored.

    Raises KeyError for a measure that is none, ValueError for values that are no finite table.
    """
    name, score = _SCORES[measure]
    table = np.asarray(values, dtype=np.float64)
    return ExampleStatistics(name=name, signature=signature, values=table, score=score)


def label_measures(
    gold: Sequence[str], given: Sequence[str], labels: Sequence[str], *, positive: str | None = None
) -> Measured:
    """Accuracy, F1 (of `positive`, or macro without it) and Matthews' correlation, in per cent.

    Raises ValueError for labels that are not among `labels`, or lists of unequal length.
    """
    return {
        ACCURACY: accuracy_statistics(gold, given, labels),
        F1: f1_statistics(gold, given, labels, positive=positive),
        MATTHEWS: matthews_statistics(gold, given, labels),
    }


def _none_of(keys: Sequence[str], reason: str) -> Measured:
    return {key: NotComputed(name=_SCORES[key][0], reason=reason) for key in keys}


def _f1_from_sums(sums: Floats) -> Floats:
    """F1 of one label is a ratio of two sums, F1 over all labels comes from their confusion cells."""
    return ratio_of_sums(sums) if sums.shape[-1] == 2 else macro_f1_from_sums(sums)


_SCORES: dict[str, tuple[str, ScoreOfSums]] = {
    BLEU: ("BLEU", bleu_from_sums),
    BLEU_LOWERCASED: ("BLEU", bleu_from_sums),
    CHRF: ("chrF2", chrf_from_sums),
    NIST: ("NIST", nist_from_sums),
    METEOR: ("METEOR", meteor_from_sums),
    ROUGE_L: ("ROUGE-L", ratio_of_sums),
    CIDER: ("CIDEr", ratio_of_sums),
    SLOT_ERROR_RATE: ("slot error rate", ratio_of_sums),
    ACCURACY: ("accuracy", ratio_of_sums),
    F1: ("F1", _f1_from_sums),
    MATTHEWS: ("Matthews' correlation", matthews_from_sums),
}
