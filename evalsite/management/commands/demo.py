"""`demo`: bring the demo comparison as far as it goes, following the work that a worker does."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evalsite.demo import Demo, DemoStopped
from evalsite.preparation import ensure_admin
from generation.errors import GenerationError
from ratings.errors import RatingsError

POLL_SECONDS = 2.0


class Command(BaseCommand):
    help = "Make the demo: a base, two fine-tunings, three runs, an open study and a simulated one."

    def handle(self, *args: Any, **options: Any) -> None:
        demo = Demo(owner=ensure_admin(), tell=self._tell)
        try:
            while not demo.advance():
                time.sleep(POLL_SECONDS)
        except (DemoStopped, GenerationError, RatingsError) as error:
            raise CommandError(f"The demo has stopped; the site goes on. {error}") from error

    def _tell(self, line: str) -> None:
        self.stdout.write(f"Demo: {line}")
        self.stdout.flush()
