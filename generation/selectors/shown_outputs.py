"""What runs said for an example, ready to be shown: marked, checked against facts, scored by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from generation.metrics.differences import Segment, Spans, own_words, segments
from generation.metrics.sentences import SentenceScores, sentence_scores
from generation.metrics.slots import SlotErrors, slot_errors
from generation.models import Dataset, Example, Output, Run


@dataclass(frozen=True)
class ShownOutput:
    """What one run said for one example: cut into marked pieces, with its slot errors and scores.

    Marks are `own` for words that no other run said, `wrong` and `added` for what a slot error rests on.
    `output` is None where the run has none, `errors` where the task has no slots, `scores` where it has no
    references; `right` says whether a label is the gold one, None where the task has no labels.
    """

    run: Run
    output: Output | None
    segments: tuple[Segment, ...] = ()
    errors: SlotErrors | None = None
    scores: SentenceScores | None = None
    right: bool | None = None

    @property
    def has_errors(self) -> bool:
        """Whether a slot is missing, added or wrong."""
        return self.errors is not None and bool(self.errors.missing or self.errors.added or self.errors.wrong)

    @property
    def probability(self) -> float | None:
        """The probability that the network gave the label that it chose, where there is one."""
        return None if self.output is None else self.output.label_scores.get(self.output.text)


@dataclass(frozen=True)
class ShownExample:
    """An example with every run's output; `agree` where all runs said the same."""

    example: Example
    outputs: tuple[ShownOutput, ...]

    @property
    def agree(self) -> bool:
        """Whether two or more outputs are there and all are the same."""
        texts = [shown.output.text for shown in self.outputs if shown.output is not None]
        return len(texts) > 1 and len(set(texts)) == 1

    def of(self, run: Run) -> ShownOutput:
        """What `run`, one of those shown, said."""
        return next(shown for shown in self.outputs if shown.run == run)


def shown_examples(examples: QuerySet[Example], runs: Sequence[Run], dataset: Dataset) -> list[ShownExample]:
    """`examples` of `dataset` with what each of `runs` said; three queries."""
    listed = list(examples.prefetch_related("references"))
    said: dict[tuple[int, int], Output] = {
        (output.example_id, output.run_id): output
        for output in Output.objects.filter(run__in=[run.pk for run in runs], example__in=listed)
    }
    return [
        ShownExample(
            example, _shown(example, runs, [said.get((example.pk, run.pk)) for run in runs], dataset)
        )
        for example in listed
    ]


def _shown(
    example: Example, runs: Sequence[Run], outputs: Sequence[Output | None], dataset: Dataset
) -> tuple[ShownOutput, ...]:
    if dataset.is_classification:
        return tuple(
            ShownOutput(run, output, right=None if output is None else output.text == example.label)
            for run, output in zip(runs, outputs, strict=True)
        )
    own = iter(own_words([output.text for output in outputs if output is not None]))
    return tuple(
        ShownOutput(run, None) if output is None else _shown_text(example, run, output, next(own), dataset)
        for run, output in zip(runs, outputs, strict=True)
    )


def _shown_text(example: Example, run: Run, output: Output, own: Spans, dataset: Dataset) -> ShownOutput:
    layers = {"own": own}
    errors = None
    if dataset.task == Dataset.Task.E2E:
        errors = _errors(tuple((str(slot), str(value)) for slot, value in example.slots), output.text)
        layers["wrong"] = tuple(span for check in errors.wrong for span in check.spans)
        layers["added"] = tuple(span for check in errors.added for span in check.spans)
    references = [reference.text for reference in example.references.all()]
    scores = sentence_scores(output.text, references) if references else None
    return ShownOutput(run, output, segments(output.text, layers), errors, scores)


@lru_cache(maxsize=8192)
def _errors(slots: tuple[tuple[str, str], ...], text: str) -> SlotErrors:
    """Slot errors, kept: they cost a millisecond a text, and pages are turned back and forth."""
    return slot_errors(slots, text)
