"""The real fine-tuning process under its lease: its result is registered once, nothing is left behind."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from generation.errors import CheckpointNotRegistered
from generation.finetuning.recipe import TrainingProgress
from generation.models import Checkpoint, Dataset, FinetuneJob
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.checkpoints import register_checkpoint, system_files
from generation.services.finetunes import cancel_finetune, claim_finetune, start_and_claim
from generation.services.training import Ledger, carry_out, training_pairs

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., FinetuneJob]


@pytest.fixture(autouse=True)
def on_the_cpu(settings: Any) -> None:
    settings.INFERENCE_DEVICE = "cpu"
    settings.INFERENCE_THREADS = 1


@pytest.fixture
def start(base: Checkpoint, dataset: Dataset) -> Start:
    """A function that starts and claims a fine-tuning of the tiny Llama."""

    def start(adaptation: str = "lora", steps: int = 2) -> FinetuneJob:
        return start_and_claim(
            base=base, dataset=dataset, adaptation=adaptation, name=adaptation, steps=steps, seed=1
        )

    return start


def leftovers(settings: Any) -> list[Path]:
    return list((settings.VAR_DIR / "finetuning").iterdir())


@pytest.mark.parametrize("adaptation", ["full", "lora"])
def test_two_steps_end_in_a_registered_checkpoint_with_its_cost(
    adaptation: str, start: Start, base: Checkpoint, settings: Any
) -> None:
    seen: list[TrainingProgress] = []
    job = start(adaptation)
    assert carry_out(job=job, on_progress=seen.append) == WorkState.DONE
    job.refresh_from_db()
    checkpoint = job.checkpoint
    assert checkpoint is not None
    assert (checkpoint.name, checkpoint.adaptation, checkpoint.base) == (adaptation, adaptation, base)
    assert [progress.step for progress in seen] == [1, 2]
    assert [step for step, _loss in job.loss_curve] == [1, 2]
    assert (job.step, job.token, job.error) == (2, "", "")
    assert checkpoint.training_steps == 2
    assert checkpoint.training_seconds == job.seconds > 0
    assert checkpoint.training_memory > 10**6
    # rank 16 on q, k, v and o of two layers: 32 -> 32, 16, 16 and 32.
    trained = base.parameters if adaptation == "full" else 2 * 16 * (64 + 48 + 48 + 64)
    assert checkpoint.trainable == trained
    record = checkpoint.training_record
    assert record["pairs"] == 10
    assert record["recipe"]["adaptation"] == adaptation
    assert record["loss_curve"] == job.loss_curve
    assert record["dataset"]["sha256"] == job.dataset.sha256
    assert leftovers(settings) == []


def test_a_trained_adapter_counts_what_torch_counts_and_fits_its_base_alone(
    start: Start, tiny_gpt2: Path
) -> None:
    import torch

    from generation.inference.loading import load_network

    job = start("lora")
    assert carry_out(job=job) == WorkState.DONE
    job.refresh_from_db()
    files = system_files(job.checkpoint)
    network = load_network(Path(files.checkpoint.folder), device=torch.device("cpu"), dtype=torch.float32)
    total = sum(weight.numel() for weight in network.parameters())
    assert job.checkpoint.parameters == total + job.checkpoint.trainable
    register_checkpoint(folder=tiny_gpt2, name="gpt", adaptation="pretrained")
    assert files.adapter is not None
    folder = Path(files.adapter.folder)
    with pytest.raises(CheckpointNotRegistered, match="bind the adapter to the base that it was trained on"):
        register_checkpoint(folder=folder, name="misfit", adaptation="lora", base_name="gpt")


def test_pairs_are_the_prompt_that_systems_get_and_each_reference(dataset: Dataset) -> None:
    pairs = list(training_pairs(dataset=dataset))
    assert len(pairs) == 10
    assert pairs[0].prompt.endswith("Facts: name[Place 0], food[Chinese]\nDescription:")
    assert pairs[1].text == " Place 0 serves Chinese food."


def test_a_cancelled_job_stops_and_registers_nothing(start: Start, settings: Any) -> None:
    job = start("lora", steps=100_000)

    def cancel_at_the_third_step(progress: TrainingProgress) -> None:
        if progress.step == 3:
            cancel_finetune(job=job)

    assert carry_out(job=job, on_progress=cancel_at_the_third_step) == WorkState.CANCELLED
    assert not Checkpoint.objects.filter(name="lora").exists()
    assert leftovers(settings) == []


def test_a_worker_that_is_told_to_stop_hands_the_job_back(start: Start, settings: Any) -> None:
    job = start("lora", steps=100_000)
    assert carry_out(job=job, should_stop=lambda: True) == WorkState.QUEUED
    job.refresh_from_db()
    assert (job.attempts, job.token) == (0, "")
    assert leftovers(settings) == []


def test_an_interrupted_worker_hands_the_job_back(start: Start, settings: Any) -> None:
    def interrupt() -> bool:
        raise KeyboardInterrupt

    job = start("lora")
    with pytest.raises(KeyboardInterrupt):
        carry_out(job=job, should_stop=interrupt)
    job.refresh_from_db()
    assert job.state == WorkState.QUEUED
    assert leftovers(settings) == []


def test_whoever_lost_the_lease_registers_nothing(start: Start) -> None:
    job = start("lora")

    def lose_it() -> bool:
        FinetuneJob.objects.filter(pk=job.pk).update(token="of another")
        return False

    assert carry_out(job=job, should_stop=lose_it) == WorkState.RUNNING
    assert not Checkpoint.objects.filter(name="lora").exists()


def test_what_training_refuses_fails_at_once_with_its_reason(start: Start, dataset: Dataset) -> None:
    reference = dataset.examples.first().references.first()
    reference.text = "long " * 500
    reference.save()
    job = start("lora")
    assert carry_out(job=job) == WorkState.FAILED
    job.refresh_from_db()
    assert "over the limit of 160" in job.error
    assert job.attempts == 1


def test_a_defect_of_ours_is_tried_again_and_shown(start: Start) -> None:
    def fail() -> bool:
        raise ZeroDivisionError("ours")

    job = start("lora")
    with pytest.raises(ZeroDivisionError):
        carry_out(job=job, should_stop=fail)
    job.refresh_from_db()
    assert (job.state, job.error) == (WorkState.QUEUED, "ZeroDivisionError: ours")


def test_a_name_taken_meanwhile_fails_the_job(start: Start, tiny_llama: Path) -> None:
    job = start("lora")
    register_checkpoint(folder=tiny_llama, name="lora", adaptation="pretrained")
    assert carry_out(job=job) == WorkState.FAILED
    job.refresh_from_db()
    assert "a checkpoint named 'lora' already" in job.error


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        (2, [1, 2]),
        (200, list(range(1, 201))),
        (450, [1, *range(3, 451, 3)]),
        (401, [1, *range(3, 402, 3), 401]),
    ],
)
def test_a_long_curve_is_thinned(steps: int, kept: list[int], start: Start) -> None:
    job = start("lora", steps=steps)
    ledger = Ledger(job, on_progress=lambda _progress: None, should_stop=lambda: False)
    for step in range(1, steps + 1):
        ledger.note(TrainingProgress(step, steps, loss=1.0, seconds=step / 10))
    ledger.write()
    job.refresh_from_db()
    assert [step for step, _loss in job.loss_curve] == kept
    assert (job.step, job.seconds) == (steps, steps / 10)


KILLED = """
    import django, os, signal, sys
    django.setup()
    from django.conf import settings
    from pathlib import Path
    settings.VAR_DIR = Path(sys.argv[2])
    settings.CHECKPOINT_STORE = settings.VAR_DIR / "checkpoints"
    settings.INFERENCE_DEVICE = "cpu"
    settings.DATABASES["default"]["NAME"] = sys.argv[3]
    from generation.services.finetunes import claim_finetune
    from generation.services.training import carry_out

    def die(progress):
        os.kill(os.getpid(), signal.SIGKILL)

    carry_out(job=claim_finetune(job_id=int(sys.argv[1])), on_progress=die)
"""


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_carried_out_by_the_next(start: Start, settings: Any) -> None:
    from django.db import connection

    job = start("lora")
    leases.hand_back(job)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(KILLED),
            str(job.pk),
            str(settings.VAR_DIR),
            str(connection.settings_dict["NAME"]),
        ],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    job.refresh_from_db()
    assert (job.state, job.attempts) == (WorkState.RUNNING, 1)
    assert claim_finetune() is None
    (left,) = leftovers(settings)
    FinetuneJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    second = claim_finetune()
    assert second == job
    assert carry_out(job=second) == WorkState.DONE
    assert not left.exists()
    assert Checkpoint.objects.filter(name="lora").count() == 1
