"""The demo goes on from wherever it is; the work of workers is put in place here as if they had done it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from evalsite.demo import FULL, LORA, STEPS, Demo, DemoStopped
from evalsite.demo_studies import FOR_PEOPLE, SIMULATED
from generation.models import Checkpoint, Example, FinetuneJob, Output, Run
from ratings.models import Rater, Rating, Report, Study
from ratings.models.raters import link_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def new_demo(checkpoint_store: Path, tiny_llama: Path, settings, told: list[str]) -> Callable[[], Demo]:
    """Call for the demo as a new start sees it."""
    settings.DEMO_BASE = str(tiny_llama)
    owner = User.objects.create_superuser("ada")
    return lambda: Demo(owner=owner, tell=told.append)


def finish_finetunings() -> None:
    for job in FinetuneJob.objects.filter(state="queued"):
        job.checkpoint = Checkpoint.objects.create(
            name=job.name,
            adaptation=job.adaptation,
            base=job.base,
            architecture="llama",
            parameters=1000,
            trainable=1000 if job.adaptation == "full" else 10,
            bytes=4000 if job.adaptation == "full" else 40,
            digest="d" * 64,
            training_seconds=9.0,
        )
        job.state = "done"
        job.save()


def finish_runs() -> None:
    for run in Run.objects.filter(state="queued").select_related("system"):
        Output.objects.bulk_create(
            Output(run=run, example=example, raw="", text=f"{run.system} of {example.source}")
            for example in Example.objects.filter(dataset=run.dataset)
        )
        Run.objects.filter(pk=run.pk).update(state="done", finished_at=timezone.now())


def bring_to_the_studies(new_demo: Callable[[], Demo]) -> None:
    for step in (finish_finetunings, finish_runs):
        assert not new_demo().advance()
        step()


def test_the_first_look_queues_the_base_and_two_finetunings(new_demo) -> None:
    assert not new_demo().advance()
    assert list(FinetuneJob.objects.values_list("name", "adaptation", "steps")) == [
        (FULL, "full", STEPS),
        (LORA, "lora", STEPS),
    ]
    assert [run.system.checkpoint.adaptation for run in Run.objects.all()] == ["pretrained"]


def test_looking_again_asks_for_nothing_twice(new_demo, told) -> None:
    assert not new_demo().advance()
    before = list(told)
    assert not new_demo().advance()
    assert told == before
    assert (FinetuneJob.objects.count(), Run.objects.count()) == (2, 1)


def test_it_ends_in_an_open_study_and_a_simulated_one_with_its_report_asked_for(new_demo, told) -> None:
    bring_to_the_studies(new_demo)
    assert new_demo().advance()
    people, simulated = Study.objects.get(name=FOR_PEOPLE), Study.objects.get(name=SIMULATED)
    assert (people.state, people.is_simulated) == ("open", False)
    assert (simulated.state, simulated.is_simulated) == ("closed", True)
    assert [system.run.system.checkpoint.adaptation for system in people.systems.all()] == [
        "pretrained",
        "full",
        "lora",
    ]
    assert Rating.objects.filter(assignment__rater__study=simulated).exists()
    assert not Rating.objects.filter(assignment__rater__study=people).exists()
    assert Report.objects.get().study == simulated
    assert people.claims.filter(measure="p_d").exists()


def test_the_told_link_lets_the_first_rater_in(new_demo, told, client) -> None:
    bring_to_the_studies(new_demo)
    new_demo().advance()
    address = next(word for line in told for word in line.split() if "/rate/" in word)
    token = address.rstrip("/").rpartition("/")[2]
    assert Rater.objects.get(token_hash=link_hash(token)).study.name == FOR_PEOPLE
    assert client.get(f"/rate/{token}/").status_code == 200


def test_a_finished_demo_is_not_made_again_where_it_was_taken_apart(new_demo) -> None:
    bring_to_the_studies(new_demo)
    assert new_demo().advance()
    Report.objects.all().delete()
    Study.objects.filter(name=SIMULATED).delete()
    assert new_demo().advance()
    assert not Study.objects.filter(name=SIMULATED).exists()


def test_a_failure_stops_the_demo_and_the_next_start_tries_again(new_demo) -> None:
    demo = new_demo()
    demo.advance()
    FinetuneJob.objects.filter(name=FULL).update(state="failed", error="The disk is full.")
    with pytest.raises(DemoStopped, match=f"{FULL} failed: The disk is full."):
        demo.advance()
    assert not new_demo().advance()
    assert FinetuneJob.objects.get(name=FULL).state == "queued"


def test_a_failed_run_stops_the_demo_and_the_next_start_tries_again(new_demo) -> None:
    demo = new_demo()
    demo.advance()
    Run.objects.update(state="failed", error="Out of memory.")
    with pytest.raises(DemoStopped, match="failed: Out of memory"):
        demo.advance()
    assert not new_demo().advance()
    assert list(Run.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "queued"]


def test_what_was_cancelled_is_not_started_again(new_demo) -> None:
    new_demo().advance()
    FinetuneJob.objects.filter(name=FULL).update(state="cancelled")
    for _ in range(2):
        with pytest.raises(DemoStopped, match="was cancelled"):
            new_demo().advance()
