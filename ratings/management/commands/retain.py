"""Delete what leads from answers to people in studies that have kept it for as long as they said."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ratings.services.retention import retain


class Command(BaseCommand):
    """Workers do the same every hour."""

    help = "Delete raters' links in closed studies whose days of keeping them are over."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to delete at all."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a study."""
        rows = retain(dry_run=options["dry_run"])
        for row in rows:
            self.stdout.write(f"{row.study}: {row.raters} raters")
        if not rows:
            self.stdout.write("Nothing is kept beyond its time.")
