"""A chunk's life in a worker: claimed, its outputs written by the holder of the token alone, settled."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from generation.errors import LeaseLost
from generation.formats.outputs import clean_output
from generation.formats.prompts import prompt_of
from generation.inference.protocol import (
    Classify,
    Decoding,
    Generate,
    GeneratedText,
    Prompt,
    Ready,
    Request,
)
from generation.models import Chunk, Example, Output, Run
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.checkpoints import system_files
from generation.services.runs import UNFINISHED, settle_run

NUL = "\0"  # a network may write one, and PostgreSQL holds none


def claim_chunk(*, run_id: int | None = None, worker: str = "") -> Chunk | None:
    """The next chunk for `worker` to work on (of run `run_id` alone where given), or None.

    Runs are worked off oldest first, so the base model stays warm within a run.
    """
    candidates = Chunk.objects.filter(run__state__in=UNFINISHED).order_by("run__pk", "position")
    if run_id is not None:
        candidates = candidates.filter(run_id=run_id)
    chunk = leases.claim(candidates, limit=settings.MAX_CLAIMS, worker=worker)
    if chunk is not None:
        Run.objects.filter(pk=chunk.run_id, state=WorkState.QUEUED).update(
            state=WorkState.RUNNING, started_at=timezone.now()
        )
    return chunk


def request_for(*, chunk: Chunk) -> Request:
    """What to ask of the inference process: labels or texts for the chunk's examples without an output.

    The seed of a run is also the one of a head that the checkpoint does not bring.
    """
    run = Run.objects.select_related("system__decoding", "system__checkpoint__base", "dataset").get(
        pk=chunk.run_id
    )
    done = set(run.outputs.filter(example__in=chunk.example_ids).values_list("example_id", flat=True))
    examples = Example.objects.in_bulk(chunk.example_ids)
    waiting = [examples[pk] for pk in chunk.example_ids if pk not in done]
    decoding = run.system.decoding
    if decoding is None or run.system.checkpoint is None:
        raise ValueError(f"run {run.pk} has chunks but its system has no checkpoint")
    request, system = f"chunk-{chunk.pk}-{chunk.token}", system_files(run.system.checkpoint)
    if run.dataset.is_classification:
        return Classify(
            request=request,
            system=system,
            labels=tuple(run.dataset.labels),
            prompts=tuple(
                Prompt(id=example.pk, text=example.source, pair=example.text_pair or None)
                for example in waiting
            ),
            seed=run.seed,
        )
    return Generate(
        request=request,
        system=system,
        decoding=Decoding(
            num_beams=decoding.num_beams,
            length_penalty=decoding.length_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram_size,
            max_new_tokens=decoding.max_new_tokens,
        ),
        prompts=tuple(
            Prompt(id=example.pk, text=prompt_of(run.dataset.task, example.source)) for example in waiting
        ),
        seed=run.seed,
    )


def save_outputs(*, chunk: Chunk, texts: Sequence[GeneratedText], seconds: float) -> None:
    """Store a batch's texts, if the chunk is still ours; raises LeaseLost otherwise and stores nothing.

    Claims that ended without an output are counted anew from here: whoever gets further is not stuck.
    """
    with transaction.atomic():
        leases.renew(chunk, attempts=1)
        Output.objects.bulk_create(
            [
                Output(
                    run_id=chunk.run_id,
                    example_id=text.id,
                    raw=text.text.replace(NUL, "\N{REPLACEMENT CHARACTER}"),
                    text=text.text if text.scores else clean_output(text.text),
                    label_scores=text.scores,
                    new_tokens=text.tokens,
                    finished=text.finished,
                )
                for text in texts
            ],
        )
        Run.objects.filter(pk=chunk.run_id).update(
            seconds=F("seconds") + seconds,
            new_tokens=F("new_tokens") + sum(text.tokens for text in texts),
        )


def note_environment(*, run_id: int, ready: Ready, request: Request) -> None:
    """Record once what reproduces the run: device, precision, versions, decoding, hashes of the weights.

    For a classification labels take the place of decoding, with the seed of a head that was initialised
    freshly because neither checkpoint nor adapter brings one.
    """
    record: dict[str, Any] = {
        "device": ready.device,
        "dtype": ready.dtype,
        "versions": ready.versions,
        "checkpoint": request.system.checkpoint.files,
        "adapter": request.system.adapter.files if request.system.adapter else {},
    }
    if isinstance(request, Classify):
        record["labels"] = list(request.labels)
        checkpoint = Run.objects.select_related("system__checkpoint").get(pk=run_id).system.checkpoint
        if checkpoint is not None and not checkpoint.has_classification_head:
            record["fresh_head_seed"] = request.seed
    else:
        record["decoding"] = asdict(request.decoding)
    Run.objects.filter(pk=run_id, environment={}).update(environment=record)


def finish_chunk(*, chunk: Chunk, refused: str = "") -> WorkState:
    """Settle a chunk after its last request: done where every example has its output, else failed.

    `refused` is the reason for examples without an output. Gives the state of the run, which is settled in
    the same transaction: a kill between the two would leave it running for ever. Raises LeaseLost.
    """
    have = Output.objects.filter(run_id=chunk.run_id, example__in=chunk.example_ids).count()
    complete = have == len(chunk.example_ids)
    with transaction.atomic():
        if not leases.release(chunk, WorkState.DONE if complete else WorkState.FAILED, refused):
            raise LeaseLost(f"{chunk} is not held by this worker any more")
        return settle_run(run_id=chunk.run_id)


def retry_chunk(*, chunk: Chunk, error: str) -> WorkState:
    """Queue a chunk again after an error that is nobody's fault, or fail it after the last attempt.

    Gives the state of the run.
    """
    with transaction.atomic():
        leases.give_up_or_retry(chunk, error)
        return settle_run(run_id=chunk.run_id)


def fail_run(*, chunk: Chunk, reason: str) -> WorkState:
    """Fail a chunk and those of its run that wait: the system cannot be loaded, whatever the examples.

    Gives the state of the run. Nothing happens where the chunk was cancelled or is somebody else's.
    """
    with transaction.atomic():
        if leases.release(chunk, WorkState.FAILED, reason):
            Chunk.objects.filter(run_id=chunk.run_id, state=WorkState.QUEUED).update(
                state=WorkState.FAILED, error=reason
            )
        return settle_run(run_id=chunk.run_id)


def fail_exhausted() -> list[int]:
    """Fail chunks whose last attempt's lease ran out, and settle their runs; gives the runs' ids."""
    with transaction.atomic():
        dead = Chunk.objects.filter(leases.exhausted(limit=settings.MAX_CLAIMS))
        runs = sorted(set(dead.values_list("run_id", flat=True)))
        dead.update(
            state=WorkState.FAILED,
            token="",
            leased_until=None,
            error=f"The worker ended {settings.MAX_CLAIMS} times without an output for these examples.",
        )
        for run_id in runs:
            settle_run(run_id=run_id)
    return runs
