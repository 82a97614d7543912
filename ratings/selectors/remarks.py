"""What raters added to their answers: how sure they were of them, and comments; locked until closing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ratings.models import Part, Remark, ShownText, Study
from ratings.selectors.results import require_unlocked


@dataclass(frozen=True, kw_only=True)
class RemarkRow:
    """How sure a rater was of one item, and the comment; either may be missing.

    `shown` says which system wrote each text that stood on the page, as "1: full; 2: lora".
    """

    part: int
    kind: str
    rater: str
    item: int
    confidence: int | None
    comment: str
    shown: str


@dataclass(frozen=True, kw_only=True)
class SureRow:
    """How sure a rater was of an answer that is right or wrong."""

    rater: str
    item: int
    confidence: int
    right: bool


def remark_rows(study: Study, *, without: Collection[int] = ()) -> tuple[RemarkRow, ...]:
    """Every live remark, by part, rater and item; who withdrew is left out, and those `without` (keys).

    Two queries. Raises ResultsLocked before closing.
    """
    require_unlocked(study)
    rows = list(
        Remark.objects.filter(
            live=True,
            assignment__rater__study=study,
            assignment__purpose="data",
            assignment__rater__withdrawn_at=None,
        )
        .exclude(assignment__rater__in=without)
        .order_by("assignment__part__position", "assignment__rater", "assignment__position")
        .values_list(
            "assignment",
            "assignment__part__position",
            "assignment__part__kind",
            "assignment__rater__pseudonym",
            "assignment__item__example__position",
            "confidence",
            "comment",
        )
    )
    shown = _writers(study)
    return tuple(
        RemarkRow(
            part=part,
            kind=kind,
            rater=rater,
            item=item,
            confidence=confidence,
            comment=comment,
            shown=shown.get(assignment, ""),
        )
        for assignment, part, kind, rater, item, confidence, comment in rows
    )


def sure_rows(part: Part, *, without: Collection[int] = ()) -> tuple[SureRow, ...]:
    """Answers of a part that are right or wrong, with how sure their raters were, by rater and item.

    Who withdrew is left out, and those `without` (keys). Raises ResultsLocked before closing.
    """
    require_unlocked(part.study)
    rows = (
        Remark.objects.filter(
            live=True,
            confidence__isnull=False,
            assignment__part=part,
            assignment__purpose="data",
            assignment__rater__withdrawn_at=None,
            assignment__judgements__live=True,
            assignment__judgements__correct__isnull=False,
        )
        .exclude(assignment__rater__in=without)
        .order_by("assignment__rater", "assignment__position")
        .values_list(
            "assignment__rater__pseudonym",
            "assignment__item__example__position",
            "confidence",
            "assignment__judgements__correct",
        )
    )
    return tuple(
        SureRow(rater=rater, item=item, confidence=confidence or 0, right=bool(right))
        for rater, item, confidence, right in rows
    )


def _writers(study: Study) -> dict[int, str]:
    """By assignment with a remark: each text's place on the page and who wrote it."""
    rows = (
        ShownText.objects.filter(assignment__rater__study=study, assignment__remarks__live=True)
        .order_by("assignment", "position", "presented__origins__system__position")
        .values_list("assignment", "position", "presented__origins__system__label")
    )
    places: dict[int, dict[int, list[str]]] = {}
    for assignment, position, label in rows:
        places.setdefault(assignment, {}).setdefault(position, []).append(label or "")
    return {assignment: _said(own.values()) for assignment, own in places.items()}


def _said(texts: Iterable[list[str]]) -> str:
    return "; ".join(f"{place}: {', '.join(writers)}" for place, writers in enumerate(texts, start=1))
