import dataclasses
from datetime import timedelta

import pytest

from generation.models import Run
from ratings.design import wording
from ratings.errors import StudyFrozen, StudyPlanInvalid
from ratings.models import Claim, Study
from ratings.services.drafting import create_study, delete_draft, revise_study
from ratings.services.opening import open_study


def test_a_plan_becomes_a_draft(researcher, plan, comparison):
    study = create_study(owner=researcher, plan=plan)
    assert study.state == Study.State.DRAFT
    assert [row.run for row in study.systems.all()] == list(comparison.runs.values())
    stars, pair = study.parts.all()
    assert [criterion.name for criterion in stars.criteria.all()] == [
        "informativeness",
        "naturalness",
        "quality",
    ]
    assert pair.question == wording.QUESTIONS["two_afc"]
    assert (pair.target.label, pair.foil.label) == ("CANARY-label-full", "CANARY-label-lora")
    assert Claim.objects.get().criterion.name == "quality"


def test_the_latest_finished_run_is_taken_unless_one_is_named(researcher, plan, comparison):
    first = comparison.runs["full"]
    later = Run.objects.create(
        system=first.system,
        dataset=first.dataset,
        state="done",
        finished_at=first.finished_at + timedelta(seconds=1),
    )
    Run.objects.create(system=first.system, dataset=first.dataset, state="failed")
    study = create_study(owner=researcher, plan=plan)
    assert study.systems.get(label="CANARY-label-full").run == later
    named = dataclasses.replace(plan.systems[1], run=first.pk)
    systems = (plan.systems[0], named, plan.systems[2])
    study = create_study(owner=researcher, plan=dataclasses.replace(plan, name="second", systems=systems))
    assert study.systems.get(label="CANARY-label-full").run == first


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dataset": "absent"}, "'dataset' is 'absent', which was not imported: choose of CANARY-corpus"),
        ({"raters": 1}, "ratings_per_item' is 2, with 1 raters"),
    ],
)
def test_what_is_not_there_is_named(researcher, plan, changes, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        create_study(owner=researcher, plan=dataclasses.replace(plan, **changes))
    assert not Study.objects.exists()


def test_a_system_without_a_finished_run_is_refused(researcher, plan, comparison):
    Run.objects.filter(pk=comparison.runs["lora"].pk).update(state="running")
    with pytest.raises(StudyPlanInvalid, match="'CANARY-system-lora', which has no finished run"):
        create_study(owner=researcher, plan=plan)


def test_a_name_is_taken_once_but_slugs_find_room(researcher, plan):
    create_study(owner=researcher, plan=plan)
    with pytest.raises(StudyPlanInvalid, match="which another study has"):
        create_study(owner=researcher, plan=plan)
    other = create_study(owner=researcher, plan=dataclasses.replace(plan, name="canary study"))
    assert other.slug == "canary-study-2"
    assert create_study(owner=researcher, plan=dataclasses.replace(plan, name="→")).slug == "study"


def test_a_draft_can_be_revised_and_an_open_study_cannot(researcher, plan):
    study = create_study(owner=researcher, plan=plan)
    revised = revise_study(study=study, plan=dataclasses.replace(plan, parts=plan.parts[:1], seed=99))
    assert (revised.pk, revised.seed, revised.parts.count()) == (study.pk, 99, 1)
    assert revised.systems.count() == 3
    open_study(study=study)
    with pytest.raises(StudyFrozen, match="was opened"):
        revise_study(study=study, plan=plan)


def test_a_draft_can_be_deleted_and_an_opened_study_cannot(researcher, plan):
    study = create_study(owner=researcher, plan=plan)
    delete_draft(study=study, actor=study.owner)
    assert not Study.objects.exists()
    study = open_study(study=create_study(owner=researcher, plan=plan))
    with pytest.raises(StudyFrozen, match="is kept with its answers"):
        delete_draft(study=study, actor=study.owner)
    assert Study.objects.exists()


def test_no_study_has_the_address_of_the_form(researcher, plan):
    assert create_study(owner=researcher, plan=dataclasses.replace(plan, name="New")).slug == "new-2"
