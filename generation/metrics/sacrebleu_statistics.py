"""BLEU and chrF by example: sacrebleu counts, and the counts are summed and scored as sacrebleu does it."""

from collections.abc import Sequence

import numpy as np
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from generation.metrics.example_statistics import ExampleStatistics, Floats, ScoreOfSums, require_references

_BLEU_ORDER = 4
_CHRF_BETA = 2


class _CountingBleu(BLEU):
    def counts(self, outputs: list[str], streams: list[list[str | None]]) -> list[list[int]]:
        """Lengths, matches and totals of each example."""
        # sacrebleu documents None for a reference that is not there; its annotation leaves it out.
        return list(self._extract_corpus_statistics(outputs, streams))  # type: ignore[arg-type]


class _CountingChrf(CHRF):
    def counts(self, outputs: list[str], streams: list[list[str | None]]) -> list[list[int]]:
        """Totals and matches of each example, against the reference that scores best."""
        # sacrebleu documents None for a reference that is not there; its annotation leaves it out.
        return list(self._extract_corpus_statistics(outputs, streams))  # type: ignore[arg-type]


def bleu_statistics(
    outputs: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool
) -> ExampleStatistics:
    """Statistics of corpus BLEU (Papineni et al. 2002), signed by sacrebleu (Post 2018).

    `references[i]`, however many, belong to `outputs[i]`. Raises ValueError where an output has none.
    """
    return _statistics("BLEU", _CountingBleu(lowercase=lowercase), bleu_from_sums, outputs, references)


def chrf_statistics(
    outputs: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool
) -> ExampleStatistics:
    """Statistics of corpus chrF2 (Popović 2015); arguments and errors as for `bleu_statistics`."""
    return _statistics("chrF2", _CountingChrf(lowercase=lowercase), chrf_from_sums, outputs, references)


def bleu_from_sums(sums: Floats) -> Floats:
    """BLEU (0 to 100) from summed statistics, with sacrebleu's exponential smoothing.

    Method 3 of Chen & Cherry (2014): the k-th order without a match counts as 2^−k matches. An order without
    any n-gram, or no match at all, makes the score 0.
    """
    length, closest = sums[..., 0], sums[..., 1]
    matches, total = sums[..., 2 : 2 + _BLEU_ORDER], sums[..., 2 + _BLEU_ORDER :]
    missed = matches == 0
    smoothed = np.where(missed, 0.5 ** np.cumsum(missed, axis=-1), matches)
    scorable = (total > 0).all(axis=-1) & ~missed.all(axis=-1)
    log_precision = np.log(smoothed / np.where(total > 0, total, 1)).mean(axis=-1)
    brevity = np.minimum(0.0, 1 - closest / np.where(length > 0, length, 1))
    return np.asarray(np.where(scorable, 100 * np.exp(brevity + log_precision), 0.0))


def chrf_from_sums(sums: Floats) -> Floats:
    """chrF2 (0 to 100) from summed statistics: F of the mean precision and recall over the orders in use."""
    orders = sums.reshape(*sums.shape[:-1], -1, 3)
    said, told, matched = np.moveaxis(orders, -1, 0)
    used = (said > 0) & (told > 0)
    number = np.maximum(used.sum(axis=-1), 1)
    precision = np.where(used, matched / np.where(used, said, 1), 0.0).sum(axis=-1) / number
    recall = np.where(used, matched / np.where(used, told, 1), 0.0).sum(axis=-1) / number
    mixed = _CHRF_BETA**2 * precision + recall
    both = (1 + _CHRF_BETA**2) * precision * recall
    return np.asarray(100 * np.where(mixed > 0, both / np.where(mixed > 0, mixed, 1), 0.0))


def _statistics(
    name: str,
    metric: _CountingBleu | _CountingChrf,
    score: ScoreOfSums,
    outputs: Sequence[str],
    references: Sequence[Sequence[str]],
) -> ExampleStatistics:
    require_references(outputs, references)
    rows = metric.counts(list(outputs), _streams(references))
    return ExampleStatistics(
        name=name,
        signature=str(metric.get_signature()),
        values=np.array(rows, dtype=np.float64),
        score=score,
    )


def _streams(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """References as sacrebleu wants them: the first of every output, the second of every output, and so on.

    None stands where an output has fewer; sacrebleu skips it, an empty text it would count as a reference.
    """
    width = max(len(texts) for texts in references)
    return [
        [texts[number] if number < len(texts) else None for texts in references] for number in range(width)
    ]
