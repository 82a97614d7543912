"""The store: each content once, whole or not at all, found out when it changes, shared by processes."""

import hashlib
import multiprocessing
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.store import Store, StoredFileChanged, StoredFileMissing, manifest_digest


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"weights" * 300_000)
    return path


def _scratches(store: Store) -> list[Path]:
    return list((store.root / "scratch").iterdir())


def read(store: Store, sha256: str) -> None:
    with store.reading(sha256) as stream:
        while stream.read(1 << 20):
            pass


def test_a_file_is_stored_under_its_hash_read_only(store: Store, source: Path) -> None:
    stored = store.put(source)
    assert stored.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert stored.size == 2_100_000
    with store.reading(stored.sha256) as stream:
        assert stream.size == len(stream.read(3_000_000))
    path = store.path(stored.sha256)
    assert path.read_bytes() == source.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert _scratches(store) == []


def test_the_same_bytes_are_stored_once(store: Store, source: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    twin.write_bytes(source.read_bytes())
    assert store.put(source) == store.put(twin)
    assert len([path for path in (store.root / "files").rglob("*") if path.is_file()]) == 1


def test_a_failed_copy_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        store.put(tmp_path)
    assert not (store.root / "files").exists()


def test_changed_bytes_are_found_out_and_put_right_by_storing_again(store: Store, source: Path) -> None:
    sha256 = store.put(source).sha256
    folder = store.tree({"model.safetensors": sha256})
    store.path(sha256).chmod(0o644)
    store.path(sha256).write_bytes(b"other")
    with pytest.raises(StoredFileChanged, match=f"Stored file {sha256} has the SHA-256"):
        read(store, sha256)
    store.put(source)
    read(store, sha256)
    assert (folder / "model.safetensors").read_bytes() == source.read_bytes()


def test_a_missing_file_is_said_to_be_missing(store: Store) -> None:
    with pytest.raises(StoredFileMissing, match="register the checkpoint again"):
        read(store, "0" * 64)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_hash_names_no_file(store: Store, sha256: str) -> None:
    with pytest.raises(ValueError, match="is not a SHA-256"):
        store.path(sha256)


def test_a_tree_holds_each_name_and_is_the_same_for_the_same_set(store: Store, source: Path) -> None:
    weights = store.put(source).sha256
    config = store.root / "config"
    config.write_text("{}", encoding="utf-8")
    files = {"model.safetensors": weights, "config.json": store.put(config).sha256}
    folder = store.tree(files)
    assert folder.name == manifest_digest(files)
    assert {path.name for path in folder.iterdir()} == files.keys()
    assert (folder / "config.json").read_text(encoding="utf-8") == "{}"
    assert store.tree(dict(reversed(files.items()))) == folder
    assert _scratches(store) == []


def test_a_tree_survives_moving_the_store(store: Store, source: Path, tmp_path: Path) -> None:
    folder = store.tree({"model.safetensors": store.put(source).sha256})
    moved = store.root.rename(tmp_path / "moved")
    assert (moved / "trees" / folder.name / "model.safetensors").read_bytes() == source.read_bytes()


def test_trees_of_wrong_names_or_missing_files_are_not_made(store: Store, source: Path) -> None:
    sha256 = store.put(source).sha256
    with pytest.raises(CheckpointRefused, match="not a plain file name"):
        store.tree({"../model.safetensors": sha256})
    with pytest.raises(StoredFileMissing):
        store.tree({"model.safetensors": sha256, "config.json": "0" * 64})
    assert list((store.root / "trees").iterdir()) == []
    assert _scratches(store) == []


def test_what_blocks_a_tree_is_not_swallowed(store: Store, source: Path) -> None:
    files = {"model.safetensors": store.put(source).sha256}
    (store.root / "trees").mkdir()
    (store.root / "trees" / manifest_digest(files)).write_bytes(b"in the way")
    with pytest.raises(NotADirectoryError):
        store.tree(files)


def test_the_digest_depends_on_names_and_contents_alone() -> None:
    files = {"a": "0" * 64, "b": "1" * 64}
    assert manifest_digest(files) == manifest_digest(dict(reversed(files.items())))
    assert manifest_digest(files) != manifest_digest({"a": "1" * 64, "b": "0" * 64})
    assert manifest_digest(files) != manifest_digest({"a": "0" * 64})


def test_processes_may_store_and_link_the_same_at_once(store: Store, source: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        stored = {future.result() for future in [pool.submit(store.put, source) for _ in range(8)]}
        assert len(stored) == 1
        files = {"model.safetensors": stored.pop().sha256}
        trees = {future.result() for future in [pool.submit(store.tree, files) for _ in range(16)]}
    assert len(trees) == 1
    assert (trees.pop() / "model.safetensors").read_bytes() == source.read_bytes()
    assert _scratches(store) == []


def test_unwanted_old_files_go_with_the_folders_of_links_to_them(store: Store, tmp_path: Path) -> None:
    stored = []
    for text in ("wanted", "unwanted"):
        path = tmp_path / "config.json"
        path.write_text(text)
        stored.append(store.put(path))
    wanted, unwanted = stored
    kept = store.tree({"config.json": wanted.sha256})
    gone = store.tree({"config.json": unwanted.sha256})
    assert store.discard_all_but({wanted.sha256}, older_than=3600) == 0
    assert store.discard_all_but({wanted.sha256}, older_than=0) == unwanted.size
    assert (store.path(wanted.sha256).exists(), store.path(unwanted.sha256).exists()) == (True, False)
    assert (kept.exists(), gone.exists()) == (True, False)
