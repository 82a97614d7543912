"""Every measure of a run at once: by its key, the statistics of each example, or why there are none."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from generation.metrics.cider import cider_statistics
from generation.metrics.example_statistics import (
    ExampleStatistics,
    NotComputed,
    ScoreOfSums,
    ratio_of_sums,
)
from generation.metrics.labels import accuracy_statistics, f1_statistics, matthews_statistics
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
LESS_IS_BETTER = frozenset({SLOT_ERROR_RATE})

Measured = dict[str, ExampleStatistics | NotComputed]
_STORABLE: dict[str, tuple[str, ScoreOfSums]] = {
    BLEU: ("BLEU", bleu_from_sums),
    BLEU_LOWERCASED: ("BLEU", bleu_from_sums),
    CHRF: ("chrF2", chrf_from_sums),
    NIST: ("NIST", nist_from_sums),
    METEOR: ("METEOR", meteor_from_sums),
    ROUGE_L: ("ROUGE-L", ratio_of_sums),
    CIDER: ("CIDEr", ratio_of_sums),
    SLOT_ERROR_RATE: ("slot error rate", ratio_of_sums),
}


def text_measures(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """What the E2E NLG Challenge reports, and chrF2, of outputs against references.

    METEOR starts Java, some seconds a call. Raises ValueError where an output has no reference.
    """
    try:
        meteor: ExampleStatistics | NotComputed = meteor_statistics(outputs, references)
    except MeteorUnavailable as error:
        meteor = NotComputed(name="METEOR", reason=str(error))
    return {
        BLEU: bleu_statistics(outputs, references, lowercase=False),
        BLEU_LOWERCASED: bleu_statistics(outputs, references, lowercase=True),
        NIST: nist_statistics(outputs, references),
        METEOR: meteor,
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
    """The statistics of a text or slot measure whose values were stored, METEOR's above all.

    Raises KeyError for another measure, ValueError for values that are no finite table.
    """
    name, score = _STORABLE[measure]
    return ExampleStatistics(
        name=name, signature=signature, values=np.asarray(values, dtype=np.float64), score=score
    )


def label_measures(
    gold: Sequence[str], given: Sequence[str], labels: Sequence[str], *, positive: str | None = None
) -> Measured:
    """Accuracy, F1 (of `positive`, or macro without it) and Matthews' correlation, from 0 or −1 to 1.

    Raises ValueError for labels that are not among `labels`, or lists of unequal length.
    """
    return {
        ACCURACY: accuracy_statistics(gold, given, labels),
        F1: f1_statistics(gold, given, labels, positive=positive),
        MATTHEWS: matthews_statistics(gold, given, labels),
    }
