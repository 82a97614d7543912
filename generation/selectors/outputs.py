"""Several runs' outputs for the same examples, side by side: by filter and search, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from generation.models import Dataset, Example, Output, Run
from generation.selectors.shown_outputs import ShownExample, shown_examples

PAGE_SIZE = 20
SCANNED_AT_MOST = 400
_BATCH = 50


class OutputFilter(StrEnum):
    """Which examples to show."""

    ALL = "all"
    DISAGREE = "disagree"
    IDENTICAL = "identical"
    RIGHT_WRONG = "right-wrong"
    SLOT_ERRORS = "slot-errors"


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


@dataclass(frozen=True)
class RightWrong:
    """Two runs of those shown, of which the first shall be right and the second wrong.

    Right is the gold label in a classification, and a text without slot errors for E2E.
    """

    right: Run
    wrong: Run


def filters_for(dataset: Dataset) -> tuple[OutputFilter, ...]:
    """The filters that mean something for the task of `dataset`."""
    found = [OutputFilter.ALL, OutputFilter.DISAGREE, OutputFilter.IDENTICAL]
    if dataset.is_classification or dataset.task == Dataset.Task.E2E:
        found.append(OutputFilter.RIGHT_WRONG)
    if dataset.task == Dataset.Task.E2E:
        found.append(OutputFilter.SLOT_ERRORS)
    return tuple(found)


def output_page(
    *,
    dataset: Dataset,
    runs: Sequence[Run],
    only: OutputFilter = OutputFilter.ALL,
    pair: RightWrong | None = None,
    search: str = "",
    start: int = 0,
    backwards: bool = False,
) -> OutputPage:
    """The examples from position `start` on (up to it, where `backwards`) that `runs` answered.

    `pair` is what RIGHT_WRONG is about; without it that filter lets everything pass. Reads about a page of
    rows whatever the size of the dataset: slot errors are computed for what is shown, and for at most
    SCANNED_AT_MOST examples where they are what is looked for.
    """
    matching = _matching(dataset, runs, only, pair, search)
    if backwards:
        found, rest = _before(matching, start), matching.filter(position__gt=start)
    else:
        found, rest = matching.filter(position__gte=start), matching.filter(position__lt=start)
    scanned = None
    wanted = _wanted(dataset, only, pair)
    if wanted is None:
        shown = shown_examples(found[: PAGE_SIZE + 1], runs, dataset)
    else:
        shown, scanned = _scan(found, runs, dataset, wanted)
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


def _matching(
    dataset: Dataset, runs: Sequence[Run], only: OutputFilter, pair: RightWrong | None, search: str
) -> QuerySet[Example]:
    said = Output.objects.filter(run__in=[run.pk for run in runs], example=OuterRef("pk"))
    found = dataset.examples.filter(Exists(said)).order_by("position")
    if search:
        held = Q(source__icontains=search) | Q(text_pair__icontains=search)
        found = found.filter(held | Exists(said.filter(text__icontains=search)))
    compared = said.order_by().values("example").annotate(texts=Count("text", distinct=True), n=Count("pk"))
    if only is OutputFilter.DISAGREE:
        return found.filter(Exists(compared.filter(texts__gt=1)))
    if only is OutputFilter.IDENTICAL:
        return found.filter(Exists(compared.filter(texts=1, n__gt=1)))
    if only is OutputFilter.RIGHT_WRONG and pair is not None:
        right, wrong = said.filter(run=pair.right), said.filter(run=pair.wrong)
        if dataset.is_classification:
            gold = Q(text=F("example__label"))
            right, wrong = right.filter(gold), wrong.exclude(gold)
        return found.filter(Exists(right), Exists(wrong))
    return found


def _wanted(
    dataset: Dataset, only: OutputFilter, pair: RightWrong | None
) -> Callable[[ShownExample], bool] | None:
    """What an example is looked at for one by one, None where the database has chosen already."""
    if only is OutputFilter.SLOT_ERRORS:
        return lambda shown: any(output.has_errors for output in shown.outputs)
    if only is OutputFilter.RIGHT_WRONG and pair is not None and dataset.task == Dataset.Task.E2E:
        return lambda shown: not shown.of(pair.right).has_errors and shown.of(pair.wrong).has_errors
    return None


def _scan(
    found: QuerySet[Example],
    runs: Sequence[Run],
    dataset: Dataset,
    wanted: Callable[[ShownExample], bool],
) -> tuple[list[ShownExample], int | None]:
    """A page and one example that are `wanted`, and the last position looked at where it gave up before."""
    shown: list[ShownExample] = []
    last = None
    for start in range(0, SCANNED_AT_MOST, _BATCH):
        batch = shown_examples(found[start : start + _BATCH], runs, dataset)
        for candidate in batch:
            last = candidate.example.position
            if wanted(candidate):
                shown.append(candidate)
            if len(shown) > PAGE_SIZE:
                return shown, None
        if len(batch) < _BATCH:
            return shown, None
    return shown, last
