"""Run one fine-tune in a process of its own and follow it. Imports no torch."""

from collections.abc import Callable
from pathlib import Path

from generation.finetuning.recipe import (
    FinetuneFailure,
    FinetuneRequest,
    FinetuneResult,
    FinetuningFailed,
    FinetuningStopped,
    TrainingProgress,
    decode_reply,
    encode,
)
from generation.inference.child import Child

POLL_SECONDS = 0.5


def run_finetuning(
    request: FinetuneRequest,
    *,
    on_progress: Callable[[TrainingProgress], None],
    should_stop: Callable[[], bool],
    log: Path | None = None,
    device: str = "auto",
    threads: int = 2,
    memory_limit: int | None = None,
) -> FinetuneResult:
    """Train as the request says; its output folder, new or empty, then holds the checkpoint's files.

    ``should_stop`` is asked about twice a second; ``on_progress`` is called after each step. Raises
    FinetuningStopped when ``should_stop`` said so, FinetuningFailed with the worker's reason, InferenceDied
    when the process ended without one; the output folder may then hold a part of a checkpoint. Whatever is
    raised, by a callback too, the process is ended first.
    """
    child = Child(
        "generation.finetuning.worker",
        ["--device", device, "--threads", str(threads)],
        threads=threads,
        log=log,
        memory_limit=memory_limit,
    )
    try:
        child.send(encode(request))
        while True:
            if should_stop():
                raise FinetuningStopped("the fine-tune was stopped before its end")
            line = child.receive(POLL_SECONDS)
            if line is None:
                continue
            reply = decode_reply(line)
            if isinstance(reply, FinetuneFailure):
                raise FinetuningFailed(reply.reason)
            if isinstance(reply, FinetuneResult):
                return reply
            on_progress(reply)
    finally:
        child.kill()
