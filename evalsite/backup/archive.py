"""The backup file: an uncompressed tar of gzipped tables, stored files and, last, a manifest that names all.

Nothing is taken from it before every byte was held against the manifest's hashes.
"""

import gzip
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from evalsite.backup.errors import BackupInvalid
from evalsite.backup.rows import Table, table_of

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 << 20
BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds: the last migration of each app, tables by label, stored files by SHA-256."""

    made_at: str
    migrations: Mapping[str, str]
    tables: Mapping[str, Table]
    files: Mapping[str, int]


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


class Writer:
    """Writes a backup's members; `finish` adds the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._tables: dict[str, Table] = {}
        self._files: dict[str, int] = {}

    def add_table(self, label: str, lines: Iterable[bytes]) -> Table:
        """Store a table's lines."""
        with tempfile.TemporaryFile() as scratch:
            with gzip.GzipFile(fileobj=scratch, mode="wb", mtime=0, compresslevel=6) as packed:
                table = table_of(_written(packed, lines))
            size = scratch.tell()
            scratch.seek(0)
            self._add(_rows_name(label), scratch, size)
        self._tables[label] = table
        return table

    def add_file(self, sha256: str, stream: "Readable", size: int) -> None:
        """Store the `size` bytes of a file under their hash, which whoever gives them vouches for."""
        self._files[sha256] = size
        self._add(_file_name(sha256), stream, size)

    def finish(self, *, made_at: str, migrations: Mapping[str, str]) -> Manifest:
        """Close the list of what is in the backup."""
        manifest = Manifest(
            made_at=made_at, migrations=dict(migrations), tables=self._tables, files=self._files
        )
        text = json.dumps({"format": FORMAT} | asdict(manifest), sort_keys=True, indent=1)
        content = text.encode()
        self._add(MANIFEST, io.BytesIO(content), len(content))
        return manifest

    def _add(self, name: str, stream: "Readable", size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, cast("IO[bytes]", stream))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A writer to `path`, which appears whole or not at all and only its owner may read."""
    draft = path.with_name(f"{path.name}.partial")
    try:
        # Nobody else may read it: it holds password hashes and what raters said.
        draft.touch(mode=0o600)
        with tarfile.open(draft, "w") as tar:
            yield Writer(tar)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class Reader:
    """An open backup."""

    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self._path, self._tar = path, tar
        self.manifest = self._manifest()

    def lines(self, label: str) -> Iterator[bytes]:
        """A table's lines. Raises BackupInvalid where there is no such table."""
        with self._member(_rows_name(label)) as packed, gzip.open(packed) as lines:
            yield from lines

    def copy_file(self, sha256: str, target: Path) -> None:
        """Write a stored file's bytes to `target`."""
        with self._member(_file_name(sha256)) as stream, target.open("wb") as copy:
            while block := stream.read(BLOCK):
                copy.write(block)

    def verify(self) -> None:
        """Hold every byte against the manifest. Raises BackupInvalid naming the first part that differs."""
        for label, table in self.manifest.tables.items():
            try:
                found = table_of(self.lines(label))
            except (OSError, EOFError, tarfile.TarError) as error:
                raise self._damaged(f"table {label}") from error
            if found != table:
                raise self._damaged(f"table {label}")
        for sha256 in self.manifest.files:
            if self._hash(_file_name(sha256)) != sha256:
                raise self._damaged(f"file {sha256}")

    def _hash(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._member(name) as stream:
            try:
                while block := stream.read(BLOCK):
                    digest.update(block)
            except tarfile.TarError as error:
                raise self._damaged(name) from error
        return digest.hexdigest()

    def _manifest(self) -> Manifest:
        with self._member(MANIFEST) as stream:
            found = json.loads(stream.read(LARGEST_MANIFEST))
        if found.pop("format", None) != FORMAT:
            raise BackupInvalid(
                f"{self._path} was made by a newer evalsite: restore it with the version that made it."
            )
        tables = {label: Table(**table) for label, table in found.pop("tables").items()}
        return Manifest(tables=tables, **found)

    def _member(self, name: str) -> IO[bytes]:
        try:
            stream = self._tar.extractfile(name)
        except (KeyError, tarfile.TarError) as error:
            raise self._damaged(name) from error
        if stream is None:
            raise self._damaged(name)
        return stream

    def _damaged(self, what: str) -> BackupInvalid:
        return BackupInvalid(
            f"{self._path} is damaged: {what} is missing or was changed. Use another copy of this backup."
        )


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """The backup at `path`. Raises BackupInvalid where that is none."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below; only opening may fail in this way
    except (OSError, tarfile.TarError) as error:
        raise BackupInvalid(f"{path} is no backup of evalsite: {error}.") from error
    with tar:
        yield Reader(path, tar)


def _written(packed: gzip.GzipFile, lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, each once it is written."""
    for line in lines:
        packed.write(line)
        yield line


def _rows_name(label: str) -> str:
    return f"rows/{label}.jsonl.gz"


def _file_name(sha256: str) -> str:
    return f"files/{sha256}"
