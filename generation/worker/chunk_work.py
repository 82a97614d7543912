"""Carry out a claimed chunk: ask the inference process, store what it says, corner what kills it."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from django.conf import settings

from evalsite.operation.request_log import about_run
from generation.errors import GenerationError, LeaseLost
from generation.inference.errors import InferenceDied
from generation.inference.process import InferenceProcess
from generation.inference.protocol import Failed, Outputs, Prompt
from generation.models import Chunk
from generation.services import leases
from generation.services.chunks import (
    fail_run,
    finish_chunk,
    note_environment,
    request_for,
    retry_chunk,
    save_outputs,
)

RENEW_SECONDS = 1.0
DEATHS_BEFORE_LOADED = 5

logger = logging.getLogger(__name__)


class WorkerStopping(Exception):  # noqa: N818 - names the event
    """The worker was told to end while it held a chunk."""


class SystemUnusable(Exception):  # noqa: N818 - names the cause
    """The system cannot be loaded, whatever the examples; the message says why."""


def carry_out(*, chunk: Chunk, inference: InferenceProcess, should_stop: Callable[[], bool]) -> None:
    """Get and store the outputs of a claimed chunk and settle it.

    A cancelled chunk, or one that another worker holds by now, is dropped within about a second, and the
    process ended. Where `should_stop` says so, or this worker is interrupted, the chunk is queued again.
    """
    with about_run(chunk.run_id):
        # By its numbers: its name would ask the database, which may be what is wrong.
        about: dict[str, float] = {"chunk": chunk.position, "attempt": chunk.attempts}
        began = time.monotonic()
        logger.info("chunk %d begins, attempt %d", chunk.position, chunk.attempts, extra=about)
        try:
            _settle(chunk, inference, should_stop)
        finally:
            about["seconds"] = round(time.monotonic() - began, 3)
            logger.info("chunk %d ends after %s s", chunk.position, about["seconds"], extra=about)


def _settle(chunk: Chunk, inference: InferenceProcess, should_stop: Callable[[], bool]) -> None:
    try:
        failure = _ChunkWork(chunk, inference, should_stop).carry_out()
        finish_chunk(chunk=chunk, refused=failure)
    except LeaseLost:
        logger.info("%s was cancelled or is held by another worker", chunk)
    except WorkerStopping:
        leases.hand_back(chunk)
    except (SystemUnusable, GenerationError) as error:
        fail_run(chunk=chunk, reason=str(error))
    except Exception as error:
        retry_chunk(chunk=chunk, error=f"{type(error).__name__}: {error}")
        raise
    except BaseException:
        leases.hand_back(chunk)
        raise


class _ChunkWork:
    """One claim of one chunk.

    What goes wrong before the system is loaded is tried again a few times and then the system's failure. Once
    it is loaded, the prompts left unanswered are halved and asked again, down to single ones, each of which
    fails with its reason after three attempts of its own: a poisoned example takes no neighbour with it.
    """

    def __init__(self, chunk: Chunk, inference: InferenceProcess, should_stop: Callable[[], bool]) -> None:
        self._chunk = chunk
        self._inference = inference
        self._should_stop = should_stop
        self._request = request_for(chunk=chunk)
        self._answered: set[int] = set()
        self._asked = 0
        self._renewed = time.monotonic()

    def carry_out(self) -> str:
        """Give the reason for the first example that stays without an output, empty when there is none."""
        failures = self._ask(self._request.prompts)
        if not failures:
            return ""
        prompt, reason = failures[0]
        total = len(self._chunk.example_ids)
        return f"{len(failures)} of {total} examples have no output. Example {prompt.id}: {reason}"

    def _ask(self, prompts: Sequence[Prompt]) -> list[tuple[Prompt, str]]:
        """Ask for all `prompts`; gives those that failed for good, with the reason."""
        left, reason = list(prompts), ""
        for _attempt in range(settings.MAX_ATTEMPTS if len(prompts) == 1 else 1):
            if not left:
                return []
            reason = self._attempt_until_loaded(left)
            left = [prompt for prompt in left if prompt.id not in self._answered]
        if len(prompts) == 1:
            return [(prompt, reason) for prompt in left]
        middle = (len(left) + 1) // 2
        return [failure for part in (left[:middle], left[middle:]) if part for failure in self._ask(part)]

    def _attempt_until_loaded(self, prompts: Sequence[Prompt]) -> str:
        """Give the reason for what was not answered; raises SystemUnusable after deaths in a row."""
        for deaths in range(DEATHS_BEFORE_LOADED):
            try:
                return self._attempt(prompts)
            except InferenceDied as error:
                logger.warning("death %d before the system was loaded: %s", deaths + 1, error)
                last = error
            if deaths + 1 < DEATHS_BEFORE_LOADED:
                self._pause(2.0**deaths)
        raise SystemUnusable(str(last)) from last

    def _attempt(self, prompts: Sequence[Prompt]) -> str:
        """Ask once and store what comes; gives a reason for what did not come.

        Raises InferenceDied where the process died before the system was loaded, SystemUnusable where it
        could not be loaded.
        """
        ready = self._inference.ensure_started(on_wait=self._hold)
        note_environment(run_id=self._chunk.run_id, ready=ready, request=self._request)
        leases.renew(self._chunk, device=ready.device)
        self._asked += 1
        part = replace(
            self._request, request=f"{self._request.request}-{self._asked}", prompts=tuple(prompts)
        )
        loaded = False
        reason = ""
        try:
            with closing(self._inference.generate(part, on_wait=self._hold)) as replies:
                for reply in replies:
                    if isinstance(reply, Outputs):
                        self._store(reply)
                    elif isinstance(reply, Failed):
                        reason = reply.reason
                        if not loaded:
                            raise SystemUnusable(reason)
                    loaded = True
        except InferenceDied as error:
            if not loaded:
                raise
            logger.warning("%s: %s", self._chunk, error)
            reason = str(error)
        return reason

    def _store(self, reply: Outputs) -> None:
        save_outputs(chunk=self._chunk, texts=reply.outputs, seconds=reply.seconds)
        self._renewed = time.monotonic()
        self._answered.update(text.id for text in reply.outputs)

    def _hold(self) -> None:
        """Renew the lease about once a second; raises LeaseLost or WorkerStopping."""
        if self._should_stop():
            raise WorkerStopping
        if time.monotonic() - self._renewed >= RENEW_SECONDS:
            leases.renew(self._chunk)
            self._renewed = time.monotonic()

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._hold()
            time.sleep(min(0.2, seconds))
