"""The supervisor's handle on the inference process: start it, ask it, end it. Imports no torch."""

import time
from collections.abc import Callable, Generator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from generation.inference.child import Child
from generation.inference.errors import InferenceDied, ProtocolError
from generation.inference.protocol import (
    Failed,
    Finished,
    Outputs,
    Progress,
    Ready,
    Reply,
    Request,
    decode_reply,
    encode,
)

START_SECONDS = 300.0
POLL_SECONDS = 0.5


class InferenceProcess:
    """One inference process on one device. May be started again after it was stopped or died.

    ``device`` is ``auto``, ``cpu`` or a CUDA device; ``memory_limit`` bounds private memory in bytes;
    ``silence_limit`` is how many seconds may pass without a message before the process counts as hung.
    ``ready`` is what the process said of itself when it was last started.
    As a context manager it ends the process on leaving and starts none on entering.
    """

    MODULE: ClassVar[str] = "generation.inference.worker"

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
        self.ready: Ready | None = None

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

    def start(self, *, on_wait: Callable[[], None] = lambda: None) -> Ready:
        """Start the process and wait until it is up (seconds, for the libraries' import).

        Call it from a thread that outlives the process: Linux ends the child with the thread that started it.
        ``on_wait`` is called as by ``generate``. Raises InferenceDied with the end of its log when it cannot
        start.
        """
        self.stop()
        self._child = Child(
            self.MODULE,
            ["--device", self._device, "--threads", str(self._threads)],
            threads=self._threads,
            log=self._log,
            memory_limit=self._memory_limit,
        )
        up = False
        try:
            reply = self._next(self._child, START_SECONDS, on_wait)
            if not isinstance(reply, Ready):
                raise ProtocolError(f"the inference process began with {reply!r:.200}, not Ready")
            self.ready = reply
            up = True
        finally:
            if not up:
                self.kill()
        return reply

    def ensure_started(self, *, on_wait: Callable[[], None] = lambda: None) -> Ready:
        """Start the process as ``start`` does, unless it is running already."""
        if self.alive and self.ready is not None:
            return self.ready
        return self.start(on_wait=on_wait)

    def generate(
        self, request: Request, *, on_wait: Callable[[], None] = lambda: None
    ) -> Generator[Progress | Outputs | Failed]:
        """Send a request and give its replies as they come; every prompt's id comes back exactly once.

        Closing the generator before its end ends the process, which is how a request is cancelled; so does
        an error of ``on_wait``, which is called about twice a second, also while a checkpoint is loaded.
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
                reply = self._next(child, self._silence_limit, on_wait)
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
    def _next(child: Child, timeout: float, on_wait: Callable[[], None]) -> Reply:
        deadline = time.monotonic() + timeout
        while True:
            on_wait()
            left = deadline - time.monotonic()
            line = child.receive(min(POLL_SECONDS, max(left, 0)))
            if line is not None:
                return decode_reply(line)
            if left <= 0:
                child.kill()
                raise child.died(f"said nothing for {timeout:g} s and was ended")

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
