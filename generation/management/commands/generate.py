"""`generate --system N … --dataset D [--limit K] [--decoding NAME] [--wait]`: queue runs, and follow them."""

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from generation.errors import GenerationError, NotFound, SystemRefused
from generation.models import Checkpoint, Run, System
from generation.models.leases import WorkState
from generation.selectors.named import dataset_named, decoding_named, system_named
from generation.selectors.progress import run_progress
from generation.selectors.workers import WORKER_COMMAND, listening_workers
from generation.services.runs import UNFINISHED, decoding_presets, start_run
from generation.services.systems import ensure_system
from generation.tasks import wake_workers

POLL_SECONDS = 1.0
SECONDS_BETWEEN_LINES = 5.0


class Command(BaseCommand):
    help = "Queue a run of each system over a dataset; a worker generates the outputs."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--system",
            required=True,
            action="append",
            dest="systems",
            help="a system, or a checkpoint to make one of; may be given several times",
        )
        parser.add_argument("--dataset", required=True)
        parser.add_argument("--limit", type=int, help="only the first so many examples")
        parser.add_argument("--decoding", help="the decoding configuration that a system must have")
        parser.add_argument("--wait", action="store_true", help="show progress until the runs are over")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                dataset = dataset_named(options["dataset"])
                runs = [
                    start_run(
                        system=_system(name, options["decoding"]), dataset=dataset, limit=options["limit"]
                    )
                    for name in options["systems"]
                ]
                wake_workers()
        except GenerationError as error:
            raise CommandError(str(error)) from error
        for run in runs:
            self.stdout.write(f"Queued run {run.pk}: '{run.system}' over {run.examples:,} examples.")
        self._say_when_nobody_listens()
        if options["wait"]:
            self._follow(runs)

    def _say_when_nobody_listens(self) -> None:
        if not listening_workers().exists():
            self.stderr.write(
                "No worker is listening, so nothing is generated yet. Start one in another terminal: "
                f"{WORKER_COMMAND}"
            )

    def _follow(self, runs: list[Run]) -> None:
        failures = [failure for run in runs if (failure := self._follow_one(run))]
        if failures:
            raise CommandError("\n".join(failures))

    def _follow_one(self, run: Run) -> str:
        """Print lines until the run is over; gives why it did not get done, empty where it did."""
        next_line = time.monotonic()
        while run.state in UNFINISHED:
            if time.monotonic() >= next_line:
                self._say_when_nobody_listens()
                self.stdout.write(_line(run))
                self.stdout.flush()
                next_line += SECONDS_BETWEEN_LINES
            time.sleep(POLL_SECONDS)
            run.refresh_from_db()
        self.stdout.write(_line(run))
        if run.state == WorkState.DONE:
            return ""
        return f"Run {run.pk} of '{run.system}' is {run.get_state_display()}. {run.error}".strip()


def _system(name: str, decoding_name: str | None) -> System:
    """The system `name`, or the one of the checkpoint `name`, with that decoding where one is asked for."""
    presets = decoding_presets()
    decoding = None
    if decoding_name is not None:
        decoding = presets.get(decoding_name) or decoding_named(decoding_name)
    system = System.objects.filter(name=name).first()
    if system is not None and (decoding is None or system.decoding == decoding):
        return system
    checkpoint = Checkpoint.objects.filter(name=name).first()
    if checkpoint is not None:
        return ensure_system(checkpoint=checkpoint, decoding=decoding)
    if system is not None:
        raise SystemRefused(
            f"System {name!r} decodes by {str(system.decoding)!r}, not {decoding_name!r}; "
            "leave --decoding out or name a checkpoint."
        )
    try:
        return system_named(name)
    except NotFound as error:
        raise NotFound(f"{error} No checkpoint has that name either.") from error


def _line(run: Run) -> str:
    progress = run_progress(run)
    parts = [f"{run.system}: {run.get_state_display()}, {progress.done:,} of {progress.total:,} outputs"]
    if progress.tokens_per_second is not None:
        parts.append(f"{progress.tokens_per_second:,.0f} tokens/s")
    elif progress.examples_per_second is not None:
        parts.append(f"{progress.examples_per_second:,.1f} examples/s")
    if progress.seconds_left and run.state in UNFINISHED:
        parts.append(f"about {_clock(progress.seconds_left)} left")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
