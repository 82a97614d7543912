"""Bring a backup into an empty database, as of the migrations it was made under, and then up to date."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from evalsite.backup.archive import Manifest, Reader, reading
from evalsite.backup.errors import BackupInvalid
from evalsite.backup.rows import empty, insert, lines_of, models_of, table_of
from generation.checkpoints.store import Store

Tell = Callable[[str], None]


def restore(path: Path, tell: Tell) -> Manifest:
    """Verify the backup at `path`, then restore it; all rows come in one transaction, files before rows.

    Raises BackupInvalid where the file is damaged or newer than this version, or the database is not empty;
    nothing of the database has changed then but its migrations.
    """
    with reading(path) as backup:
        backup.verify()
        tell(f"{path} is whole: every byte has the hash that its manifest says.")
        then = _as_of(backup.manifest)
        _restore_files(backup, tell)
        _restore_rows(backup, then, tell)
    call_command("migrate", interactive=False, verbosity=0)
    return backup.manifest


def check(path: Path) -> Manifest:
    """Verify the backup at `path` and touch nothing. Raises BackupInvalid where it is damaged."""
    with reading(path) as backup:
        backup.verify()
        return backup.manifest


def _as_of(manifest: Manifest) -> Apps:
    """Bring an empty database to the backup's migrations; gives the models as they were then."""
    executor = MigrationExecutor(connection)
    targets = list(manifest.migrations.items())
    for app, name in targets:
        if (app, name) not in executor.loader.graph.nodes:
            raise BackupInvalid(
                f"The backup was made with migration {app}.{name}, which this version of evalsite does not "
                f"know: restore it with the version that made it, or a later one."
            )
    known = executor.loader.graph
    wanted = {node for target in targets for node in known.forwards_plan(target)}
    if not set(executor.loader.applied_migrations) <= wanted or _has_people():
        raise BackupInvalid(
            "The database is in use: restoring never overwrites. Name an empty one in DATABASE_URL, or for "
            "SQLite an empty folder in EVALSITE_VAR."
        )
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def _has_people() -> bool:
    users = apps.get_model("auth", "User")
    if users._meta.db_table not in connection.introspection.table_names():
        return False
    return users._base_manager.exists()


def _restore_files(backup: Reader, tell: Tell) -> None:
    store = Store(settings.CHECKPOINT_STORE)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as scratch:
        for number, sha256 in enumerate(backup.manifest.files, start=1):
            copy = Path(scratch) / sha256
            backup.copy_file(sha256, copy)
            store.put(copy)
            copy.unlink()
            tell(f"file {number} of {len(backup.manifest.files)}: {sha256}")


def _restore_rows(backup: Reader, then: Apps, tell: Tell) -> None:
    models = models_of(then)
    tables = backup.manifest.tables
    with transaction.atomic():
        empty(models)
        for model in models:
            label = model._meta.label_lower
            if label not in tables:
                raise BackupInvalid(f"The backup has no table {label}: use another copy of it.")
            insert(model, backup.lines(label))
            if table_of(lines_of(model)) != tables[label]:
                raise BackupInvalid(f"Table {label} came out of this database other than it went in.")
            tell(f"{model._meta.label}: {tables[label].rows:,} rows")
        try:
            connection.check_constraints()
        except DatabaseError as error:
            raise BackupInvalid(f"The backup names rows that it does not hold: {error}") from error
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
