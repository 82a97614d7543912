"""`run` as people start it: the site answers, its link signs in, a worker listens, and Ctrl-C ends it all."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90


class Started:
    """The launcher as a process, and the lines that it prints."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.address = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {
            "DJANGO_SETTINGS_MODULE": "evalsite.settings",
            "EVALSITE_VAR": str(var),
            "EVALSITE_PORT": str(port),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "run", "--no-demo"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line)

    def says(self, pattern: str) -> str:
        """Wait for a line that `pattern` is found in; gives the match."""
        deadline = time.monotonic() + SECONDS
        while True:
            line = self._lines.get(timeout=max(0.1, deadline - time.monotonic()))
            if found := re.search(pattern, line):
                return found.group()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        self._reader.join(20)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    launcher = Started(tmp_path / "var", port)
    yield launcher
    launcher.end()


def test_the_site_starts_signs_in_works_and_ends(started: Started) -> None:
    link = started.says(r"http://\S+/sign-in/\S+")
    assert link.startswith(started.address)
    with urllib.request.urlopen(link, timeout=10) as page:
        assert b"Sign in" in page.read()
    log = started.var / "log" / "worker.log"
    deadline = time.monotonic() + SECONDS
    while not (log.exists() and "ready" in log.read_text()):
        assert time.monotonic() < deadline, "the worker did not get ready"
        time.sleep(0.1)
    children = started.children()
    assert any("granian" in " ".join(child.cmdline()) for child in children)
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(30) == 0
    _gone, alive = psutil.wait_procs(children, timeout=20)
    assert not alive


def test_a_killed_web_server_is_said_and_ends_the_rest(started: Started) -> None:
    started.says(r"Ctrl-C ends it")
    children = started.children()
    web = [child for child in children if "granian" in " ".join(child.cmdline()[1:3])]
    assert web
    for child in web:
        child.kill()
    started.says(r"The web server has ended by itself")
    assert started.process.wait(30) == 1
    _gone, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
