"""The queue of record: what was asked for first is worked on first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generation.models import Chunk, FinetuneJob, Run
from generation.models.leases import WorkState
from generation.services.finetunes import start_finetune
from generation.services.queue import claim_next, give_up_exhausted, pieces_waiting


@pytest.fixture
def job(run: Run) -> FinetuneJob:
    """A fine-tuning asked for after the run."""
    return start_finetune(
        base=run.system.checkpoint, dataset=run.dataset, adaptation="lora", name="tuned", steps=1
    )


def test_a_run_that_was_asked_for_first_is_worked_off_first(run: Run, job: FinetuneJob) -> None:
    assert pieces_waiting() == 4
    claimed = [claim_next() for _ in range(5)]
    assert [type(work) for work in claimed] == [Chunk, Chunk, Chunk, FinetuneJob, type(None)]
    assert pieces_waiting() == 0


def test_a_job_that_was_asked_for_first_is_carried_out_first(run: Run, job: FinetuneJob) -> None:
    FinetuneJob.objects.update(created_at=run.created_at - timedelta(seconds=1))
    assert claim_next() == job
    assert isinstance(claim_next(), Chunk)


def test_what_is_claimed_says_by_whom(run: Run, job: FinetuneJob) -> None:
    claimed = [claim_next(worker="celery@here") for _ in range(4)]
    assert {type(work) for work in claimed} == {Chunk, FinetuneJob}
    assert set(run.chunks.values_list("worker", flat=True)) == {"celery@here"}
    job.refresh_from_db()
    assert job.worker == "celery@here"


def test_a_cancelled_run_has_nothing_to_claim(run: Run) -> None:
    Run.objects.update(state=WorkState.CANCELLED)
    assert (pieces_waiting(), claim_next()) == (0, None)


def test_what_was_claimed_too_often_is_failed(run: Run, job: FinetuneJob, settings) -> None:
    settings.MAX_CLAIMS = settings.MAX_ATTEMPTS = 1
    while (work := claim_next()) is not None:
        type(work).objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    give_up_exhausted()
    assert set(run.chunks.values_list("state", flat=True)) == {WorkState.FAILED}
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.state, run.state) == (WorkState.FAILED, WorkState.FAILED)
