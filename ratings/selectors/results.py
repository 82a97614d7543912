"""Tidy answers for the statistics; locked until the study is closed."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet
from numpy.typing import NDArray

from ratings.errors import ResultsLocked
from ratings.models import Item, Judgement, Part, Study, StudyEvent

_LOOKED_AT: ContextVar[int | None] = ContextVar("study that a planned look is taken at", default=None)
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class TrialTable:
    """Live judgements of a discrimination part, one row a rater × item.

    `options` is the number of texts the rater chose from, `chosen_position` counts from 1 in the order shown,
    `order` is the assignment's position in the rater's own sequence (for learning over time).
    `items_cannot_be_told` counts the items that were not shown, because the target wrote the same text as
    another option; `ratings_per_item` is how many raters would have judged each of them, at chance.
    """

    raters: tuple[str, ...]
    items: tuple[int, ...]
    rater: Ints
    item: Ints
    correct: NDArray[np.bool_]
    options: Ints
    chosen_position: Ints
    order: Ints
    items_cannot_be_told: int
    ratings_per_item: int


def trial_table(part: Part, *, without: Collection[int] = ()) -> TrialTable:
    """The judgements of a discrimination part; raters who withdrew are left out, and those `without` (keys).

    Raises ResultsLocked before closing.
    """
    require_unlocked(part.study)
    live = Judgement.objects.filter(
        live=True, assignment__part=part, assignment__purpose="data", assignment__rater__withdrawn_at=None
    ).exclude(assignment__rater__in=without)
    rows = (
        live.annotate(options=Count("assignment__shown_texts"))
        .values_list(
            "assignment__rater",
            "assignment__item__position",
            "correct",
            "options",
            "chosen__position",
            "assignment__position",
        )
        .order_by("assignment__rater", "assignment__position")
    )
    columns = _columns(rows, width=6)
    keys, raters = _raters_of(part.study)
    item_positions, examples = _items_of(part)
    options = part.design.options
    return TrialTable(
        raters=raters,
        items=examples,
        rater=np.searchsorted(keys, columns[0]),
        item=np.searchsorted(item_positions, columns[1]),
        correct=columns[2].astype(np.bool_),
        options=columns[3] if options is None else np.full_like(columns[3], options),
        chosen_position=columns[4],
        order=columns[5],
        items_cannot_be_told=part.items.filter(is_practice=False, cannot_be_told=True).count(),
        ratings_per_item=part.ratings_per_item,
    )


def identical_items(part: Part) -> int:
    """How many of the part's items have a text that several systems wrote.

    Imported ratings keep a text for each system, also where two wrote the same; two that are empty are two
    that the file did not have.
    """
    empty = Q(texts__text="")
    return (
        Item.objects.filter(part=part)
        .judged()
        .annotate(
            n_texts=Count("texts__text", distinct=True),
            n_empty=Count("texts", filter=empty, distinct=True),
            n_origins=Count("origins", distinct=True),
        )
        .filter(n_texts__lt=F("n_origins"), n_empty__lte=1)
        .count()
    )


def require_unlocked(study: Study) -> None:
    """Raise ResultsLocked unless `are_unlocked`, or a planned look is being taken."""
    if study.pk != _LOOKED_AT.get() and not are_unlocked(study):
        raise ResultsLocked(f"The results of '{study}' are locked until it is closed; it is {study.state}.")


def are_unlocked(study: Study) -> bool:
    """Whether `study` is closed, or was unblinded before closing; a query where it is open."""
    if study.state == Study.State.OPEN:
        return study.events.filter(kind=StudyEvent.Kind.UNBLINDED).exists()
    return study.state == Study.State.CLOSED


@contextmanager
def unlocked_for_a_look(study: Study) -> Iterator[None]:
    """Let the code inside read the results of `study`, for a look that tells no more than it has to."""
    token = _LOOKED_AT.set(study.pk)
    try:
        yield
    finally:
        _LOOKED_AT.reset(token)


def _columns(rows: QuerySet[Any, Any], *, width: int) -> Ints:
    """Rows of whole numbers as a width × n array, also when there are none."""
    return np.array(list(rows), dtype=np.int64).reshape(-1, width).T


def _raters_of(study: Study) -> tuple[Ints, tuple[str, ...]]:
    """The raters' keys in rising order, and their pseudonyms: two raters may have had one place in turn."""
    raters = list(study.raters.order_by("pk").values_list("pk", "pseudonym"))
    return np.array([key for key, _ in raters], dtype=np.int64), tuple(name for _, name in raters)


def _items_of(part: Part) -> tuple[Ints, tuple[int, ...]]:
    """Item positions in rising order, and the dataset positions of their examples."""
    items = list(
        Item.objects.filter(part=part)
        .judged()
        .order_by("position")
        .values_list("position", "example__position")
    )
    return np.array([position for position, _ in items], dtype=np.int64), tuple(e for _, e in items)
