"""Several runs' outputs for the same examples, side by side, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from generation.metrics.differences import Segment, own_words, segments
from generation.metrics.slots import SlotErrors, slot_errors
from generation.models import Dataset, Example, Output, Run

PAGE_SIZE = 20
SCANNED_AT_MOST = 400
_BATCH = 50


class OutputFilter(StrEnum):
    """Which examples to show."""

    ALL = "all"
    DISAGREE = "disagree"
    IDENTICAL = "identical"
    SLOT_ERRORS = "slot-errors"


@dataclass(frozen=True)
class ShownOutput:
    """What one run said for one example: cut into marked pieces, with its slot errors.

    Marks are `own` for words that no other run said, `wrong` and `added` for what a slot error rests on.
    `output` is None where the run has none, `errors` where the task has no slots.
    """

    run: Run
    output: Output | None
    segments: tuple[Segment, ...] = ()
    errors: SlotErrors | None = None

    @property
    def has_errors(self) -> bool:
        """Whether a slot is missing, added or wrong."""
        return self.errors is not None and bool(self.errors.missing or self.errors.added or self.errors.wrong)


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


@dataclass(frozen=True)
class OutputPage:
    """A page of examples in the dataset's order.

    `before` and `after` are the positions to go on from, None at an end; `scanned` is the position up to
    which a page was searched that ended before it was full, else None.
    """

    examples: tuple[ShownExample, ...]
    before: int | None
    after: int | None
    scanned: int | None = None


def output_page(
    *,
    dataset: Dataset,
    runs: Sequence[Run],
    only: OutputFilter = OutputFilter.ALL,
    search: str = "",
    start: int = 0,
    backwards: bool = False,
) -> OutputPage:
    """The examples from position `start` on (up to it, where `backwards`) that `runs` answered.

    Reads about a page of rows whatever the size of the dataset: slot errors are computed for what is shown,
    and for at most SCANNED_AT_MOST examples where they are what is looked for.
    """
    matching = _matching(dataset, runs, only, search)
    if backwards:
        found, rest = _before(matching, start), matching.filter(position__gt=start)
    else:
        found, rest = matching.filter(position__gte=start), matching.filter(position__lt=start)
    scanned = None
    if only is OutputFilter.SLOT_ERRORS:
        shown, scanned = _scan(found, runs, dataset)
    else:
        shown = _shown(found[: PAGE_SIZE + 1], runs, dataset)
    step = -1 if backwards else 1
    onward = shown[PAGE_SIZE].example.position if len(shown) > PAGE_SIZE else None
    if scanned is not None:
        onward = scanned + step
    back = start - step if rest.exists() else None
    page = tuple(shown[:PAGE_SIZE])
    if backwards:
        return OutputPage(page[::-1], onward, back, scanned)
    return OutputPage(page, back, onward, scanned)


def _before(matching: QuerySet[Example], start: int) -> QuerySet[Example]:
    return matching.filter(position__lte=start).order_by("-position")


def _matching(dataset: Dataset, runs: Sequence[Run], only: OutputFilter, search: str) -> QuerySet[Example]:
    said = Output.objects.filter(run__in=[run.pk for run in runs], example=OuterRef("pk"))
    found = dataset.examples.filter(Exists(said)).order_by("position")
    if search:
        found = found.filter(Q(source__icontains=search) | Exists(said.filter(text__icontains=search)))
    compared = said.order_by().values("example").annotate(texts=Count("text", distinct=True), n=Count("pk"))
    if only is OutputFilter.DISAGREE:
        return found.filter(Exists(compared.filter(texts__gt=1)))
    if only is OutputFilter.IDENTICAL:
        return found.filter(Exists(compared.filter(texts=1, n__gt=1)))
    return found


def _scan(
    found: QuerySet[Example], runs: Sequence[Run], dataset: Dataset
) -> tuple[list[ShownExample], int | None]:
    """A page and one example with slot errors, and the last position looked at where it gave up before."""
    shown: list[ShownExample] = []
    last = None
    for start in range(0, SCANNED_AT_MOST, _BATCH):
        batch = _shown(found[start : start + _BATCH], runs, dataset)
        for candidate in batch:
            last = candidate.example.position
            if any(output.has_errors for output in candidate.outputs):
                shown.append(candidate)
            if len(shown) > PAGE_SIZE:
                return shown, None
        if len(batch) < _BATCH:
            return shown, None
    return shown, last


def _shown(examples: QuerySet[Example], runs: Sequence[Run], dataset: Dataset) -> list[ShownExample]:
    """`examples` with what each run said; three queries."""
    listed = list(examples.prefetch_related("references"))
    said: dict[tuple[int, int], Output] = {
        (output.example_id, output.run_id): output
        for output in Output.objects.filter(run__in=[run.pk for run in runs], example__in=listed)
    }
    return [
        ShownExample(
            example, _marked(example, runs, [said.get((example.pk, run.pk)) for run in runs], dataset)
        )
        for example in listed
    ]


def _marked(
    example: Example, runs: Sequence[Run], outputs: Sequence[Output | None], dataset: Dataset
) -> tuple[ShownOutput, ...]:
    own = iter(own_words([output.text for output in outputs if output is not None]))
    slots = tuple((str(slot), str(value)) for slot, value in example.slots)
    shown = []
    for run, output in zip(runs, outputs, strict=True):
        if output is None:
            shown.append(ShownOutput(run, None))
            continue
        errors = _errors(slots, output.text) if dataset.task == Dataset.Task.E2E else None
        layers = {"own": next(own)}
        if errors is not None:
            layers["wrong"] = tuple(span for check in errors.wrong for span in check.spans)
            layers["added"] = tuple(span for check in errors.added for span in check.spans)
        shown.append(ShownOutput(run, output, segments(output.text, layers), errors))
    return tuple(shown)


@lru_cache(maxsize=8192)
def _errors(slots: tuple[tuple[str, str], ...], text: str) -> SlotErrors:
    """Slot errors, kept: they cost a millisecond a text, and pages are turned back and forth."""
    return slot_errors(slots, text)
