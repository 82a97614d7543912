"""Save everything to one file while the site goes on."""

from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from evalsite.backup.archive import Manifest, Writer, writing
from evalsite.backup.errors import BackupInvalid
from evalsite.backup.rows import lines_of, models_of
from evalsite.backup.snapshot import one_moment
from generation.checkpoints.store import Store
from generation.models.checkpoints import CheckpointFile

Tell = Callable[[str], None]


def save(path: Path, tell: Tell) -> Manifest:
    """Write a backup to `path`, all of one moment; `tell` gets a line for each part.

    Raises BackupInvalid where migrations are missing, StoredFileMissing or StoredFileChanged where the store
    does not hold what the database says, and OSError where the disk is full; then there is no file at `path`.
    """
    with writing(path) as writer:
        with one_moment():
            made_at = timezone.now().isoformat()
            migrations = _last_migrations()
            for model in models_of(apps):
                table = writer.add_table(model._meta.label_lower, lines_of(model))
                tell(f"{model._meta.label}: {table.rows:,} rows")
            wanted = sorted(set(CheckpointFile.objects.values_list("sha256", flat=True)))
        _add_files(writer, wanted, tell)
        return writer.finish(made_at=made_at, migrations=migrations)


def _add_files(writer: Writer, wanted: list[str], tell: Tell) -> None:
    """Stored files never change, so that they may be read after the database's moment is over."""
    store = Store(settings.CHECKPOINT_STORE)
    for number, sha256 in enumerate(wanted, start=1):
        with store.reading(sha256) as stream:
            writer.add_file(sha256, stream, stream.size)
        tell(f"file {number} of {len(wanted)}: {stream.size:,} bytes")


def _last_migrations() -> dict[str, str]:
    """The last migration of each app. Raises BackupInvalid where one has not been applied."""
    loader = MigrationLoader(connection)
    leaves = loader.graph.leaf_nodes()
    for app, name in leaves:
        if (app, name) not in loader.applied_migrations:
            raise BackupInvalid(
                f"The database lacks migration {app}.{name}: run 'python manage.py migrate' first."
            )
    return dict(leaves)
