"""One worker's work: chunks and fine-tunings, oldest first, until there is none; one thing at a time."""

import threading
from functools import cache
from pathlib import Path

import psutil
from django.conf import settings

from generation.inference.process import InferenceProcess
from generation.models import FinetuneJob
from generation.services import training
from generation.services.queue import claim_next
from generation.worker import chunk_work

MEMORY_SHARE = 0.8


class Supervisor:
    """Owns the inference process, which stays warm between chunks and runs."""

    def __init__(self) -> None:
        self._inference = InferenceProcess(
            device=settings.INFERENCE_DEVICE,
            threads=settings.INFERENCE_THREADS,
            log=settings.INFERENCE_LOG,
            memory_limit=_memory_limit(),
        )
        self._busy = threading.Lock()
        self._wanted = threading.Event()
        self._stopping = threading.Event()

    @property
    def device(self) -> str:
        """The device's name, or the one wished for while no process has said its own."""
        ready = self._inference.ready
        return ready.device if ready else settings.INFERENCE_DEVICE

    def work_off(self, *, worker: str = "") -> None:
        """Claim and carry out work until there is none, in the name of `worker`.

        Returns at once when another thread is at it already; that thread then looks once more.
        """
        self._wanted.set()
        while self._wanted.is_set() and not self._stopping.is_set() and self._busy.acquire(blocking=False):
            try:
                self._wanted.clear()
                while not self._stopping.is_set() and self._work_once(worker):
                    pass
            finally:
                self._busy.release()

    def stop(self) -> None:
        """Let work under way be handed back within about a second, and none be begun."""
        self._stopping.set()

    def close(self) -> None:
        """End the inference process, once nothing is under way."""
        self.stop()
        with self._busy:
            self._inference.stop()

    def _work_once(self, worker: str) -> bool:
        work = claim_next(worker=worker)
        if work is None:
            return False
        if isinstance(work, FinetuneJob):
            # Training needs the memory that warm networks hold.
            self._inference.stop()
            training.carry_out(job=work, should_stop=self._stopping.is_set)
        else:
            chunk_work.carry_out(chunk=work, inference=self._inference, should_stop=self._stopping.is_set)
        return True


@cache
def supervisor() -> Supervisor:
    """This process's supervisor."""
    return Supervisor()


def _memory_limit() -> int | None:
    """Most of the machine's memory; none beside a GPU, whose driver reserves far more than it uses."""
    if Path("/dev/nvidiactl").exists():
        return None
    return int(MEMORY_SHARE * psutil.virtual_memory().total)
