"""Files under the SHA-256 of their bytes, written once, and read-only folders made of them."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from generation.checkpoints.allowlist import check_file_names

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COPY_BYTES = 1 << 20
_READ_ONLY = 0o444


class StoredFileMissing(FileNotFoundError):  # noqa: N818 - names the event
    """The store has no file of that hash."""


class StoredFileChanged(ValueError):  # noqa: N818 - names the event
    """A stored file no longer has the bytes that its name says."""


@dataclass(frozen=True)
class StoredFile:
    """A file in the store: the hash of its bytes, and how many there are."""

    sha256: str
    size: int


class Hashing:
    """A file that is hashed as it is read, so that it need not be read twice."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._digest = stream, hashlib.sha256()
        self.size = os.fstat(stream.fileno()).st_size

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        block = self._stream.read(size)
        self._digest.update(block)
        return block

    @property
    def sha256(self) -> str:
        """The hash of what was read so far."""
        return self._digest.hexdigest()


def manifest_digest(files: Mapping[str, str]) -> str:
    """One hash for a set of named files (name -> SHA-256), whatever their order."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True)
class Store:
    """A content-addressed store in a folder, made if it is missing; any number of processes may share it."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Where the file of that hash is or would be; raises ValueError for what is no SHA-256."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256[:80]!r} is not a SHA-256 in lower-case hexadecimal")
        return self.root / "files" / sha256[:2] / sha256

    def put(self, source: Path) -> StoredFile:
        """Copy `source` into the store, once for each content; it is there whole or not at all."""
        with source.open("rb") as stream, self._scratch() as scratch:
            temporary = scratch / "file"
            stored = _copy(stream, temporary)
            target = self.path(stored.sha256)
            _make_folder(target.parent)
            # Over a file that is there already: the same bytes, or changed ones that are so put right.
            temporary.replace(target)
            _sync_folder(target.parent)
        return stored

    @contextmanager
    def reading(self, sha256: str) -> Iterator["Hashing"]:
        """The stored file, hashed while it is read.

        Raises StoredFileMissing, and StoredFileChanged at the end where what was read has another hash.
        """
        try:
            stream = self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise StoredFileMissing(
                f"The store has no file {sha256}; register the checkpoint again."
            ) from error
        with stream:
            hashing = Hashing(stream)
            yield hashing
        if hashing.sha256 != sha256:
            raise StoredFileChanged(
                f"Stored file {sha256} has the SHA-256 {hashing.sha256} now; register the checkpoint again."
            )

    def tree(self, files: Mapping[str, str]) -> Path:
        """A folder of links, each name to its stored file (name -> SHA-256); the same for the same set.

        It appears whole or not at all, whoever else makes it at the same time. Raises CheckpointRefused for a
        name that no checkpoint may have and StoredFileMissing for a file that is not there.
        """
        check_file_names(files)
        target = self.root / "trees" / manifest_digest(files)
        _make_folder(target.parent)
        with self._scratch() as scratch:
            folder = scratch / "tree"
            folder.mkdir()
            for name, sha256 in files.items():
                _link(self.path(sha256), folder / name)
            _sync_folder(folder)
            try:
                folder.rename(target)
            except OSError as error:
                # It was there already; links of the same digest are the same links.
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                    raise
        _sync_folder(target.parent)
        return target

    def discard_all_but(self, wanted: Container[str], *, older_than: float) -> int:
        """Remove files of other hashes, put `older_than` seconds ago or more; gives the bytes freed.

        Younger ones stay: somebody may be taking them in at this moment.
        """
        freed = 0
        for path in (self.root / "files").glob("*/*"):
            found = path.stat()
            if path.name not in wanted and time.time() - found.st_mtime >= older_than:
                path.unlink()
                freed += found.st_size
        for tree in (self.root / "trees").glob("*"):
            if not all(link.exists() for link in tree.iterdir()):
                shutil.rmtree(tree)
        return freed

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder on the store's own file system, gone afterwards whatever happened."""
        scratches = self.root / "scratch"
        _make_folder(scratches)
        folder = Path(tempfile.mkdtemp(dir=scratches))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _copy(stream: IO[bytes], target: Path) -> StoredFile:
    """Copy to a new read-only file and hash on the way; the bytes are on the disk when this returns."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as copy:
        while block := stream.read(_COPY_BYTES):
            digest.update(block)
            size += len(block)
            copy.write(block)
        copy.flush()
        os.fchmod(copy.fileno(), _READ_ONLY)
        os.fsync(copy.fileno())
    return StoredFile(digest.hexdigest(), size)


def _link(stored: Path, name: Path) -> None:
    """A symbolic link that stays right when the store moves and when a stored file is put right."""
    if not stored.is_file():
        raise StoredFileMissing(f"The store has no file {stored.name}; register the checkpoint again.")
    name.symlink_to(Path("..", "..", "files", stored.parent.name, stored.name))


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    """Put a folder's entries on the disk, so that a renamed file survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
