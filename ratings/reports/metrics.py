"""Automatic metrics beside the ratings: over the systems' whole runs, and on the items that people rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from generation.metrics.slots import slot_errors
from generation.metrics.text import chrf
from generation.services.scoring import ACCURACY, BLEU, BLEU_LOWERCASED, CHRF, SLOT_ERROR_RATE
from ratings.reports.document_statistic import Statistic
from ratings.reports.document_systems import MetricDifference, MetricRow, Metrics
from ratings.reports.stars import direction
from ratings.reports.statistic import estimated, exact, refused
from ratings.selectors.study_outputs import ExampleOutputs, StoredScore
from ratings.statistics.corpus_metrics import SegmentStatistics, bleu_statistics, ratio_statistics
from ratings.statistics.metric_resampling import compare_metric
from ratings.statistics.results import Estimate, NotEstimable, Sample

RUN = "run"
STUDY = "study"
OF_TEXTS = (BLEU, BLEU_LOWERCASED, SLOT_ERROR_RATE)
OF_LABELS = (ACCURACY,)
LESS_IS_BETTER = frozenset({SLOT_ERROR_RATE})


@dataclass(frozen=True, kw_only=True)
class MetricTables:
    """The segments of each metric and system over all examples, and which examples raters saw."""

    examples: tuple[ExampleOutputs, ...]
    segments: Mapping[tuple[str, str], SegmentStatistics]
    rated: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def is_classification(self) -> bool:
        """Whether the systems chose labels instead of writing texts."""
        return bool(self.examples) and all(example.label for example in self.examples)

    @property
    def resampled(self) -> tuple[str, ...]:
        """The metrics of this kind of dataset that have segments to resample."""
        return OF_LABELS if self.is_classification else OF_TEXTS

    def right(self, system: str) -> list[bool]:
        """For each example whether a system gave the gold label; NotEstimable where there are none."""
        if not self.is_classification:
            raise NotEstimable(_LACKING[ACCURACY])
        return [example.texts[system] == example.label for example in self.examples]

    def of(self, metric: str, system: str, scope: str) -> SegmentStatistics:
        """The segments of one scope; NotEstimable where the dataset does not support the metric."""
        if (metric, system) not in self.segments:
            raise NotEstimable(_LACKING[metric])
        whole = self.segments[metric, system]
        if scope == RUN:
            return whole
        return SegmentStatistics(metric=whole.metric, values=whole.values[self.rated])


def metric_tables(examples: Sequence[ExampleOutputs], systems: Sequence[str]) -> MetricTables:
    """Count n-grams and slot errors of every text, or right labels, once."""
    segments: dict[tuple[str, str], SegmentStatistics] = {}
    references = [example.references for example in examples]
    with_references = bool(examples) and all(references)
    with_slots = bool(examples) and all(example.slots for example in examples)
    with_labels = bool(examples) and all(example.label for example in examples)
    for system in systems:
        texts = [example.texts[system] for example in examples]
        if with_references:
            segments[BLEU, system] = bleu_statistics(texts, references)
            segments[BLEU_LOWERCASED, system] = bleu_statistics(texts, references, lowercase=True)
        if with_slots:
            segments[SLOT_ERROR_RATE, system] = _slot_segments(examples, texts)
        if with_labels:
            right = [text == example.label for text, example in zip(texts, examples, strict=True)]
            segments[ACCURACY, system] = ratio_statistics("accuracy", right, scale=100.0)
    return MetricTables(
        examples=tuple(examples),
        segments=segments,
        rated=np.array([example.rated for example in examples], dtype=np.bool_),
    )


def metrics_section(
    tables: MetricTables,
    systems: Sequence[str],
    stored: Sequence[StoredScore],
    *,
    claimed: Sequence[tuple[str, str]],
    seed: int,
) -> Metrics:
    """Scores and paired differences of every metric, over the runs and on the rated items."""
    return Metrics(
        scores=tuple(
            MetricRow(system=system, metric=metric, scope=scope, score=score)
            for scope in (RUN, STUDY)
            for metric in (*tables.resampled, *(() if tables.is_classification else (CHRF,)))
            for system in systems
            for score in [_score(tables, metric, system, scope, stored, seed)]
        ),
        differences=tuple(
            MetricDifference(
                a=a,
                b=b,
                metric=metric,
                scope=scope,
                difference=difference_of(tables, metric, a, b, scope, seed),
            )
            for scope in (RUN, STUDY)
            for metric in tables.resampled
            for pair in combinations(systems, 2)
            for a, b in [direction(pair, claimed)]
        ),
    )


def difference_of(tables: MetricTables, metric: str, a: str, b: str, scope: str, seed: int) -> Statistic:
    """Metric of a − b with its paired bootstrap interval."""

    def compared() -> Estimate:
        first, second = (tables.of(metric, system, scope) for system in (a, b))
        return compare_metric(first, second, seed=seed).difference

    return estimated(compared)


def _score(
    tables: MetricTables, metric: str, system: str, scope: str, stored: Sequence[StoredScore], seed: int
) -> Statistic:
    if metric == CHRF:
        return _chrf(tables, system, scope, stored)

    def scored() -> Estimate:
        own = tables.of(metric, system, scope)
        return compare_metric(own, own, seed=seed).first

    return estimated(scored)


def _chrf(tables: MetricTables, system: str, scope: str, stored: Sequence[StoredScore]) -> Statistic:
    examples = [example for example in tables.examples if scope == RUN or example.rated]
    n = Sample(ratings=len(examples), items=len(examples), raters=0)
    known = next(
        (row for row in stored if (row.system, row.metric, row.examples) == (system, CHRF, len(examples))),
        None,
    )
    method = "corpus chrF2; no interval, since it has no segment sums here"
    if scope == RUN and known:
        return exact(known.value, method=method, signature=known.signature, n=n)
    if not examples or not all(example.references for example in examples):
        return refused(_LACKING[CHRF])
    score = chrf(
        [example.texts[system] for example in examples],
        [example.references for example in examples],
        lowercase=False,
    )
    return exact(score.value, method=method, signature=score.signature, n=n)


def _slot_segments(examples: Sequence[ExampleOutputs], texts: Sequence[str]) -> SegmentStatistics:
    checked = [slot_errors(example.slots, text) for example, text in zip(examples, texts, strict=True)]
    wrong = [len(each.missing) + len(each.added) + len(each.wrong) for each in checked]
    return ratio_statistics("slot error rate", wrong, [each.slots for each in checked], scale=100.0)


_NO_REFERENCES = (
    "The dataset has an example without a reference, so outputs cannot be compared with references"
)
_LACKING = {
    ACCURACY: "The dataset has no gold labels, so outputs are neither right nor wrong",
    BLEU: _NO_REFERENCES,
    BLEU_LOWERCASED: _NO_REFERENCES,
    CHRF: _NO_REFERENCES,
    SLOT_ERROR_RATE: "The dataset's examples have no slots to count errors in",
}
