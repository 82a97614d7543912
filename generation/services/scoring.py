"""Score what a run said against the human references, the facts it was given, or the gold labels."""

from collections.abc import Sequence

from django.db import transaction

from generation.errors import RunRefused
from generation.formats.glue import GLUE_TASKS
from generation.metrics.labels import accuracy_statistics, f1_statistics, matthews_statistics
from generation.metrics.slots import slot_error_rate, slot_errors
from generation.metrics.text import TextScore, bleu, chrf
from generation.models import Dataset, MetricScore, Output, Run
from generation.models.leases import WorkState

BLEU = "bleu"
BLEU_LOWERCASED = "bleu_lowercased"
CHRF = "chrf"
SLOT_ERROR_RATE = "slot_error_rate"
ACCURACY = "accuracy"
F1 = "f1"
MATTHEWS = "matthews"


def score_run(*, run: Run) -> list[MetricScore]:
    """Compute and store the metrics of a finished run; scoring again gives the same rows.

    BLEU, lowercased BLEU and chrF2 by sacrebleu on all references of each example, and for E2E the slot error
    rate; for a classification accuracy, F1 (of the positive label where GLUE names one, else the mean over
    labels) and Matthews' correlation. All are in per cent. Raises RunRefused for a run that is not done, has
    no output, or has one that is no label.
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
    scores = _label_scores(run.dataset, outputs) if run.dataset.is_classification else _text_scores(outputs)
    if run.dataset.task == Dataset.Task.E2E:
        scores[SLOT_ERROR_RATE] = _slot_score(outputs)
    with transaction.atomic():
        run.scores.exclude(metric__in=scores).delete()
        MetricScore.objects.bulk_create(
            [
                MetricScore(
                    run=run, metric=metric, value=score.value, signature=score.signature, examples=score.n
                )
                for metric, score in scores.items()
            ],
            update_conflicts=True,
            unique_fields=["run", "metric"],
            update_fields=["value", "signature", "examples", "computed_at"],
        )
    return list(run.scores.all())


def _text_scores(outputs: Sequence[Output]) -> dict[str, TextScore]:
    texts = [output.text for output in outputs]
    references = [[reference.text for reference in output.example.references.all()] for output in outputs]
    return {
        BLEU: bleu(texts, references, lowercase=False),
        BLEU_LOWERCASED: bleu(texts, references, lowercase=True),
        CHRF: chrf(texts, references, lowercase=False),
    }


def _label_scores(dataset: Dataset, outputs: Sequence[Output]) -> dict[str, TextScore]:
    gold, given = [output.example.label for output in outputs], [output.text for output in outputs]
    task = GLUE_TASKS.get(dataset.task)
    try:
        statistics = {
            ACCURACY: accuracy_statistics(gold, given, dataset.labels),
            F1: f1_statistics(gold, given, dataset.labels, positive=task.positive if task else None),
            MATTHEWS: matthews_statistics(gold, given, dataset.labels),
        }
    except ValueError as error:
        raise RunRefused(f"The outputs over {dataset.name!r} cannot be scored: {error}.") from error
    return {
        metric: TextScore(found.name, 100 * found.corpus_score, found.signature, len(outputs))
        for metric, found in statistics.items()
    }


def _slot_score(outputs: Sequence[Output]) -> TextScore:
    rate = slot_error_rate(
        slot_errors([(slot, value) for slot, value in output.example.slots], output.text)
        for output in outputs
    )
    return TextScore("slot error rate", 100 * rate.value, rate.signature, rate.n)
