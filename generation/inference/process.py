"""The supervisor's handle on the inference process: start it, ask it, end it. Imports no torch."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from generation.inference.child import Child
from generation.inference.errors import InferenceDied, ProtocolError
from generation.inference.protocol import (
    Failed,
    Finished,
    Generate,
    Outputs,
    Progress,
    Ready,
    Reply,
    decode_reply,
    encode,
)

START_SECONDS = 300.0


class InferenceProcess:
    """One inference process on one device. May be started again after it was stopped or died.

    ``device`` is ``auto``, ``cpu`` or a CUDA device; ``memory_limit`` bounds private memory in bytes;
    ``silence_limit`` is how many seconds may pass without a message before the process counts as hung.
    As a context manager it ends the process on leaving and starts none on entering.
    """

    def __init__(
        self,
        *,
        device: str = "auto",
        threads: int = 2,
        log: Path | None = None,
        memory_limit: int | None = None,
        silence_limit: float = 900.0,
    ) -> None:
        self._device = device
        self._threads = threads
        self._log = log
        self._memory_limit = memory_limit
        self._silence_limit = silence_limit
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether the process is running and may be asked."""
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int | None:
        """The process's number, None when none was started."""
        return self._child.pid if self._child else None

    def start(self) -> Ready:
        """Start the process and wait until it is up (seconds, for the libraries' import).

        Call it from a thread that outlives the process: Linux ends the child with the thread that started it.
        Raises InferenceDied with the end of its log when it cannot start.
        """
        self.stop()
        self._child = Child(
            "generation.inference.worker",
            ["--device", self._device, "--threads", str(self._threads)],
            threads=self._threads,
            log=self._log,
            memory_limit=self._memory_limit,
        )
        reply = self._next(self._child, START_SECONDS)
        if not isinstance(reply, Ready):
            self.kill()
            raise ProtocolError(f"the inference process began with {reply!r:.200}, not Ready")
        return reply

    def generate(self, request: Generate) -> Iterator[Progress | Outputs | Failed]:
        """Send a request and give its replies as they come; every prompt's id comes back exactly once.

        Closing the iterator before its end ends the process, which is how a request is cancelled.
        Raises InferenceDied when the process is not running, ends or falls silent; outputs already given
        stay valid.
        """
        if self._child is None:
            raise InferenceDied("the inference process was not started")
        child = self._child
        waiting = {prompt.id for prompt in request.prompts}
        complete = False
        try:
            child.send(encode(request))
            while True:
                reply = self._next(child, self._silence_limit)
                if isinstance(reply, Ready) or reply.request != request.request:
                    raise ProtocolError(f"request {request.request} was answered with {reply!r:.200}")
                if isinstance(reply, Finished):
                    break
                self._tick_off(reply, waiting)
                yield reply
            if waiting:
                raise ProtocolError(f"request {request.request} left prompts {sorted(waiting)} unanswered")
            complete = True
        finally:
            if not complete:
                self.kill()

    def stop(self, *, grace_seconds: float = 5.0) -> None:
        """End the process: close its input, and kill it when it is still there after ``grace_seconds``."""
        if self._child is not None:
            self._child.close(grace_seconds=grace_seconds)
            self._child = None

    def kill(self) -> None:
        """End the process at once."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    @staticmethod
    def _next(child: Child, timeout: float) -> Reply:
        line = child.receive(timeout)
        if line is None:
            child.kill()
            raise child.died(f"said nothing for {timeout:g} s and was ended")
        return decode_reply(line)

    @staticmethod
    def _tick_off(reply: Progress | Outputs | Failed, waiting: set[int]) -> None:
        if isinstance(reply, Progress):
            return
        answered = [output.id for output in reply.outputs] if isinstance(reply, Outputs) else list(reply.ids)
        if len(set(answered)) != len(answered) or not waiting.issuperset(answered):
            raise ProtocolError(
                f"request {reply.request}: prompts {answered} were answered twice or never asked"
            )
        waiting.difference_update(answered)
