"""Say in the database that this worker is there, from a thread of its own: also during hours of work."""

import logging
import threading

from django.db import DatabaseError, close_old_connections, connection

from generation.services.workers import forget_worker, note_worker
from generation.worker.supervisor import supervisor

BEAT_SECONDS = 5.0

logger = logging.getLogger(__name__)


class Presence:
    """Keeps the row of one worker fresh between `start` and `stop`."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Say that the worker is there, and go on saying so."""
        self._thread.start()

    def stop(self) -> None:
        """Take the row away and end the thread."""
        self._leaving.set()
        self._thread.join(timeout=BEAT_SECONDS)

    def _run(self) -> None:
        while not self._leaving.is_set():
            self._say()
            self._leaving.wait(BEAT_SECONDS)
        try:
            forget_worker(worker=self._worker)
        finally:
            connection.close()

    def _say(self) -> None:
        close_old_connections()
        try:
            note_worker(worker=self._worker, device=supervisor().device)
        except DatabaseError:
            logger.exception("the database cannot be told that worker %s is there", self._worker)
