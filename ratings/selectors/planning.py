"""What a draft would be opened as: its outputs and the plan that its seed gives. Nothing is stored."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from generation.models import Example, Output
from ratings.design.balance import StudyBalance, study_balance
from ratings.design.gold import GoldPlan, gold_from_json
from ratings.design.planned_checks import ChecksToPlan, GoldItem
from ratings.design.whole_plan import PartToPlan, PlannedPart, plan_study
from ratings.errors import StudyPlanInvalid
from ratings.models import Criterion, Part, Study, StudySystem


@dataclass(frozen=True, kw_only=True)
class StudyPool:
    """The examples of which every system said something: `texts[row][column]` for `examples` × `systems`.

    `facts` are the (slot, value) pairs of each example, `numbers` its number in the dataset (from 1).
    """

    systems: tuple[StudySystem, ...]
    examples: tuple[int, ...]
    numbers: tuple[int, ...]
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
    rows = list(
        Example.objects.filter(dataset=study.dataset_id)
        .order_by("position")
        .values_list("pk", "position", "slots")
    )
    facts = {key: tuple((str(slot), str(value)) for slot, value in slots) for key, _, slots in rows}
    numbers = {key: position + 1 for key, position, _ in rows}
    examples = tuple(key for key in facts if all((run, key) in said for run in runs))
    return StudyPool(
        systems=systems,
        examples=examples,
        numbers=tuple(numbers[key] for key in examples),
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


def parts_to_plan(study: Study, parts: Sequence[Part], pool: StudyPool) -> list[PartToPlan]:
    """What planning needs of `parts`, with systems as columns of `pool`."""
    return _parts(study, parts, pool)


def _parts(study: Study, parts: Sequence[Part], pool: StudyPool) -> list[PartToPlan]:
    columns = {system.pk: column for column, system in enumerate(pool.systems)}
    checked = [part for part in parts if part.n_checks or part.gold]
    criteria: dict[int, list[str]] = defaultdict(list)
    if checked:
        rows = Criterion.objects.filter(part__in=checked).order_by("part", "position")
        for key, name in rows.values_list("part", "name"):
            criteria[key].append(name)
    return [_part(part, columns, _checks(study, part, criteria[part.pk], pool)) for part in parts]


def _checks(study: Study, part: Part, criteria: list[str], pool: StudyPool) -> ChecksToPlan:
    """A planted error has to cost stars on the part's first criterion."""
    return ChecksToPlan(
        checks=part.n_checks,
        repeats=part.n_repeats,
        criteria=len(criteria),
        language=study.language,
        gold=tuple(_gold(part, gold_from_json(row), criteria, pool) for row in part.gold),
    )


def _gold(part: Part, gold: GoldPlan, criteria: list[str], pool: StudyPool) -> GoldItem:
    if gold.example not in pool.numbers:
        raise StudyPlanInvalid(
            f"'parts[{part.position}].gold' names example {gold.example}, which not every system answered: "
            "choose an example of the corpus that all of them did."
        )
    return GoldItem(
        example=pool.numbers.index(gold.example),
        text=gold.text,
        expected={criteria.index(name): stars for name, stars in gold.expected.items()},
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
