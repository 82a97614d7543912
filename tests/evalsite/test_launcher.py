"""The launcher with real processes: they start, are watched, and end with it, however it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest

from evalsite import launcher as module
from evalsite.launcher import Launcher, LauncherError, Service, check_port_is_free, only_one

ROOT = Path(__file__).resolve().parents[2]
GOES_ON = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
HEEDS_NOTHING = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + GOES_ON
PARENT_OF_ONE = (
    f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GOES_ON!r}, sys.argv[1]], check=False)"
)


@pytest.fixture
def launcher() -> Iterator[Launcher]:
    started = Launcher(ROOT, grace_seconds=2)
    yield started
    started.stop()


@pytest.fixture
def service(tmp_path: Path) -> Callable[..., Service]:
    def make(code: str, *, may_end: bool = False) -> Service:
        command = (sys.executable, "-c", code, str(tmp_path / "pid"))
        return Service(name="The trial", command=command, log=tmp_path / "trial.log", may_end=may_end)

    return make


@pytest.fixture
def pid(tmp_path: Path) -> Callable[[], int]:
    """Call to wait for the number of the process that wrote it down."""

    def read() -> int:
        return int(wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))

    return read


def wait_until(condition: Callable[[], object]) -> str:
    deadline = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited 20 s in vain"
        time.sleep(0.02)
    return str(found)


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("code", [GOES_ON, HEEDS_NOTHING, PARENT_OF_ONE])
def test_stopping_ends_what_was_started(launcher, service, pid, code) -> None:
    launcher.start(service(code))
    number = pid()
    launcher.stop()
    wait_until(lambda: is_gone(number))


def test_a_killed_launcher_takes_its_services_along(tmp_path, pid) -> None:
    command = (sys.executable, "-c", GOES_ON, str(tmp_path / "pid"))
    code = (
        "from pathlib import Path; from evalsite.launcher import Launcher, Service; "
        f"launcher = Launcher(Path({str(ROOT)!r})); "
        f"launcher.start(Service(name='The trial', command={command!r})); launcher.watch()"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as parent:
        number = pid()
        parent.kill()
    wait_until(lambda: is_gone(number))


def test_a_service_that_ends_is_said_with_its_last_words(launcher, service) -> None:
    launcher.start(service("import sys; print('the last straw'); sys.exit(3)"))
    with pytest.raises(
        LauncherError, match=r"(?s)The trial has ended by itself \(exit status 3\).*last straw"
    ):
        launcher.watch()


def test_a_service_that_is_killed_is_said(launcher, service, pid) -> None:
    launcher.start(service(GOES_ON))
    os.kill(pid(), signal.SIGKILL)
    with pytest.raises(LauncherError, match=r"ended by itself \(killed by signal 9\)"):
        launcher.watch()


def test_a_service_that_may_end_leaves_the_rest_running(launcher, service, pid) -> None:
    launcher.start(service("raise SystemExit(1)", may_end=True))
    launcher.start(service(GOES_ON))
    number = pid()
    wait_until(lambda: launcher.check() is None and len(launcher._running) == 1)
    assert not is_gone(number)


def test_waiting_ends_when_the_address_answers(launcher) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        launcher.wait_for(f"http://127.0.0.1:{server.server_port}/", seconds=10)
        server.shutdown()


def test_waiting_ends_when_nothing_answers_in_time(launcher, unused_port) -> None:
    with pytest.raises(LauncherError, match="has not answered within 0 s"):
        launcher.wait_for(f"http://127.0.0.1:{unused_port}/", seconds=0.3)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_named_with_a_way_out(unused_port) -> None:
    check_port_is_free(unused_port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", unused_port))
        other.listen()
        with pytest.raises(LauncherError, match=f"Port {unused_port} .*EVALSITE_PORT={unused_port + 1}"):
            check_port_is_free(unused_port)


def test_one_launcher_a_folder(tmp_path) -> None:
    with only_one(tmp_path), pytest.raises(LauncherError, match="running already"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_log_that_has_grown_large_makes_way(launcher, service, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "LOG_BYTES", 10)
    (tmp_path / "trial.log").write_text("what was said long ago")
    launcher.start(service("print('anew')", may_end=True))
    wait_until(lambda: "anew" in (tmp_path / "trial.log").read_text())
    assert (tmp_path / "trial.old.log").read_text() == "what was said long ago"
    assert "long ago" not in (tmp_path / "trial.log").read_text()
