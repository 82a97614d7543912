"""How far a run is: outputs, speed and the time left, the same on pages, in the API and in the terminal."""

from dataclasses import dataclass

from generation.models import Run
from generation.models.leases import WorkState


@dataclass(frozen=True)
class RunProgress:
    """Outputs `done` of `total`; examples and new tokens a second of computing; seconds left.

    What is not known is None: everything at the beginning, tokens where a run chooses labels and writes none.
    Speed is one worker's; the time left counts the workers that hold a part of the run now, as one at least.
    """

    done: int
    total: int
    examples_per_second: float | None
    tokens_per_second: float | None
    seconds_left: float | None


def run_progress(run: Run) -> RunProgress:
    """The progress of `run` as its row was read, with its outputs counted now."""
    held = run.chunks.filter(state=WorkState.RUNNING).count()
    return measured_progress(run, outputs=run.outputs.count(), workers=held)


def measured_progress(run: Run, *, outputs: int, workers: int) -> RunProgress:
    """The progress of `run` that has so many `outputs` and is held by so many `workers`."""
    if not outputs or not run.seconds:
        return RunProgress(outputs, run.examples, None, None, None)
    left = run.seconds / outputs * (run.examples - outputs) / max(1, workers)
    tokens = run.new_tokens / run.seconds if run.new_tokens else None
    return RunProgress(outputs, run.examples, outputs / run.seconds, tokens, left)
