"""What a draft would be opened as: its outputs and the plan that its seed gives. Nothing is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from generation.models import Example, Output
from ratings.design.balance import StudyBalance, study_balance
from ratings.design.planned_checks import ChecksToPlan
from ratings.design.whole_plan import PartToPlan, PlannedPart, plan_study
from ratings.models import Criterion, Part, Study, StudySystem


@dataclass(frozen=True, kw_only=True)
class StudyPool:
    """The examples of which every system said something: `texts[row][column]` for `examples` × `systems`.

    `facts` are the (slot, value) pairs of each example.
    """

    systems: tuple[StudySystem, ...]
    examples: tuple[int, ...]
    facts: tuple[tuple[tuple[str, str], ...], ...]
    texts: tuple[tuple[str, ...], ...]


def study_pool(study: Study) -> StudyPool:
    """The study's systems and what all of them said, in the dataset's order; three queries."""
    systems = tuple(study.systems.all())
    said = {
        (run, example): text
        for run, example, text in Output.objects.filter(run__in=[row.run_id for row in systems])
        .order_by()
        .values_list("run", "example", "text")
    }
    runs = [system.run_id for system in systems]
    facts = {
        key: tuple((str(slot), str(value)) for slot, value in slots)
        for key, slots in Example.objects.filter(dataset=study.dataset_id)
        .order_by("position")
        .values_list("pk", "slots")
    }
    examples = tuple(key for key in facts if all((run, key) in said for run in runs))
    return StudyPool(
        systems=systems,
        examples=examples,
        facts=tuple(facts[key] for key in examples),
        texts=tuple(tuple(said[run, key] for run in runs) for key in examples),
    )


def planned_parts(study: Study, parts: Sequence[Part], pool: StudyPool) -> tuple[PlannedPart, ...]:
    """The plan that opening `study` stores for `parts`; raises StudyPlanInvalid as `plan_study` does."""
    return plan_study(
        pool=pool.texts,
        facts=pool.facts,
        parts=_parts(study, parts, pool),
        raters=study.raters_planned,
        seed=study.seed,
    )


def draft_balance(study: Study) -> tuple[StudyPool, StudyBalance]:
    """How balanced the plan is that opening `study` would store; raises StudyPlanInvalid."""
    parts = list(study.parts.annotate(questions=Count("criteria")))
    pool = study_pool(study)
    balance = study_balance(
        pool=pool.texts,
        parts=_parts(study, parts, pool),
        questions=[part.questions for part in parts],
        planned=planned_parts(study, parts, pool),
        raters=study.raters_planned,
    )
    return pool, balance


def _parts(study: Study, parts: Sequence[Part], pool: StudyPool) -> list[PartToPlan]:
    columns = {system.pk: column for column, system in enumerate(pool.systems)}
    checked = [part for part in parts if part.n_checks]
    criteria = Counter(
        Criterion.objects.filter(part__in=checked).values_list("part", flat=True) if checked else ()
    )
    return [_part(part, columns, _checks(study, part, criteria[part.pk])) for part in parts]


def _checks(study: Study, part: Part, criteria: int) -> ChecksToPlan:
    """A planted error has to cost stars on the part's first criterion."""
    return ChecksToPlan(
        checks=part.n_checks, repeats=part.n_repeats, criteria=criteria, language=study.language
    )


def _part(part: Part, columns: dict[int, int], checks: ChecksToPlan) -> PartToPlan:
    pair = (part.target_id, part.foil_id)
    shown = [key for key in columns if part.foil_id is None or key in pair]
    return PartToPlan(
        shown=tuple(columns[key] for key in shown),
        items=part.n_items,
        practice=part.n_practice,
        training=part.n_training,
        ratings_per_item=part.ratings_per_item,
        target=None if part.target_id is None else columns[part.target_id],
        checks=checks,
        companions=part.design.companions,
        layouts=part.design.layouts,
    )
