"""PostgreSQL, Redis and RabbitMQ of a test's own: own folder, own port, killed and started at will."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.conftest import skip_unless_ci

STARTED_WITHIN = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], object], what: str, seconds: float = STARTED_WITHIN) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Server:
    """A command in a process group of its own; `ready` says whether it serves."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        ready: Callable[[], bool],
        log: Path,
        environment: dict[str, str] | None = None,
        folder: Path = Path("/"),
    ) -> None:
        self.name, self.log = name, log
        self._command, self._ready, self._environment, self._folder = command, ready, environment, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.serves, f"{self.name} serves")

    def serves(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            pytest.fail(f"{self.name} ended: {self.log.read_text()[-1500:]}")
        return self._ready()

    def kill(self) -> None:
        """End it and all that it started by SIGKILL, at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            until(lambda: not _group_lives(self.process.pid), f"{self.name} is gone")
            self.process = None


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def program(*places: str) -> str:
    """The first of `places` (names or globs) that is installed."""
    for place in places:
        found = shutil.which(place) or next(map(str, sorted(Path("/").glob(place.lstrip("/")))[::-1]), None)
        if found:
            return found
    skip_unless_ci(f"{places[0]} is not installed")
    raise AssertionError


@contextmanager
def postgresql() -> Iterator[tuple[Server, int]]:
    """PostgreSQL, started, and its port; as user postgres where we are root, which it refuses to be."""
    folder = Path(tempfile.mkdtemp(prefix="evalsite-postgresql-"))
    server, port = _postgresql(folder)
    try:
        server.start()
        yield server, port
    finally:
        server.kill()
        shutil.rmtree(folder)


def _postgresql(folder: Path) -> tuple[Server, int]:
    binaries = Path(program("/usr/lib/postgresql/*/bin/postgres")).parent
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    make = [*as_postgres, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*make, "--no-sync"], check=True, capture_output=True, cwd="/")
    command = [*as_postgres, str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB"]

    def answers() -> bool:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    return Server("PostgreSQL", command, ready=answers, log=folder / "log"), port


def redis(folder: Path) -> tuple[Server, str]:
    """Redis that keeps nothing, and its address as a broker."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = Server("Redis", command, ready=lambda: listens(port), log=folder / "redis.log")
    return server, f"redis://127.0.0.1:{port}/0"


@contextmanager
def rabbitmq(folder: Path) -> Iterator[tuple[Server, str]]:
    """RabbitMQ as a node of its own, and its address; it needs a name server of its own beside it."""
    port, names = free_port(), free_port()
    home = folder / "rabbitmq"
    home.mkdir()
    (home / "enabled_plugins").write_text("[].")
    environment = os.environ | {
        "HOME": str(home),
        "ERL_EPMD_PORT": str(names),
        "RABBITMQ_NODENAME": f"trial{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(home),
        "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
    }
    command = [program("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server")]
    server = Server(
        "RabbitMQ", command, ready=lambda: listens(port), log=home / "log", environment=environment
    )
    epmd = subprocess.Popen(
        [program("epmd"), "-port", str(names), "-address", "127.0.0.1"], env=environment, cwd="/"
    )
    try:
        yield server, f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        server.kill()
        epmd.kill()
        epmd.wait()
