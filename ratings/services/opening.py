"""Open a study: store its items and who sees what as planned, make the raters' places, and freeze it all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from evalsite import audit
from ratings.design.assignment import PlannedAssignment
from ratings.design.planned_checks import CheckToPresent
from ratings.design.whole_plan import ItemToPresent
from ratings.errors import StudyClosed
from ratings.models import Assignment, Item, Part, PresentedText, Rater, ShownText, Study, TextOrigin
from ratings.selectors.planning import StudyPool, planned_parts, study_pool
from ratings.services.protocol import frozen_protocol


@dataclass(frozen=True, kw_only=True)
class StoredItem:
    """A stored item with its distinct texts, in the plan's order."""

    item: Item
    texts: tuple[PresentedText, ...]


def open_study(*, study: Study, actor: User | None = None) -> Study:
    """Freeze `study` and open it; opening an open study changes nothing. No actor: the command line.

    Raises StudyPlanInvalid where its runs have too few outputs in common, StudyClosed where it is over.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().select_related("dataset").get(pk=study.pk)
        if study.state == Study.State.CLOSED:
            raise StudyClosed(f"'{study}' is closed and cannot be opened again: make a new study.")
        if study.state == Study.State.DRAFT:
            _store_plan(study)
            study.state = Study.State.OPEN
            study.opened_at = timezone.now()
            study.protocol, study.protocol_sha256 = frozen_protocol(study)
            study.save()
            frozen = {"protocol_sha256": study.protocol_sha256}
            audit.note(actor=actor, action="opened a study", subject=study.name, details=frozen)
    return study


def _store_plan(study: Study) -> None:
    parts = list(study.parts.all())
    pool = study_pool(study)
    planned = planned_parts(study, parts, pool)
    raters = Rater.objects.bulk_create(
        Rater(study=study, place=place, pseudonym=f"R{place:02d}")
        for place in range(1, study.raters_planned + 1)
    )
    positions = [0] * len(raters)
    for part, plan in zip(parts, planned, strict=True):
        items = store_items(part, plan.items, pool)
        shown = [row for row in items if not row.item.cannot_be_told]
        checks = _store_checks(part, plan.checks, pool, after=len(items))
        store_assignments(part, plan.assignments, shown, checks, raters, positions)
        before = (*plan.training, *plan.practice)
        store_items(part, before, pool, is_practice=True, training=len(plan.training))


def store_items(
    part: Part,
    planned: Sequence[ItemToPresent],
    pool: StudyPool,
    *,
    is_practice: bool = False,
    training: int = 0,
    after: int = 0,
) -> list[StoredItem]:
    """Store items with their texts and who wrote them, numbered on from position `after`."""
    items = Item.objects.bulk_create(
        Item(
            part=part,
            example_id=pool.examples[plan.example],
            position=position,
            is_practice=is_practice,
            is_training=position <= training,
            cannot_be_told=plan.cannot_be_told,
        )
        for position, plan in enumerate(planned, start=after + 1)
    )
    presented = iter(
        PresentedText.objects.bulk_create(
            PresentedText(
                item=item,
                example_id=pool.examples[example],
                text=pool.texts[example][systems[0]],
                sha256=hashlib.sha256(pool.texts[example][systems[0]].encode()).hexdigest(),
            )
            for item, plan in zip(items, planned, strict=True)
            for example, systems in plan.texts
        )
    )
    rows = [
        StoredItem(item=item, texts=tuple(next(presented) for _ in plan.texts))
        for item, plan in zip(items, planned, strict=True)
    ]
    TextOrigin.objects.bulk_create(
        TextOrigin(item=row.item, example_id=text.example_id, presented=text, system=pool.systems[system])
        for row, plan in zip(rows, planned, strict=True)
        for text, (_, systems) in zip(row.texts, plan.texts, strict=True)
        for system in systems
    )
    return rows


def _store_checks(
    part: Part, planned: Sequence[CheckToPresent], pool: StudyPool, *, after: int
) -> list[StoredItem]:
    """Store check items, whose texts no system wrote, numbered on from the part's items."""
    items = Item.objects.bulk_create(
        Item(
            part=part,
            example_id=pool.examples[check.example],
            position=position,
            check_kind=check.kind,
            expected={str(criterion + 1): stars for criterion, stars in check.expected.items()},
        )
        for position, check in enumerate(planned, start=after + 1)
    )
    texts = PresentedText.objects.bulk_create(
        PresentedText(
            item=item,
            example_id=item.example_id,
            text=check.text,
            sha256=hashlib.sha256(check.text.encode()).hexdigest(),
        )
        for item, check in zip(items, planned, strict=True)
    )
    return [StoredItem(item=item, texts=(text,)) for item, text in zip(items, texts, strict=True)]


def store_assignments(
    part: Part,
    plan: Sequence[PlannedAssignment],
    items: Sequence[StoredItem],
    checks: Sequence[StoredItem],
    raters: Sequence[Rater],
    positions: list[int],
) -> None:
    """Store who sees what; `positions[rater]` counts on from the parts before it."""
    seen = [(checks if planned.purpose == "check" else items)[planned.item] for planned in plan]
    assignments = Assignment.objects.bulk_create(
        Assignment(
            rater=raters[planned.rater],
            part=part,
            item=row.item,
            position=positions[planned.rater] + planned.position + 1,
            purpose=planned.purpose,
        )
        for planned, row in zip(plan, seen, strict=True)
    )
    ShownText.objects.bulk_create(
        ShownText(assignment=assignment, presented=row.texts[index], position=slot)
        for assignment, planned, row in zip(assignments, plan, seen, strict=True)
        for slot, index in enumerate(planned.order, start=1)
    )
    for planned in plan:
        positions[planned.rater] += 1
