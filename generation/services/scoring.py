"""Score what a run said against the human references, and the facts that it was given."""

from collections.abc import Sequence

from django.db import transaction

from generation.errors import RunRefused
from generation.metrics.slots import slot_error_rate, slot_errors
from generation.metrics.text import TextScore, bleu, chrf
from generation.models import Dataset, MetricScore, Output, Run
from generation.models.leases import WorkState

BLEU = "bleu"
BLEU_LOWERCASED = "bleu_lowercased"
CHRF = "chrf"
SLOT_ERROR_RATE = "slot_error_rate"


def score_run(*, run: Run) -> list[MetricScore]:
    """Compute and store the metrics of a finished run; scoring again gives the same rows.

    BLEU, lowercased BLEU and chrF2 by sacrebleu on all references of each example, and for E2E the slot error
    rate; all from 0 to 100, so the slot error rate is in per cent of slots. Raises RunRefused for a run that
    is not done or has no output.
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
    scores = _text_scores(outputs)
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


def _slot_score(outputs: Sequence[Output]) -> TextScore:
    rate = slot_error_rate(
        slot_errors([(slot, value) for slot, value in output.example.slots], output.text)
        for output in outputs
    )
    return TextScore("slot error rate", 100 * rate.value, rate.signature, rate.n)
