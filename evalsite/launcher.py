"""Start the processes of the embedded site, watch them, and end them all together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HOST = "127.0.0.1"
LEASH = Path(__file__).with_name("leash.py")
LOG_BYTES = 5_000_000
LOG_LINES = 15
POLL_SECONDS = 0.2
GRACE_SECONDS = 10.0


class LauncherError(Exception):
    """The site cannot be started or went down; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A command to keep running. What it prints goes to `log`, or to the terminal where that is None.

    With `may_end` its ending, however it went, leaves the rest running.
    """

    name: str
    command: tuple[str, ...]
    log: Path | None = None
    may_end: bool = False


class Launcher:
    """Processes on a leash each: they end with `stop`, and also if this process is killed."""

    def __init__(self, folder: Path, *, grace_seconds: float = GRACE_SECONDS) -> None:
        """`folder` is the commands' working directory; after `grace_seconds` what does not end is killed."""
        self._folder = folder
        self._grace = grace_seconds
        self._running: dict[Service, subprocess.Popen[bytes]] = {}

    def start(self, service: Service) -> None:
        """Start a service in a process group of its own, which Ctrl-C in the terminal does not reach."""
        log = _open_log(service.log) if service.log else None
        try:
            self._running[service] = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                [sys.executable, "-P", str(LEASH), str(self._grace), *service.command],
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            if log:
                log.close()

    def check(self) -> None:
        """Raise LauncherError for a service that has ended though it should go on."""
        for service, process in list(self._running.items()):
            status = process.poll()
            if status is None:
                continue
            del self._running[service]
            _let_go(process)
            if not service.may_end:
                raise LauncherError(
                    f"{service.name} has ended by itself ({_how(status)}), so evalsite ends too."
                    + _last_lines(service.log)
                )

    def wait_for(self, address: str, *, seconds: float) -> None:
        """Wait until `address` answers; raises LauncherError when a service ends or the time is up."""
        deadline = time.monotonic() + seconds
        while not _answers(address):
            self.check()
            if time.monotonic() > deadline:
                raise LauncherError(f"{address} has not answered within {seconds:.0f} s.")
            time.sleep(POLL_SECONDS)

    def watch(self) -> None:
        """Go on until something raises: a service that ended, or Ctrl-C."""
        while True:
            self.check()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask every service to end and wait for it; kill what does not end, or all at a second Ctrl-C."""
        try:
            for process in self._running.values():
                _let_go(process)
            deadline = time.monotonic() + self._grace + 2
            for process in self._running.values():
                process.wait(max(0.0, deadline - time.monotonic()))
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            for process in self._running.values():
                _kill_group(process)
        self._running.clear()


def check_port_is_free(port: int) -> None:
    """Raise LauncherError where another program listens on `port` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise LauncherError(
                f"Port {port} of {HOST} cannot be used ({error.strerror}). Stop the program that has it, or "
                f"choose another: EVALSITE_PORT={port + 1} make run"
            ) from error


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock of a state folder; raises LauncherError where another launcher holds it."""
    with (folder / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LauncherError(
                f"evalsite is running already with the folder {folder}. End it with Ctrl-C in its terminal, "
                "or name another folder in EVALSITE_VAR."
            ) from None
        yield


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - this machine's own address
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _open_log(path: Path) -> BinaryIO:
    """Append to the log; one that has grown large makes way for a new one and is kept beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def _last_lines(log: Path | None) -> str:
    if log is None:
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join(["", f"The end of {log}:", *lines])


def _how(status: int) -> str:
    """The leash says of a command that a signal killed what a shell would: 128 and the signal's number."""
    return f"killed by signal {status - 128}" if status > 128 else f"exit status {status}"


def _let_go(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
