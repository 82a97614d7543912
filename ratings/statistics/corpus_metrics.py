"""Corpus metrics as functions of summed statistics by segment: BLEU, and any ratio of sums."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sacrebleu import __version__ as sacrebleu_version
from sacrebleu.metrics.bleu import BLEU

Floats = NDArray[np.float64]
_ORDER = 4


@dataclass(frozen=True, kw_only=True)
class CorpusMetric:
    """A metric that depends on its segments only through the sums of ``width`` statistics.

    ``score`` maps sums of shape (…, width) to scores of shape (…).
    """

    name: str
    width: int
    score: Callable[[Floats], Floats]
    signature: str


@dataclass(frozen=True, kw_only=True)
class SegmentStatistics:
    """What each segment adds: ``values`` has shape (segments, metric.width)."""

    metric: CorpusMetric
    values: Floats

    def __post_init__(self) -> None:
        """Raise ValueError for another shape or for values that are not finite."""
        if self.values.ndim != 2 or self.values.shape[1] != self.metric.width:
            raise ValueError(
                f"{self.metric.name} needs (segments, {self.metric.width}) numbers, not {self.values.shape}"
            )
        if not np.isfinite(self.values).all():
            raise ValueError(f"{self.metric.name}: a segment's statistic is not a finite number")

    @property
    def corpus_score(self) -> float:
        """The score of the whole corpus."""
        return float(self.metric.score(self.values.sum(axis=0)))


def bleu_statistics(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    lowercase: bool = False,
    tokenize: str = "13a",
) -> SegmentStatistics:
    """BLEU's statistics by segment from sacrebleu: hypothesis and closest reference length, matches, n-grams.

    ``references[i]`` holds one text or more for ``hypotheses[i]``. Raises ValueError for lists of unequal
    length or a segment without a reference.
    """
    if len(hypotheses) != len(references):
        raise ValueError(f"There are {len(hypotheses)} outputs but references for {len(references)}")
    bleu = BLEU(lowercase=lowercase, tokenize=tokenize)
    rows = np.zeros((len(hypotheses), 2 + 2 * _ORDER))
    for index, (hypothesis, texts) in enumerate(zip(hypotheses, references, strict=True)):
        if isinstance(texts, str) or not texts:
            raise ValueError(f"Segment {index + 1} has no list of references: give at least one text")
        score = bleu.corpus_score([hypothesis], [[text] for text in texts])
        rows[index] = [score.sys_len, score.ref_len, *score.counts, *score.totals]
    settings = f"case:{'lc' if lowercase else 'mixed'},tok:{tokenize},smooth:exp,version:{sacrebleu_version}"
    metric = CorpusMetric(
        name="BLEU", width=rows.shape[1], score=bleu_from_sums, signature=f"bleu({settings})"
    )
    return SegmentStatistics(metric=metric, values=rows)


def bleu_from_sums(sums: Floats) -> Floats:
    """BLEU (0 to 100) from summed statistics, as sacrebleu with exponential smoothing.

    Papineni et al. (2002); smoothing method 3 of Chen & Cherry (2014): the k-th order without a match counts
    as 2^−k matches. An order without any n-gram, or no match at all, makes the score 0.
    """
    length, closest = sums[..., 0], sums[..., 1]
    matches, total = sums[..., 2 : 2 + _ORDER], sums[..., 2 + _ORDER :]
    missed = matches == 0
    smoothed = np.where(missed, 0.5 ** np.cumsum(missed, axis=-1), matches)
    scorable = (total > 0).all(axis=-1) & ~missed.all(axis=-1)
    log_precision = np.log(smoothed / np.where(total > 0, total, 1)).mean(axis=-1)
    brevity = np.minimum(0.0, 1 - closest / np.where(length > 0, length, 1))
    return np.asarray(np.where(scorable, 100 * np.exp(brevity + log_precision), 0.0))


def ratio_statistics(
    name: str, numerator: ArrayLike, denominator: ArrayLike | None = None, *, scale: float = 1.0
) -> SegmentStatistics:
    """Statistics of scale × sum of numerators / sum of denominators, such as slot error rate.

    Without denominators it is the mean over segments. A resample whose denominators sum to 0 scores 0. Raises
    ValueError for arrays of unequal length or a negative denominator.
    """
    top = np.asarray(numerator, dtype=np.float64)
    bottom = np.ones_like(top) if denominator is None else np.asarray(denominator, dtype=np.float64)
    if top.ndim != 1 or top.shape != bottom.shape:
        raise ValueError(
            f"{name} needs one number a segment in both arrays, not {top.shape} and {bottom.shape}"
        )
    if np.any(bottom < 0):
        raise ValueError(f"{name}: a segment's denominator is {bottom.min()}, but none may be negative")

    def score(sums: Floats) -> Floats:
        below = sums[..., 1]
        return np.asarray(scale * np.where(below > 0, sums[..., 0] / np.where(below > 0, below, 1), 0.0))

    metric = CorpusMetric(name=name, width=2, score=score, signature=f"ratio({name},scale:{scale:g})")
    return SegmentStatistics(metric=metric, values=np.column_stack([top, bottom]))
