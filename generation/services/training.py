"""Carry out a fine-tuning under its lease: train in the process of its own, register what comes out."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import transaction

from generation.errors import GenerationError, LeaseLost
from generation.finetuning.process import run_finetuning
from generation.finetuning.recipe import (
    FinetuneRequest,
    FinetuneResult,
    FinetuningFailed,
    FinetuningStopped,
    Recipe,
    TrainingPair,
    TrainingProgress,
    write_pairs,
)
from generation.formats.e2e import completion_for
from generation.formats.prompts import prompt_of
from generation.inference.errors import InferenceError
from generation.models import Dataset, FinetuneJob, Reference
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.checkpoints import TrainingCost, record, system_files, take_in

CURVE_POINTS = 200
LONGEST_TEXT = 512
SECONDS_BETWEEN_WRITES = 1.0


def carry_out(
    *,
    job: FinetuneJob,
    on_progress: Callable[[TrainingProgress], None] = lambda _progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> WorkState:
    """Train as the claimed `job` says and register the checkpoint; gives the job's state afterwards.

    The lease is renewed and progress stored about once a second. A job that was cancelled, or that another
    worker holds by now, is dropped; where `should_stop` says so, or this process is interrupted, it is queued
    again. What training itself refuses fails at once, a process that died is tried again.
    """
    try:
        with _work_folder(job) as folder:
            _train_and_register(job, folder, on_progress, should_stop)
    except LeaseLost:
        pass  # the row is somebody else's to settle
    except FinetuningStopped:
        leases.hand_back(job)
    except (FinetuningFailed, GenerationError) as error:
        leases.release(job, WorkState.FAILED, str(error))
    except (InferenceError, OSError) as error:
        leases.give_up_or_retry(job, str(error))
    except Exception as error:
        leases.give_up_or_retry(job, f"{type(error).__name__}: {error}")
        raise
    except BaseException:
        leases.hand_back(job)
        raise
    return WorkState(FinetuneJob.objects.values_list("state", flat=True).get(pk=job.pk))


def training_pairs(*, dataset: Dataset) -> Iterator[TrainingPair]:
    """Each reference of the dataset behind the prompt that every system gets, or each text with its label."""
    if dataset.is_classification:
        examples = dataset.examples.order_by("position").values_list("source", "label", "text_pair")
        for source, label, pair in examples.iterator():
            yield TrainingPair(source, label, pair or None)
        return
    rows = Reference.objects.filter(example__dataset=dataset).order_by("example__position", "position")
    for source, text in rows.values_list("example__source", "text").iterator():
        yield TrainingPair(prompt_of(dataset.task, source), completion_for(text))


def _train_and_register(
    job: FinetuneJob,
    folder: Path,
    on_progress: Callable[[TrainingProgress], None],
    should_stop: Callable[[], bool],
) -> None:
    recipe = _recipe(job)
    pairs = write_pairs(training_pairs(dataset=job.dataset), folder / "pairs.jsonl")
    ledger = Ledger(job, on_progress, should_stop)
    result = run_finetuning(
        FinetuneRequest(
            base=system_files(job.base).checkpoint,
            pairs=str(folder / "pairs.jsonl"),
            recipe=recipe,
            output_folder=str(folder / "checkpoint"),
            labels=tuple(job.dataset.labels),
        ),
        on_progress=ledger.note,
        should_stop=ledger.stop,
        device=settings.INFERENCE_DEVICE,
        threads=settings.INFERENCE_THREADS,
    )
    ledger.write()
    cost = _cost(job, recipe, result, pairs=pairs, curve=ledger.curve)
    _register(job, folder / "checkpoint", result, cost)


def _recipe(job: FinetuneJob) -> Recipe:
    """The recipe of the dataset's task; a classification reads whole texts, in larger batches."""
    adaptation: Literal["full", "lora"] = "lora" if job.adaptation == Adaptation.LORA else "full"
    if job.dataset.is_classification:
        return Recipe(
            adaptation=adaptation, steps=job.steps, seed=job.seed, batch_size=32, max_length=LONGEST_TEXT
        )
    return Recipe(adaptation=adaptation, steps=job.steps, seed=job.seed)


class Ledger:
    """The job's row while it trains: step, seconds and a loss curve of at most about CURVE_POINTS points."""

    def __init__(
        self,
        job: FinetuneJob,
        on_progress: Callable[[TrainingProgress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.job = job
        self.curve: list[tuple[int, float]] = []
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._stride = -(-job.steps // CURVE_POINTS)
        self._step = 0
        self._seconds = 0.0
        self._written_at = 0.0

    def note(self, progress: TrainingProgress) -> None:
        """Take down a step."""
        self._step, self._seconds = progress.step, progress.seconds
        if progress.step in (1, progress.steps) or progress.step % self._stride == 0:
            self.curve.append((progress.step, progress.loss))
        self._on_progress(progress)
        self._write_if_due()

    def stop(self) -> bool:
        """Whether to stop; raises LeaseLost where the job was cancelled or taken over."""
        if self._should_stop():
            return True
        self._write_if_due()
        return False

    def _write_if_due(self) -> None:
        if time.monotonic() - self._written_at >= SECONDS_BETWEEN_WRITES:
            self.write()

    def write(self) -> None:
        """Renew the lease with what is known; raises LeaseLost."""
        leases.renew(self.job, step=self._step, seconds=self._seconds, loss_curve=self.curve)
        self._written_at = time.monotonic()


def _cost(
    job: FinetuneJob, recipe: Recipe, result: FinetuneResult, *, pairs: int, curve: list[tuple[int, float]]
) -> TrainingCost:
    """What repeats the fine-tuning, beside what it cost."""
    return TrainingCost(
        seconds=result.wall_seconds,
        memory=result.peak_memory_bytes,
        steps=result.steps,
        record={
            "recipe": asdict(recipe),
            "labels": job.dataset.labels,
            "learning_rate": recipe.peak_learning_rate,
            "pairs": pairs,
            "dataset": {"name": job.dataset.name, "sha256": job.dataset.sha256},
            "base": {"name": job.base.name, "digest": job.base.digest},
            "loss_curve": curve,
            "device": result.device,
            "versions": result.versions,
        },
    )


def _register(job: FinetuneJob, folder: Path, result: FinetuneResult, cost: TrainingCost) -> None:
    """Checkpoint and end of the job in one transaction: neither is there without the other."""
    intake = take_in(folder=folder, name=job.name, adaptation=job.adaptation, base_name=job.base.name)
    with transaction.atomic():
        checkpoint = record(intake=intake, cost=cost)
        if not leases.held(job).update(
            state=WorkState.DONE,
            token="",
            leased_until=None,
            error="",
            step=result.steps,
            seconds=result.wall_seconds,
            loss_curve=cost.record["loss_curve"],
            checkpoint=checkpoint,
        ):
            raise LeaseLost(f"{job} is not held by this worker any more")


@contextmanager
def _work_folder(job: FinetuneJob) -> Iterator[Path]:
    """A folder under var/ for one attempt, gone afterwards; one that a killed attempt left goes first."""
    root = settings.VAR_DIR / "finetuning"
    root.mkdir(parents=True, exist_ok=True)
    for leftover in root.glob(f"job-{job.pk}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"job-{job.pk}-", dir=root, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
