"""`finetune --base N --dataset D --adaptation full|lora --name N`: train in the foreground and register."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.finetuning.recipe import TrainingProgress
from generation.models import FinetuneJob
from generation.models.checkpoints import Adaptation
from generation.models.leases import WorkState
from generation.selectors.named import checkpoint_named, dataset_named
from generation.services.finetunes import DEFAULT_STEPS, cancel_finetune, start_and_claim
from generation.services.training import carry_out

SECONDS_BETWEEN_LINES = 5.0


class Command(BaseCommand):
    help = "Fine-tune a registered base on a dataset and register the result with what it cost."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--base", required=True, help="the registered checkpoint to start from")
        parser.add_argument("--dataset", required=True, help="the dataset whose references are learnt")
        parser.add_argument("--adaptation", required=True, choices=[Adaptation.FULL, Adaptation.LORA])
        parser.add_argument("--name", required=True, help="what the new checkpoint is called")
        parser.add_argument("--steps", type=int, default=DEFAULT_STEPS)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = start_and_claim(
                base=checkpoint_named(options["base"]),
                dataset=dataset_named(options["dataset"]),
                adaptation=options["adaptation"],
                name=options["name"],
                steps=options["steps"],
                seed=options["seed"],
            )
        except GenerationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Loading '{job.base}'.")
        try:
            state = carry_out(job=job, on_progress=_Reporter(self, job))
        except KeyboardInterrupt:
            cancel_finetune(job=job)
            raise CommandError(f"Stopped; nothing was registered as '{job.name}'.") from None
        job.refresh_from_db()
        if state != WorkState.DONE or job.checkpoint is None:
            raise CommandError(
                job.error or f"The fine-tuning is {job.get_state_display()}; nothing was registered."
            )
        self.stdout.write(_costs(job))


class _Reporter:
    """Prints a line now and then; the time left counts training alone, at the mean speed so far."""

    def __init__(self, command: BaseCommand, job: FinetuneJob) -> None:
        self._command = command
        self._unit = "text" if job.dataset.is_classification else "token"
        self._next_line = 0.0

    def __call__(self, progress: TrainingProgress) -> None:
        if progress.seconds < self._next_line and progress.step < progress.steps:
            return
        self._next_line = progress.seconds + SECONDS_BETWEEN_LINES
        left = progress.seconds / progress.step * (progress.steps - progress.step)
        self._command.stdout.write(
            f"step {progress.step:,} of {progress.steps:,}, loss {progress.loss:.3f} nats a {self._unit}, "
            f"{_clock(progress.seconds)} so far, about {_clock(left)} left"
        )
        self._command.stdout.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _costs(job: FinetuneJob) -> str:
    checkpoint = job.checkpoint
    if checkpoint is None:
        raise ValueError(f"job {job.pk} is done without a checkpoint")
    return (
        f"Registered '{checkpoint}': {_clock(checkpoint.training_seconds or 0)} of training, "
        f"{checkpoint.trainable or 0:,} of {checkpoint.parameters:,} parameters trained, "
        f"{(checkpoint.training_memory or 0) / 1e9:.2f} GB of memory at the peak, "
        f"{checkpoint.bytes:,} bytes on disk."
    )
