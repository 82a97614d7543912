"""Open a study: draw its items, plan who sees what, make the raters' places, and freeze it all."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.utils import timezone

from generation.models import Example, Output
from ratings.design.assignment import draw_items, plan_part
from ratings.errors import StudyClosed, StudyPlanInvalid
from ratings.models import (
    Assignment,
    Item,
    Part,
    PresentedText,
    Rater,
    ShownText,
    Study,
    StudySystem,
    TextOrigin,
)
from ratings.services.protocol import frozen_protocol

Texts = Mapping[tuple[int, int], str]  # (run, example) -> what it said


@dataclass(frozen=True, kw_only=True)
class ItemToShow:
    """A stored item with its distinct texts, each named by the first system that wrote it."""

    item: Item
    texts: tuple[PresentedText, ...]
    names: tuple[int, ...]


def open_study(*, study: Study) -> Study:
    """Freeze `study` and open it; opening an open study changes nothing.

    Raises StudyPlanInvalid where its runs have too few outputs in common, StudyClosed where it is over.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().select_related("dataset").get(pk=study.pk)
        if study.state == Study.State.CLOSED:
            raise StudyClosed(f"'{study}' is closed and cannot be opened again: make a new study.")
        if study.state == Study.State.DRAFT:
            _plan(study)
            study.state = Study.State.OPEN
            study.opened_at = timezone.now()
            study.protocol, study.protocol_sha256 = frozen_protocol(study)
            study.save()
    return study


def _plan(study: Study) -> None:
    rng = np.random.default_rng(study.seed)
    parts = list(study.parts.select_related("target", "foil"))
    systems = list(study.systems.all())
    texts, pool = _pool(systems)
    drawn = draw_items(
        pool=len(pool),
        counts=[part.n_items for part in parts],
        reserve=sum(part.n_practice for part in parts),
        rng=rng,
    )
    raters = Rater.objects.bulk_create(
        Rater(study=study, place=place, pseudonym=f"R{place:02d}")
        for place in range(1, study.raters_planned + 1)
    )
    spare = [pool[index] for index in drawn.spare]
    positions = [0] * len(raters)
    for part, indices in zip(parts, drawn.parts, strict=True):
        shown = systems_shown(part, systems)
        items = _store_items(part, shown, [pool[index] for index in indices], texts)
        _assign(part, [row for row in items if not row.item.cannot_be_told], raters, positions, rng)
        practice = _practice_examples(part, shown, spare, texts)
        _store_items(part, shown, practice, texts, is_practice=True)
        spare = [example for example in spare if example not in practice]


def systems_shown(part: Part, systems: Sequence[StudySystem]) -> tuple[StudySystem, ...]:
    """The systems whose texts an item of `part` shows, in the study's order."""
    if part.kind != Part.Kind.TWO_AFC:
        return tuple(systems)
    return tuple(system for system in systems if system.pk in (part.target_id, part.foil_id))


def _pool(systems: Sequence[StudySystem]) -> tuple[Texts, list[int]]:
    """All outputs, and the examples (by position) for which every system has one."""
    runs = [system.run_id for system in systems]
    texts = {
        (run, example): text
        for run, example, text in Output.objects.filter(run__in=runs).values_list("run", "example", "text")
    }
    said = {example for _, example in texts}
    common = [example for example in said if all((run, example) in texts for run in runs)]
    pool = list(Example.objects.filter(pk__in=common).order_by("position").values_list("pk", flat=True))
    if not pool:
        raise StudyPlanInvalid(
            "The systems' runs have no example in common: let each finish a run over them."
        )
    return texts, pool


def _cannot_be_told(part: Part, shown: Sequence[StudySystem], example: int, texts: Texts) -> bool:
    """Whether another option of a discrimination trial reads exactly as the target's text does."""
    if part.target is None:
        return False
    target = texts[part.target.run_id, example]
    return any(texts[system.run_id, example] == target for system in shown if system != part.target)


def _practice_examples(
    part: Part, shown: Sequence[StudySystem], spare: Sequence[int], texts: Texts
) -> list[int]:
    """Up to `n_practice` examples outside the study's items, from which something can be learnt."""
    useful = [example for example in spare if not _cannot_be_told(part, shown, example, texts)]
    return useful[: part.n_practice]


def _store_items(
    part: Part,
    shown: Sequence[StudySystem],
    examples: Sequence[int],
    texts: Texts,
    *,
    is_practice: bool = False,
) -> list[ItemToShow]:
    items = Item.objects.bulk_create(
        Item(
            part=part,
            example_id=example,
            position=position,
            is_practice=is_practice,
            cannot_be_told=_cannot_be_told(part, shown, example, texts),
        )
        for position, example in enumerate(examples, start=1)
    )
    writers = [_writers_by_text(shown, example, texts) for example in examples]
    presented = iter(
        PresentedText.objects.bulk_create(
            PresentedText(item=item, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
            for item, by_text in zip(items, writers, strict=True)
            for text in by_text
        )
    )
    rows = [
        ItemToShow(
            item=item,
            texts=tuple(next(presented) for _ in by_text),
            names=tuple(systems[0].position for systems in by_text.values()),
        )
        for item, by_text in zip(items, writers, strict=True)
    ]
    TextOrigin.objects.bulk_create(
        TextOrigin(item=row.item, presented=text, system=system)
        for row, by_text in zip(rows, writers, strict=True)
        for text, systems in zip(row.texts, by_text.values(), strict=True)
        for system in systems
    )
    return rows


def _writers_by_text(
    shown: Sequence[StudySystem], example: int, texts: Texts
) -> dict[str, list[StudySystem]]:
    writers: dict[str, list[StudySystem]] = {}
    for system in shown:
        writers.setdefault(texts[system.run_id, example], []).append(system)
    return writers


def _assign(
    part: Part,
    items: Sequence[ItemToShow],
    raters: Sequence[Rater],
    positions: list[int],
    rng: np.random.Generator,
) -> None:
    """Store the part's plan; `positions[rater]` counts on from the parts before it."""
    plan = plan_part(
        texts=[row.names for row in items],
        ratings_per_item=part.ratings_per_item,
        raters=len(raters),
        rng=rng,
    )
    assignments = Assignment.objects.bulk_create(
        Assignment(
            rater=raters[planned.rater],
            part=part,
            item=items[planned.item].item,
            position=positions[planned.rater] + planned.position + 1,
        )
        for planned in plan
    )
    ShownText.objects.bulk_create(
        ShownText(assignment=assignment, presented=items[planned.item].texts[index], position=slot)
        for assignment, planned in zip(assignments, plan, strict=True)
        for slot, index in enumerate(planned.order, start=1)
    )
    for planned in plan:
        positions[planned.rater] += 1
