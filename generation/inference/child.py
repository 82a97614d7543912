"""The parent's side of a child that speaks JSON lines, knows no secret and does not outlive its parent."""

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from generation.inference.errors import InferenceDied

PROJECT_ROOT = Path(__file__).resolve().parents[2]
KEPT_VARIABLES = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_HOME"}
)
LOG_TAIL_BYTES = 4000
LOG_BYTES = 5_000_000


def scrubbed_environment(environment: Mapping[str, str], *, threads: int) -> dict[str, str]:
    """Only what torch needs of ``environment``: no database address, no secret key, no hub."""
    kept = {name: value for name, value in environment.items() if name in KEPT_VARIABLES}
    threads_text = str(threads)
    return kept | {
        "OMP_NUM_THREADS": threads_text,
        # Threads that wait by spinning would take the cores from the web server beside them.
        "OMP_WAIT_POLICY": "PASSIVE",
        "MKL_NUM_THREADS": threads_text,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


class Child:
    """``python -m module`` with a pipe for requests, one for replies, and everything it prints in a log.

    Replies have a descriptor of their own: what a library prints cannot mix with them. Linux ends the child
    with the *thread* that started it, so start it from one that lives as long as the child is wanted.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        threads: int,
        log: Path | None,
        memory_limit: int | None,
    ) -> None:
        """Start the child. ``memory_limit`` is in bytes of private memory.

        ``log`` is appended to; once it is larger than LOG_BYTES it makes way, and is kept beside itself.
        """
        self.module = module
        self._log_path = log
        self._log: BinaryIO = log.open("a+b") if log else tempfile.TemporaryFile()  # noqa: SIM115 - kept open
        self._last_words = ""
        self._log_start = self._log.seek(0, os.SEEK_END)
        read_end, write_end = os.pipe()
        command = [sys.executable, "-m", module, "--replies", str(write_end), "--parent", str(os.getpid())]
        if memory_limit is not None:
            command += ["--memory-limit", str(memory_limit)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [*command, *arguments],
                cwd=PROJECT_ROOT,
                env=scrubbed_environment(os.environ, threads=threads),
                stdin=subprocess.PIPE,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(write_end,),
            )
        except BaseException:
            os.close(read_end)
            self._log.close()
            raise
        finally:
            os.close(write_end)
        self._replies: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(read_end,), daemon=True)
        self._reader.start()

    def _read(self, read_end: int) -> None:
        with os.fdopen(read_end, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                self._replies.put(line)
        self._replies.put(None)

    @property
    def pid(self) -> int:
        """The operating system's number of the child."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the child is still running."""
        return self._process.poll() is None

    def send(self, line: str) -> None:
        """Write one line to the child's standard input; raises InferenceDied when nobody reads it."""
        self._bound_log()
        stream = self._process.stdin
        try:
            if stream is None or stream.closed:
                raise BrokenPipeError
            stream.write(line.encode() + b"\n")
            stream.flush()
        except OSError as error:
            raise self.died("is not running") from error

    def receive(self, timeout: float | None = None) -> str | None:
        """Wait for the child's next line; None after ``timeout`` seconds without one.

        Raises InferenceDied when the child has ended and all it wrote has been received.
        """
        try:
            line = self._replies.get(timeout=timeout)
        except queue.Empty:
            return None
        if line is None:
            self._replies.put(None)
            self.close(grace_seconds=5)
            raise self.died(f"ended with exit status {self._process.returncode}")
        return line

    def _bound_log(self) -> None:
        """Begin the log anew once it is large: the child only ever appends, so it goes on at the new end."""
        if self._log_path is None or self._log.closed or os.fstat(self._log.fileno()).st_size <= LOG_BYTES:
            return
        shutil.copyfile(self._log_path, self._log_path.with_suffix(".old.log"))
        os.ftruncate(self._log.fileno(), 0)

    def died(self, what: str) -> InferenceDied:
        """The error that says what happened to the child, with the end of its log."""
        return InferenceDied(f"{self.module} {what}. Its log ends with:\n{self.log_tail() or '(nothing)'}")

    def log_tail(self) -> str:
        """The last few thousand bytes of what this child printed."""
        if self._log.closed:
            return self._last_words
        end = os.fstat(self._log.fileno()).st_size
        if end < self._log_start:  # it was begun anew, by this process or by a worker beside it
            self._log_start = 0
        start = max(self._log_start, end - LOG_TAIL_BYTES)
        return os.pread(self._log.fileno(), end - start, start).decode("utf-8", errors="replace").strip()

    def close(self, *, grace_seconds: float) -> None:
        """Close the child's input, which ends it; kill it after ``grace_seconds``; then release its log."""
        if self._process.stdin and not self._process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)
        self._last_words = self.log_tail()
        self._log.close()

    def kill(self) -> None:
        """End the child at once."""
        self._process.kill()
        self.close(grace_seconds=5)
