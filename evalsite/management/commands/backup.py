"""`manage.py backup FILE`: everything in one file, while the site goes on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evalsite import audit
from evalsite.backup.errors import BackupInvalid
from evalsite.backup.saving import save
from generation.checkpoints.store import StoredFileChanged, StoredFileMissing


class Command(BaseCommand):
    """Save database and checkpoints."""

    help = "Save the database and the checkpoints' files to FILE, all of one moment, while the site goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, which must not be there yet."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Refuses to write over a file: it may be the only good backup."""
        if file.exists():
            raise CommandError(f"{file} is there already: name a new file.")
        try:
            manifest = save(file, self.stdout.write)
        except (BackupInvalid, StoredFileMissing, StoredFileChanged) as error:
            raise CommandError(f"There is no backup: {error}") from error
        except OSError as error:
            raise CommandError(
                f"There is no backup: {file} could not be written ({error.strerror}). Make room, or name a "
                "file elsewhere."
            ) from error
        audit.note(actor=None, action="backed up", subject=file.name, details={"of": manifest.made_at})
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes, everything as of {manifest.made_at}.")
