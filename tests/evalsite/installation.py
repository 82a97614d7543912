"""An installation of its own: a folder of state, a database, and `manage.py` as an operator runs it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ("shell", "--no-imports", "-c")


@dataclass(frozen=True)
class Installation:
    """State under `var`; the database is there too unless `database_url` names another."""

    var: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        named = {"DATABASE_URL": self.database_url} if self.database_url else {}
        own = {"DJANGO_SETTINGS_MODULE": "evalsite.settings", "EVALSITE_VAR": str(self.var)}
        return inherited | named | own

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command and go on."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *arguments: str) -> str:
        """Run a command that succeeds; gives what it printed."""
        with self.start(*arguments) as process:
            printed, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
        return printed

    def run(self, script: str) -> str:
        """Run Python that succeeds inside the installation; gives what it printed."""
        return self.manage(*SCRIPT, script)

    def refused(self, *arguments: str) -> str:
        """Run a command that fails by its own decision; gives its one sentence."""
        with self.start(*arguments) as process:
            _, complaint = process.communicate(timeout=120)
        assert process.returncode == 1
        assert "Traceback" not in complaint
        return complaint.strip()
