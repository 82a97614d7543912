"""Store a study's plan as a draft, and change it while it is one."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from evalsite import audit
from generation.models import Dataset, Run
from generation.models.leases import WorkState
from ratings.design import wording
from ratings.design.kinds import KINDS
from ratings.design.study_plan import PartPlan, StudyPlan, SystemPlan, check_plan
from ratings.errors import StudyFrozen, StudyPlanInvalid
from ratings.models import Criterion, Part, Study, StudySystem
from ratings.services.claims import store_claims
from ratings.services.consent import store_first_texts

NOT_A_SLUG = "new"  # the address of the form that makes a study


def create_study(*, owner: User, plan: StudyPlan) -> Study:
    """A new draft from `plan`.

    Raises StudyPlanInvalid where the plan does not hang together, the name is taken, or the dataset or a
    finished run of a system over it is not there.
    """
    check_plan(plan)
    with transaction.atomic():
        study = Study(owner=owner, slug=free_slug(plan.name))
        _store(study, plan)
    return study


def revise_study(*, study: Study, plan: StudyPlan) -> Study:
    """Replace a draft's whole design by `plan`; raises StudyFrozen once the study was opened."""
    check_plan(plan)
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        if current.state != Study.State.DRAFT:
            raise StudyFrozen(
                f"'{current}' was opened, which froze its design: make a new study to ask something else."
            )
        current.parts.all().delete()
        current.systems.all().delete()
        _store(current, plan)
    return current


def delete_draft(*, study: Study, actor: User) -> None:
    """Delete a draft; raises StudyFrozen once the study was opened, since answers are kept."""
    with transaction.atomic():
        current = Study.objects.select_for_update().get(pk=study.pk)
        if current.state != Study.State.DRAFT:
            raise StudyFrozen(f"'{current}' was opened and is kept with its answers: close it instead.")
        current.delete()
        audit.note(actor=actor, action="deleted a draft", subject=study.name)


def _store(study: Study, plan: StudyPlan) -> None:
    if Study.objects.filter(name=plan.name).exclude(pk=study.pk).exists():
        raise StudyPlanInvalid(f"'name' is '{plan.name}', which another study has: choose another.")
    study.dataset = _dataset(plan.dataset)
    _check_labels(plan, study.dataset)
    for field in ("name", "public_title", "seed", "language", "instructions"):
        setattr(study, field, getattr(plan, field))
    study.completion_note, study.link_days = plan.completion_note, plan.link_days
    study.lease_hours, study.open_lease_hours = plan.lease_hours, plan.open_lease_hours
    study.retention_days, study.quiz = plan.retention_days, plan.quiz.to_json() if plan.quiz else {}
    study.raters_planned = plan.raters
    study.hypotheses, study.stopping_rule = plan.hypotheses, plan.stopping_rule
    study.payment = plan.payment.to_json() if plan.payment else {}
    study.exclusion_rules = plan.exclusions.to_json()
    study.looks = plan.looks.to_json()
    study.uses = [{"name": use.name, "loss": use.loss} for use in plan.uses]
    study.save()
    store_first_texts(study, {plan.language: plan.consent_text, **plan.consent_translations})
    systems = {
        row.label: StudySystem.objects.create(
            study=study, run=_finished_run(row, study.dataset), label=row.label, position=position
        )
        for position, row in enumerate(plan.systems, start=1)
    }
    criteria: dict[str, Criterion] = {}
    for position, part in enumerate(plan.parts, start=1):
        criteria |= _store_part(study, part, position, systems)
    store_claims(study, plan.claims, criteria=criteria, systems=systems)


def _store_part(
    study: Study, plan: PartPlan, position: int, systems: dict[str, StudySystem]
) -> dict[str, Criterion]:
    part = Part.objects.create(
        study=study,
        position=position,
        kind=plan.kind,
        question=plan.question or wording.usual_question(plan.kind, training=plan.training),
        n_items=plan.items,
        n_practice=plan.practice,
        n_training=plan.training,
        ratings_per_item=plan.ratings_per_item,
        n_checks=plan.checks,
        n_repeats=plan.repeats,
        one_at_a_time=plan.one_at_a_time,
        gold=[gold.to_json() for gold in plan.gold],
        confidence_steps=plan.confidence_steps,
        asks_comment=plan.asks_comment,
        target=systems[plan.target] if plan.target else None,
        foil=systems[plan.foil] if plan.foil else None,
    )
    return {
        criterion.name: Criterion.objects.create(
            part=part,
            position=number,
            name=criterion.name,
            question=criterion.question,
            low_anchor=criterion.low_anchor,
            high_anchor=criterion.high_anchor,
        )
        for number, criterion in enumerate(plan.criteria, start=1)
    }


def _dataset(name: str) -> Dataset:
    try:
        return Dataset.objects.get(name=name)
    except Dataset.DoesNotExist:
        known = ", ".join(Dataset.objects.values_list("name", flat=True)) or "none yet"
        raise StudyPlanInvalid(f"'dataset' is '{name}', which was not imported: choose of {known}.") from None


def _check_labels(plan: StudyPlan, dataset: Dataset) -> None:
    for number, part in enumerate(plan.parts, start=1):
        if KINDS[part.kind].answer == "labels" and not dataset.is_classification:
            raise StudyPlanInvalid(
                f"'parts[{number}].kind' is '{part.kind}', but '{dataset}' has no labels: choose a corpus of "
                "a classification, or another kind."
            )


def _finished_run(plan: SystemPlan, dataset: Dataset) -> Run:
    runs = Run.objects.filter(system__name=plan.system, dataset=dataset, state=WorkState.DONE)
    if plan.run is not None:
        runs = runs.filter(pk=plan.run)
    run = runs.order_by("-finished_at", "-pk").first()
    if run is None:
        raise StudyPlanInvalid(
            f"'systems' names '{plan.system}', which has no finished run over '{dataset}': let it finish one."
        )
    return run


def free_slug(name: str) -> str:
    """A slug of `name` that no study has."""
    stem = slugify(name)[:190] or "study"
    taken = {*Study.objects.filter(slug__startswith=stem).values_list("slug", flat=True), NOT_A_SLUG}
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)
