"""Extend an open study by raters or items, as an amendment: what was planned before stays as it was."""

from collections.abc import Sequence
from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from ratings.design.extension import PartExtension, PartToExtend, extension_seed, more_items, more_ratings
from ratings.errors import PlacesChanged, StudyPlanInvalid
from ratings.models import Item, Part, PresentedText, Rater, Study, StudyEvent
from ratings.selectors.planning import StudyPool, parts_to_plan, study_pool
from ratings.services.access import require_open
from ratings.services.opening import StoredItem, store_assignments, store_items
from ratings.services.protocol import extension_protocol
from ratings.services.running import record_event

MOST_RATERS = 10_000


def extend_study(
    *, study: Study, raters: int, items: int, reason: str, actor: User, seen_places: int | None = None
) -> StudyEvent:
    """Add places for `raters` more raters, who rate the items there are or, with `items`, so many new a part.

    The plan of the places there are does not change, nor does the frozen protocol; what is added is frozen in
    a protocol of its own. `seen_places` is how many places the person who asks has seen: the same form sent
    twice extends once. Raises ReasonMissing, StudyNotOpen, StudyClosed, PlacesChanged and StudyPlanInvalid.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().select_related("dataset").get(pk=study.pk)
        require_open(study)
        before = study.raters.aggregate(Max("place"))["place__max"]
        if seen_places is not None and seen_places != before:
            raise PlacesChanged(f"'{study}' has {before} places by now: look at its page, then ask again.")
        _check(raters, items, before)
        number = study.events.filter(kind=StudyEvent.Kind.EXTENDED).count() + 1
        seed = extension_seed(study.seed, number)
        _store(study, raters=raters, items=items, before=before, seed=seed)
        protocol, sha256 = extension_protocol(
            study, number=number, seed=seed, raters=raters, items=items, before=before
        )
        return record_event(
            study=study,
            kind=StudyEvent.Kind.EXTENDED,
            reason=reason,
            actor=actor,
            details={"raters": raters, "items": items, "protocol_sha256": sha256},
            protocol=protocol,
            protocol_sha256=sha256,
        )


def _check(raters: int, items: int, before: int) -> None:
    if not 1 <= raters <= MOST_RATERS - before:
        raise StudyPlanInvalid(
            f"'raters' is {raters}: add 1 to {MOST_RATERS - before}; new items need new raters as well, "
            "since nobody's plan changes."
        )
    if not 0 <= items <= MOST_RATERS:
        raise StudyPlanInvalid(f"'items' is {items}: give 0 to {MOST_RATERS} new items a part.")


def _store(study: Study, *, raters: int, items: int, before: int, seed: int) -> None:
    parts = list(study.parts.select_related("study"))
    shown = [_stored(part, check=False) for part in parts]
    checks = [_stored(part, check=True) for part in parts]
    asked = [
        PartToExtend(
            texts=tuple(_names(row) for row in rows),
            ratings_per_item=part.ratings_per_item,
            checks=len(own),
            repeats=part.n_repeats,
            layouts=part.design.layouts,
        )
        for part, rows, own in zip(parts, shown, checks, strict=True)
    ]
    pool = _unused(study)
    plans: Sequence[PartExtension]
    if items:
        plans = more_items(
            asked,
            pool=pool.texts,
            facts=pool.facts,
            planned=parts_to_plan(study, parts, pool),
            items=items,
            raters=raters,
            seed=seed,
        )
    else:
        plans = more_ratings(asked, raters_before=study.raters_planned, raters=raters, seed=seed)
    newcomers = Rater.objects.bulk_create(
        Rater(study=study, place=place, pseudonym=f"R{place:02d}")
        for place in range(before + 1, before + raters + 1)
    )
    positions = [0] * raters
    for part, plan, old, own in zip(parts, plans, shown, checks, strict=True):
        rows = old
        if items:
            after = part.items.filter(is_practice=False).aggregate(Max("position"))["position__max"]
            fresh = store_items(part, plan.items, pool, after=after)
            rows = [row for row in fresh if not row.item.cannot_be_told]
        store_assignments(part, plan.assignments, rows, own, newcomers, positions)


def _stored(part: Part, *, check: bool) -> list[StoredItem]:
    """The part's items that are shown, or its checks, with their texts in the order of the plan."""
    items = Item.objects.filter(part=part, is_practice=False, cannot_be_told=False).order_by("position")
    wanted = items.exclude(check_kind="") if check else items.filter(check_kind="")
    return [
        StoredItem(item=item, texts=tuple(sorted(item.texts.all(), key=lambda text: text.pk)))
        for item in wanted.prefetch_related("texts__systems")
    ]


def _names(row: StoredItem) -> tuple[int, ...]:
    """The texts of the item's own example by the first system that wrote each."""
    own = [text for text in row.texts if text.example_id == row.item.example_id]
    return tuple(min(system.position for system in text.systems.all()) for text in own)


def _unused(study: Study) -> StudyPool:
    """What the systems said of examples that the study shows nowhere."""
    pool = study_pool(study)
    used = set(PresentedText.objects.filter(item__part__study=study).values_list("example", flat=True))
    left = [row for row, example in enumerate(pool.examples) if example not in used]
    return replace(
        pool,
        examples=tuple(pool.examples[row] for row in left),
        facts=tuple(pool.facts[row] for row in left),
        texts=tuple(pool.texts[row] for row in left),
    )
