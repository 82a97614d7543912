"""`manage.py restore FILE`: bring a backup into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evalsite import audit
from evalsite.backup.errors import BackupInvalid
from evalsite.backup.restoring import check, restore


class Command(BaseCommand):
    """Restore database and checkpoints."""

    help = "Restore FILE into an empty database (DATABASE_URL) and the store of checkpoints (EVALSITE_VAR)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, and whether only to look at it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="verify FILE against its hashes, no more")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Everything or nothing."""
        try:
            if options["check"]:
                manifest = check(file)
                self.stdout.write(f"{file} is whole, of {manifest.made_at}.")
                return
            manifest = restore(file, self.stdout.write)
        except BackupInvalid as error:
            raise CommandError(str(error)) from error
        audit.note(actor=None, action="restored", subject=file.name, details={"of": manifest.made_at})
        self.stdout.write(f"Restored: everything as of {manifest.made_at}.")
