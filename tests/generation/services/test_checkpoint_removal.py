"""A checkpoint goes with the files that only it had, and stays while something rests on it."""

import os
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from evalsite.models import AuditEntry
from generation.checkpoints.store import Store
from generation.errors import CheckpointInUse
from generation.models import Checkpoint, CheckpointFile, FinetuneJob, Upload
from generation.services.checkpoint_removal import SPARED_SECONDS, remove_checkpoint
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return User.objects.create_user("ada")


def store_file(
    checkpoint: Checkpoint, folder: Path, name: str, text: str, *, age: float = SPARED_SECONDS
) -> Path:
    """A stored file of the checkpoint, `age` seconds old."""
    source = folder / name
    source.write_text(text, encoding="utf-8")
    store = Store(folder / "var" / "checkpoints")
    stored = store.put(source)
    CheckpointFile.objects.create(checkpoint=checkpoint, name=name, sha256=stored.sha256, size=stored.size)
    path = store.path(stored.sha256)
    os.utime(path, (time.time() - age - 1,) * 2)
    return path


def test_its_own_files_go_and_shared_and_young_ones_stay(
    checkpoint_store: Path, tmp_path: Path, admin: User, django_capture_on_commit_callbacks
) -> None:
    unwanted, other = make_checkpoint("unwanted"), make_checkpoint("other")
    own = store_file(unwanted, tmp_path, "config.json", "only here")
    shared = store_file(unwanted, tmp_path, "tokenizer.json", "in both")
    store_file(other, tmp_path, "tokenizer.json", "in both")
    young = store_file(unwanted, tmp_path, "model.safetensors", "just put", age=0)
    with django_capture_on_commit_callbacks(execute=True):
        remove_checkpoint(checkpoint=unwanted, actor=admin)
    assert (own.exists(), shared.exists(), young.exists()) == (False, True, True)
    assert list(Checkpoint.objects.all()) == [other]
    entry = AuditEntry.objects.get(action="checkpoint deleted")
    assert (entry.actor_name, entry.action, entry.subject) == ("ada", "checkpoint deleted", "unwanted")


def in_a_system(base: Checkpoint, owner: User) -> str:
    make_run(make_corpus(1), ["a"], system="base, greedy", checkpoint=base)
    return "base, greedy"


def as_a_base(base: Checkpoint, owner: User) -> str:
    return make_checkpoint("child", "lora", base=base).name


def in_a_finetuning(base: Checkpoint, owner: User) -> str:
    job = FinetuneJob.objects.create(
        base=base, dataset=make_corpus(1), adaptation="lora", name="under way", steps=1
    )
    return job.name


def in_an_upload(base: Checkpoint, owner: User) -> str:
    upload = Upload.objects.create(
        owner=owner, slot=0, name="arriving", adaptation="lora", base=base, expires_at=timezone.now()
    )
    return upload.name


@pytest.mark.parametrize("use", [in_a_system, as_a_base, in_a_finetuning, in_an_upload])
def test_what_something_rests_on_stays(use, admin: User) -> None:
    base = make_checkpoint("base")
    with pytest.raises(CheckpointInUse, match=use(base, admin)):
        remove_checkpoint(checkpoint=base, actor=admin)
    assert Checkpoint.objects.filter(pk=base.pk).exists()
    assert not AuditEntry.objects.filter(action="checkpoint deleted").exists()
