"""The child's side of ``child.Child``: arguments, requests, replies, and ending with the parent."""

import argparse
import ctypes
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Lifeline:
    """Requests in, replies out, one JSON line each; ``device`` and ``threads`` are the parent's wish."""

    device: str
    threads: int
    requests: Iterator[str]
    reply: Callable[[str], None]


def take_lifeline() -> Lifeline:
    """Read the command line that the parent wrote and bind this process's life to it.

    The process ends when its standard input does, which the system closes even for a parent killed with
    SIGKILL; on Linux the kernel also ends it. Ctrl-C is the parent's to answer, so SIGINT is ignored.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--replies", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", type=int)
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with(arguments.parent)
    if arguments.memory_limit is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (arguments.memory_limit, arguments.memory_limit))
    os.set_inheritable(arguments.replies, False)  # noqa: FBT003 - takes no keyword
    stream = os.fdopen(arguments.replies, "w", encoding="utf-8", buffering=1)
    lock = threading.Lock()

    def reply(line: str) -> None:
        with lock:
            stream.write(f"{line}\n")
            stream.flush()

    return Lifeline(arguments.device, arguments.threads, _requests(), reply)


def _requests() -> Iterator[str]:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return iter(lines.get, "")


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")
