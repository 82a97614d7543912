import dataclasses

from ratings.selectors.plans import plan_of
from ratings.services.drafting import create_study, revise_study
from tests.ratings.sending import with_runs


def test_a_stored_plan_reads_back_as_it_was(researcher, plan, comparison):
    study = create_study(owner=researcher, plan=plan)
    back = plan_of(study)
    expected = with_runs(plan, {run.system.name: run.pk for run in comparison.runs.values()})
    assert [dataclasses.replace(part, question="") for part in back.parts] == list(expected.parts)
    assert all(part.question for part in back.parts), "the kind's usual question was filled in"
    assert dataclasses.replace(back, parts=()) == dataclasses.replace(expected, parts=())


def test_reading_and_storing_changes_nothing(researcher, plan):
    study = create_study(owner=researcher, plan=plan)
    back = plan_of(study)
    assert plan_of(revise_study(study=study, plan=back)) == back
