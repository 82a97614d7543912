"""A fine-tuning has a name of its own, is cancelled by taking its lease, and is given up in the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generation.errors import FinetuneRefused, LeaseLost, NameTaken
from generation.models import Checkpoint, Dataset, FinetuneJob
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.finetunes import (
    DEFAULT_STEPS,
    cancel_finetune,
    claim_finetune,
    fail_exhausted_finetunes,
    start_and_claim,
    start_finetune,
)


@pytest.fixture
def asked(base: Checkpoint, dataset: Dataset) -> dict[str, Any]:
    """What a request for a LoRA fine-tuning says."""
    return {"base": base, "dataset": dataset, "adaptation": "lora", "name": "lora"}


def expire(job: FinetuneJob) -> None:
    FinetuneJob.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_job_waits_with_what_was_asked_for(asked: dict[str, Any]) -> None:
    job = start_finetune(**asked)
    assert (job.state, job.steps, job.seed, job.step, job.loss_curve) == ("queued", DEFAULT_STEPS, 1, 0, [])


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        ({"adaptation": "pretrained"}, FinetuneRefused, "'pretrained'; fine-tuning is full or lora"),
        ({"steps": 0}, FinetuneRefused, "number of steps is 0"),
        ({"seed": -1}, FinetuneRefused, "seed is -1"),
        ({"name": "tiny"}, NameTaken, "a checkpoint named 'tiny' already"),
        ({"name": "busy"}, FinetuneRefused, "A fine-tuning named 'busy' is under way"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    change: dict[str, Any], error: type[Exception], reason: str, asked: dict[str, Any]
) -> None:
    start_finetune(**asked | {"name": "busy"})
    with pytest.raises(error, match=reason):
        start_finetune(**asked | change)
    assert FinetuneJob.objects.count() == 1


def test_a_base_is_no_adapter_and_a_dataset_has_references(
    asked: dict[str, Any], base: Checkpoint, dataset: Dataset
) -> None:
    adapter = Checkpoint.objects.create(
        name="x", adaptation="lora", base=base, architecture="a", parameters=1, bytes=1, digest="0" * 64
    )
    with pytest.raises(FinetuneRefused, match="cannot be a base; choose its base 'tiny'"):
        start_finetune(**asked | {"base": adapter})
    empty = Dataset.objects.create(name="empty", task="e2e", file_name="x", sha256="0" * 64)
    with pytest.raises(FinetuneRefused, match="'empty' has no references"):
        start_finetune(**asked | {"dataset": empty})


def test_cancelling_takes_the_lease_and_frees_the_name(asked: dict[str, Any]) -> None:
    job = start_and_claim(**asked, steps=2, seed=1)
    assert claim_finetune() is None
    cancel_finetune(job=job)
    with pytest.raises(LeaseLost):
        leases.renew(job, step=1)
    job.refresh_from_db()
    assert job.state == WorkState.CANCELLED
    again = start_finetune(**asked)
    assert again.state == WorkState.QUEUED
    assert FinetuneJob.objects.count() == 1


def test_jobs_are_claimed_oldest_first_or_by_number(asked: dict[str, Any]) -> None:
    first, second, third = (start_finetune(**asked | {"name": name}) for name in "abc")
    assert claim_finetune(job_id=second.pk) == second
    assert claim_finetune() == first
    assert claim_finetune() == third
    assert claim_finetune() is None


def test_a_job_whose_workers_all_died_fails(asked: dict[str, Any], settings: Any) -> None:
    settings.MAX_ATTEMPTS = 2
    job = start_finetune(**asked)
    for _ in range(2):
        assert claim_finetune() == job
        assert fail_exhausted_finetunes() == 0
        expire(job)
    assert claim_finetune() is None
    assert fail_exhausted_finetunes() == 1
    job.refresh_from_db()
    assert (job.state, job.token) == (WorkState.FAILED, "")
    assert "ended 2 times" in job.error
