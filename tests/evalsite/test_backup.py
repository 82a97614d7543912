"""`backup` and `restore` as an operator runs them, between installations of their own."""

import json
import sqlite3
import stat
import tarfile
from pathlib import Path

import pytest

from evalsite.backup.archive import reading
from evalsite.backup.errors import BackupInvalid
from tests.evalsite.installation import SCRIPT, Installation

FILL = """
import tempfile, pathlib
from django.conf import settings
from django.contrib.auth.models import User
from generation.checkpoints.store import Store
from generation.models import Checkpoint
User.objects.create_superuser("ada", password="correct horse battery")
weights = pathlib.Path(tempfile.mkdtemp()) / "weights"
weights.write_bytes(b"weights of a small network" * 5000)
stored = Store(settings.CHECKPOINT_STORE).put(weights)
checkpoint = Checkpoint.objects.create(
    name="small", adaptation="pretrained", architecture="gpt2", parameters=9,
    bytes=stored.size, digest="0" * 64, training_record={"loss": [0.1, 1e-7, 3], "note": "mỗi \\u2028 dòng"})
checkpoint.files.create(name="model.safetensors", sha256=stored.sha256, size=stored.size)
"""
RATINGS = "item,system,rater,criterion,rating,text\n" + "".join(
    f"{item},{system},{rater},quality,{1 + (item + len(system) + int(rater[1:])) % 5},{system} says {item}\n"
    for item in range(4)
    for system in ("full", "lora")
    for rater in ("r1", "r2", "r3")
)
# Two rows in each transaction: a backup that saw half of one would hold an odd number.
WRITE_PAIRS = """
from django.db import transaction
from evalsite.audit import note
for number in range(1_000_000):
    with transaction.atomic():
        note(actor=None, action="wrote", subject=f"{number} first")
        note(actor=None, action="wrote", subject=f"{number} second")
    if number == 0:
        print("writing", flush=True)
"""
WRITTEN = """
import json
from evalsite.models import AuditEntry
print(json.dumps(list(AuditEntry.objects.filter(action='wrote').order_by("pk").values("pk", "subject"))))
"""
COUNT = "from evalsite.models import AuditEntry; print(AuditEntry.objects.filter(action='wrote').count())"


def manifest_of(file: Path) -> dict:
    with tarfile.open(file) as tar:
        return json.load(tar.extractfile("manifest.json"))


def contents_of(file: Path) -> tuple[dict, dict]:
    """What a backup holds, without the audit log, which notes the backup itself."""
    manifest = manifest_of(file)
    del manifest["tables"]["evalsite.auditentry"]
    return manifest["tables"], manifest["files"]


def fill(site: Installation, folder: Path) -> Installation:
    site.manage("migrate", "--verbosity", "0")
    site.run(FILL)
    ratings = folder / "ratings.csv"
    ratings.write_text(RATINGS)
    site.manage("import_ratings", str(ratings), "--study", "small", "--margin", "0.5")
    return site


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    return fill(Installation(folder / "var"), folder)


@pytest.fixture(scope="module")
def saved(filled, tmp_path_factory):
    file = tmp_path_factory.mktemp("saved") / "site.backup"
    filled.manage("backup", str(file))
    return file


def test_everything_comes_back_and_goes_on(saved, tmp_path):
    other = Installation(tmp_path / "var")
    assert "Restored: everything as of " in other.manage("restore", str(saved))
    again = tmp_path / "again.backup"
    other.manage("backup", str(again))
    assert contents_of(again) == contents_of(saved)
    tables, files = contents_of(saved)
    assert tables["ratings.rating"]["rows"] == 24
    assert list(files.values()) == [26 * 5000]
    # A new row gets a key that no restored row has, and a restored password still opens the door.
    other.run(
        "from django.contrib.auth import authenticate; from django.contrib.auth.models import User;"
        "assert authenticate(username='ada', password='correct horse battery');"
        "User.objects.create_user('grace')",
    )


def test_only_its_owner_may_read_a_backup(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_and_no_writer_waits(filled, tmp_path):
    with filled.start(*SCRIPT, WRITE_PAIRS) as writer:
        try:
            assert writer.stdout.readline() == "writing\n"
            before = int(filled.run(COUNT))
            filled.manage("backup", str(tmp_path / "under-load"))
            assert int(filled.run(COUNT)) > before
            assert writer.poll() is None
        finally:
            writer.kill()
    other = Installation(tmp_path / "var")
    other.manage("restore", str(tmp_path / "under-load"))
    restored, written = json.loads(other.run(WRITTEN)), json.loads(filled.run(WRITTEN))
    assert before <= len(restored) < len(written)
    assert len(restored) % 2 == 0
    assert restored == written[: len(restored)]


def test_a_changed_byte_is_found_before_anything_is_touched(saved, tmp_path):
    with tarfile.open(saved) as tar:
        member = next(entry for entry in tar if entry.name.startswith("files/"))
        place = member.offset_data + 100
    damaged = tmp_path / "damaged"
    damaged.write_bytes(saved.read_bytes())
    with damaged.open("r+b") as stream:
        stream.seek(place)
        stream.write(b"!")
    other = Installation(tmp_path / "var")
    said = other.refused("restore", str(damaged))
    assert f"{damaged} is damaged: file " in said
    assert "Use another copy" in said
    assert other.refused("restore", str(damaged), "--check") == said
    assert not (tmp_path / "var" / "checkpoints").exists()
    assert not (tmp_path / "var" / "evalsite.sqlite3").exists()


def test_a_cut_backup_and_another_file_are_refused(saved, tmp_path):
    cut = tmp_path / "cut"
    cut.write_bytes(saved.read_bytes()[:20_000])
    other = Installation(tmp_path / "var")
    assert str(cut) in other.refused("restore", str(cut))
    text = tmp_path / "text"
    text.write_text("not a tar")
    assert f"{text} is no backup of evalsite" in other.refused("restore", str(text))
    assert f"{tmp_path / 'none'} is no backup" in other.refused("restore", str(tmp_path / "none"))


def test_wherever_a_backup_is_cut_it_is_refused_in_a_sentence(saved, tmp_path):
    whole, cut = saved.read_bytes(), tmp_path / "cut"
    for part in range(36):
        cut.write_bytes(whole[: len(whole) * part // 40])
        with pytest.raises(BackupInvalid, match=f"{cut} is "), reading(cut) as backup:
            backup.verify()


def test_a_database_in_use_is_left_alone(filled, saved, tmp_path):
    said = filled.refused("restore", str(saved))
    assert "The database is in use: restoring never overwrites." in said
    filled.manage("backup", str(tmp_path / "after"))
    assert contents_of(tmp_path / "after") == contents_of(saved)


def test_a_backup_never_overwrites(filled, saved):
    before = saved.read_bytes()
    assert f"{saved} is there already" in filled.refused("backup", str(saved))
    assert saved.read_bytes() == before


def test_a_missing_checkpoint_is_said_and_no_file_is_left(saved, tmp_path):
    site = Installation(tmp_path / "var")
    site.manage("restore", str(saved))
    for stored in (site.var / "checkpoints" / "files").glob("*/*"):
        stored.unlink()
    said = site.refused("backup", str(tmp_path / "backup"))
    assert "There is no backup: The store has no file" in said
    assert not list(tmp_path.glob("backup*"))


def test_an_older_backup_is_brought_up_to_date(saved, tmp_path):
    """Of an installation whose last migrations of `ratings` had not been written yet."""
    old = Installation(tmp_path / "old")
    old.manage("migrate", "ratings", "0001", "--verbosity", "0")
    old.run(OLD_BACKUP.format(file=str(tmp_path / "old.backup")))
    assert manifest_of(tmp_path / "old.backup")["migrations"]["ratings"].startswith("0001")
    new = Installation(tmp_path / "new")
    new.manage("restore", str(tmp_path / "old.backup"))
    new.run("from ratings.models import Study; Study.objects.get(name='old study')")
    with sqlite3.connect(new.var / "evalsite.sqlite3") as database:
        ((last,),) = database.execute("SELECT max(name) FROM django_migrations WHERE app = 'ratings'")
    assert last > "0005"


OLD_BACKUP = """
import pathlib
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from evalsite.backup.archive import writing
from evalsite.backup.rows import lines_of, models_of
executor = MigrationExecutor(connection)
applied = executor.loader.applied_migrations
last = {{app: max(name for a, name in applied if a == app) for app, _ in applied}}
apps = executor.loader.project_state(list(last.items())).apps
owner = apps.get_model("auth", "User").objects.create(username="ada", password="!")
corpus = apps.get_model("generation", "Dataset").objects.create(
    name="c", task="e2e", file_name="c", sha256="0" * 64)
apps.get_model("ratings", "Study").objects.create(name="old study", slug="old", public_title="t", owner=owner,
    dataset=corpus, seed=1, consent_text="c", instructions="i", raters_planned=1)
with writing(pathlib.Path("{file}")) as writer:
    for model in models_of(apps):
        writer.add_table(model._meta.label_lower, lines_of(model))
    writer.finish(made_at="2026-01-01T00:00:00+00:00", migrations=last)
"""
