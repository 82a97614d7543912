import dataclasses

import pytest

from generation.models import Dataset, Run, System
from ratings.design.study_plan import check_plan
from ratings.selectors.comparable_runs import finished_runs, starting_plan


@pytest.mark.parametrize("state", ["queued", "running", "failed", "cancelled"])
def test_only_finished_runs_can_be_compared(comparison, state):
    Run.objects.filter(pk=comparison.runs["pre"].pk).update(state=state)
    assert comparison.runs["pre"] not in finished_runs()
    assert len(finished_runs()) == 2


def test_a_plan_starts_with_lora_held_against_full(comparison):
    plan = starting_plan(finished_runs(), seed=5)
    assert plan.dataset == comparison.dataset.name
    assert [system.run for system in plan.systems] == [run.pk for run in comparison.runs.values()]
    assert (plan.parts[1].target, plan.parts[1].foil) == ("CANARY-system-full", "CANARY-system-lora")
    assert {(claim.system_a, claim.system_b) for claim in plan.claims} == {
        ("CANARY-system-lora", "CANARY-system-full")
    }
    assert plan.seed == 5
    assert 2 * plan.parts[0].items + 3 <= 24, "items of both parts and practice differ"


def test_named_it_can_be_stored(comparison):
    plan = starting_plan(finished_runs(), seed=5)
    check_plan(dataclasses.replace(plan, name="A study", public_title="Texts"))


def test_outputs_written_elsewhere_can_be_compared_too(db):
    dataset = Dataset.objects.create(name="d", task="e2e", file_name="d.csv", sha256="0" * 64)
    for name in "abcd":
        system = System.objects.create(name=name)
        Run.objects.create(system=system, dataset=dataset, state="done", examples=10)
    plan = starting_plan(finished_runs(), seed=1)
    assert len(plan.systems) == 3
    assert plan.claims[0].system_a != plan.claims[0].system_b


def test_one_system_alone_makes_no_comparison(comparison):
    Run.objects.exclude(pk=comparison.runs["pre"].pk).update(state="failed")
    plan = starting_plan(finished_runs(), seed=1)
    assert (plan.systems, plan.claims, plan.parts[1].target) == ((), (), None)
