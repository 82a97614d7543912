"""Asking for a size, answering it once, and what a failure leaves behind."""

from dataclasses import replace

import pytest
from django.utils import timezone

from ratings import tasks
from ratings.design.size_plan import (
    Assumptions,
    ClaimToPlan,
    SizeQuestion,
    answer_from_json,
    question_from_json,
)
from ratings.errors import StudyPlanInvalid
from ratings.models import SizePlan
from ratings.services import size_plans
from ratings.services.leased_work import LEASE
from ratings.services.size_plans import answer_size_plan, request_size_plan

RIGHT = ClaimToPlan(measure="accuracy", relation="non_inferior", margin=0.05)
QUESTION = SizeQuestion(claims=(RIGHT,), assumptions=Assumptions(replicates=50))


@pytest.fixture
def asked(researcher):
    return request_size_plan(owner=researcher, question=QUESTION)


def test_the_sweep_answers_what_was_asked(asked):
    tasks.build_waiting()
    asked.refresh_from_db()
    assert (asked.state, asked.steps_done) == ("done", asked.steps)
    assert question_from_json(asked.question) == QUESTION
    answer = answer_from_json(asked.answers[0])
    assert answer.needed[0].power >= 0.8
    assert answer_from_json(answer.to_json()) == answer


def test_what_another_worker_holds_or_has_answered_is_left_alone(asked):
    SizePlan.objects.update(state="running", token="other", leased_until=timezone.now() + LEASE)
    answer_size_plan(plan_id=asked.pk)
    assert SizePlan.objects.get().answers == []
    SizePlan.objects.update(leased_until=timezone.now() - LEASE)
    tasks.plan_size(asked.pk)
    assert SizePlan.objects.get().state == "done"
    SizePlan.objects.update(answers=["kept"])
    answer_size_plan(plan_id=asked.pk)
    assert SizePlan.objects.get().answers == ["kept"]


def test_a_failure_is_stored_and_raised(asked):
    broken = QUESTION.to_json()
    broken["claims"][0]["margin"] = 2
    SizePlan.objects.update(question=broken)
    with pytest.raises(ValueError, match="margin"):
        answer_size_plan(plan_id=asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "margin" in asked.error


def test_a_question_without_sense_is_not_stored(researcher):
    with pytest.raises(StudyPlanInvalid, match="margin"):
        request_size_plan(owner=researcher, question=replace(QUESTION, claims=(replace(RIGHT, margin=2),)))
    assert not SizePlan.objects.exists()


def test_only_the_newest_are_kept(researcher, django_user_model, monkeypatch):
    monkeypatch.setattr(size_plans, "KEPT", 2)
    other = request_size_plan(owner=django_user_model.objects.create_user("eve"), question=QUESTION)
    made = [request_size_plan(owner=researcher, question=QUESTION).pk for _ in range(3)]
    assert set(SizePlan.objects.values_list("pk", flat=True)) == {other.pk, *made[1:]}
