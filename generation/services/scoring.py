"""Score what a run said against the human references, the facts it was given, or the gold labels."""

from collections.abc import Sequence

import numpy as np
import scipy
from django.db import transaction
from django.utils import timezone
from scipy import stats

from generation.errors import RunRefused
from generation.metrics.example_statistics import ExampleStatistics, NotComputed
from generation.metrics.measures import ACCURACY, Expected, measures
from generation.metrics.resampling import bootstrap_interval
from generation.models import Dataset, MetricScore, MetricStatistics, Output, Run
from generation.models.leases import WorkState
from generation.selectors.scores import SCORING_LEASE, free_to_score, unscored_runs

SEED, RESAMPLES, CONFIDENCE = 1, 10_000, 0.95
_COMPUTED = ["value", "ci_low", "ci_high", "reason", "signature", "interval", "examples", "computed_at"]


def claim_scoring(*, run_id: int) -> Run | None:
    """The run, for whoever gets to score it; None where it is scored, being scored or not done.

    A claim that ends without scores lapses after half an hour, so that what fails is not tried all the time.
    """
    run = unscored_runs().select_related("dataset").filter(pk=run_id).first()
    until = timezone.now() + SCORING_LEASE
    claimed = Run.objects.filter(free_to_score(), pk=run_id).update(scoring_until=until) if run else 0
    return run if claimed else None


def score_run(*, run: Run) -> list[MetricScore]:
    """Compute and store the metrics of a finished run; scoring again gives the same rows.

    Of texts BLEU, lowercased BLEU, NIST, METEOR, ROUGE-L, CIDEr and chrF2 on all references of each example,
    and the slot error rate where examples have slots; of a classification accuracy, F1 (of the positive label
    where GLUE names one, else the mean over labels) and Matthews' correlation. Each has a 95 % interval over
    examples: Wilson's of accuracy, else bootstrap percentiles. Raises RunRefused for a run that is not done
    or has no output.
    """
    if run.state != WorkState.DONE:
        raise RunRefused(f"Run {run} is {run.get_state_display()}; only a finished run is scored.")
    outputs = list(
        run.outputs.select_related("example")
        .prefetch_related("example__references")
        .order_by("example__position")
    )
    if not outputs:
        raise RunRefused(f"Run {run} has no output to score; start it again.")
    texts = [output.text for output in outputs]
    measured = measures(texts, _expected(run.dataset, outputs), meteor=True)
    scores = [_score(run, metric, found, len(outputs)) for metric, found in measured.items()]
    with transaction.atomic():
        run.scores.exclude(metric__in=measured).delete()
        MetricScore.objects.bulk_create(
            scores, update_conflicts=True, unique_fields=["run", "metric"], update_fields=_COMPUTED
        )
        stored = list(run.scores.all())
        MetricStatistics.objects.filter(score__run=run).delete()
        MetricStatistics.objects.bulk_create(
            [
                MetricStatistics(score=score, values=MetricStatistics.packed(found.values))
                for score in stored
                if isinstance(found := measured[score.metric], ExampleStatistics)
            ]
        )
    return stored


def _score(run: Run, metric: str, found: ExampleStatistics | NotComputed, examples: int) -> MetricScore:
    if isinstance(found, NotComputed):
        return MetricScore(run=run, metric=metric, reason=found.reason, examples=examples)
    bounds, interval = _accuracy_interval(found) if metric == ACCURACY else _bootstrap(found)
    low, high = bounds or (None, None)
    return MetricScore(
        run=run,
        metric=metric,
        value=found.corpus_score,
        ci_low=low,
        ci_high=high,
        signature=found.signature,
        interval=interval,
        examples=examples,
    )


def _bootstrap(found: ExampleStatistics) -> tuple[tuple[float, float] | None, str]:
    bounds = bootstrap_interval(found, seed=SEED, resamples=RESAMPLES, confidence=CONFIDENCE)
    settings = f"seed:{SEED}|resamples:{RESAMPLES}|confidence:{CONFIDENCE}|numpy:{np.__version__}"
    return bounds, f"bootstrap|percentile|over:examples|{settings}"


def _accuracy_interval(found: ExampleStatistics) -> tuple[tuple[float, float], str]:
    right = stats.binomtest(int(np.count_nonzero(found.values[:, 0])), len(found.values))
    bounds = right.proportion_ci(CONFIDENCE, method="wilson")
    return (100 * bounds.low, 100 * bounds.high), f"wilson|confidence:{CONFIDENCE}|scipy:{scipy.__version__}"


def _expected(dataset: Dataset, outputs: Sequence[Output]) -> Expected:
    examples = [output.example for output in outputs]
    if dataset.is_classification:
        gold = [example.label for example in examples]
        return Expected(gold=gold, labels=dataset.labels, positive=dataset.positive_label)
    return Expected(
        references=[[reference.text for reference in example.references.all()] for example in examples],
        slots=[[(slot, value) for slot, value in example.slots] for example in examples]
        if dataset.task == Dataset.Task.E2E
        else (),
    )
