"""The site as an operator runs it, on servers of a test's own: a web server, a worker, a study, a run."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.evalsite.installation import ROOT, Installation
from tests.services.faults.servers import Server, free_port, listens, until

LEASE_SECONDS = 3


class TroubledSite:
    """Processes over the state in `var`; the database is there too unless `database_url` names another."""

    def __init__(self, var: Path, *, database_url: str = "", broker: str = "") -> None:
        var.mkdir(exist_ok=True)
        self.installation = Installation(var, database_url)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.links: list[str] = []
        self._database_url = database_url
        self._environment = self.installation.environment | {
            "EVALSITE_SECRET_KEY": "only-for-tests",
            "EVALSITE_LEASE_SECONDS": str(LEASE_SECONDS),
            "EVALSITE_THREADS": "1",
            "EVALSITE_API_RATE": "100000/min",
        }
        if broker:
            self._environment["CELERY_BROKER_URL"] = broker
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        web += ["--port", str(self.port), "--blocking-threads", "4", "evalsite.wsgi:application"]
        worker = [sys.executable, "-m", "celery", "-A", "evalsite", "worker", "--loglevel", "INFO"]
        self.web = Server(
            "the web server", web, ready=lambda: listens(self.port), log=var / "web.log",
            environment=self._environment, folder=ROOT,
        )  # fmt: skip
        self.worker = Server(
            "the worker", worker, ready=lambda: True, log=var / "worker.log",
            environment=self._environment, folder=ROOT,
        )  # fmt: skip

    def script(self, script: str) -> str:
        """Run Python inside the site; gives what it printed."""
        return self._manage("shell", "--no-imports", "-c", script)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def fill(self, *, raters: int) -> None:
        told = self.script(f"from tests.services.faults.filling import fill; fill(raters={raters})")
        self.links = told.strip().splitlines()[-1].split()[1:]

    def begin_run(self, network: Path, corpus: Path) -> None:
        self.script(
            "from tests.services.faults.filling import begin_run;"
            f"begin_run(network={str(network)!r}, corpus={str(corpus)!r})"
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query says, asked past the site."""
        if self._database_url:
            with psycopg.connect(self._database_url) as database:
                return database.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.installation.var / "evalsite.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchall()

    def inference(self) -> psutil.Process | None:
        """The process that holds the network, if it is there."""
        if self.worker.process is None:
            return None
        try:
            children = psutil.Process(self.worker.process.pid).children()
            return next((each for each in children if "generation.inference.worker" in each.cmdline()), None)
        except psutil.Error:
            return None

    def kill_inference(self) -> None:
        until(lambda: self.inference() or self.run_is_over(), "the inference process is there")
        process = self.inference()
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)

    def run_is_over(self) -> bool:
        return self.rows("SELECT state FROM generation_run WHERE state IN ('queued', 'running')") == []

    def end(self) -> None:
        self.web.kill()
        self.worker.kill()

    def _manage(self, *arguments: str) -> str:
        ran = self.command(*arguments)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def database_of(port: int, name: str) -> str:
    return f"postgresql://postgres@127.0.0.1:{port}/{name}"
