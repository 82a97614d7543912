"""Django's SQLite with writers in line: of those who wait for its write lock, one at a time asks for it.

SQLite lets one writer in. Whoever finds the lock taken sleeps ever longer, up to a tenth of a second, while
others who come just then overtake: under load some wait for a second and more. Here the transactions of all
threads and processes queue for a file beside the database. Only the first in line asks SQLite, so it sleeps
a millisecond or two and nobody overtakes it. The system lets go of the file where a process is killed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend; settings name it by its package, `evalsite.sqlite`."""

    _line: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            self._line = os.open(f"{conn_params['database']}-line", os.O_RDWR | os.O_CREAT, 0o600)
        return connection

    def _close(self) -> None:
        super()._close()  # type: ignore[misc] # which the stubs leave out, as the one below
        if self._line is not None:
            os.close(self._line)
            self._line = None

    def _start_transaction_under_autocommit(self) -> None:
        with self._first_in_line():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]

    @contextmanager
    def _first_in_line(self) -> Iterator[None]:
        """Held only until the lock is had or refused, which SQLite's timeout bounds."""
        if self._line is None:
            yield
            return
        fcntl.flock(self._line, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._line, fcntl.LOCK_UN)
