"""Bytes to text and rows: encodings, compression, and the line that is to blame."""

import gzip
from pathlib import Path

import pytest

from generation.formats.corpus import CorpusError
from generation.formats.text_files import read_rows, read_text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "texts.csv"


def test_plain_gzipped_and_marked_files_give_the_same_text(file: Path) -> None:
    for content in ("Café\n".encode(), gzip.compress("Café\n".encode(), mtime=0), "\ufeffCafé\n".encode()):
        file.write_bytes(content)
        assert read_text(file) == "Café\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_wrong_encoding_names_the_line_of_the_byte(file: Path, mark: bytes) -> None:
    file.write_bytes(mark + "mr,ref\nfirst\nCafé".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"^texts\.csv, line 3: byte 0xe9 is not UTF-8 text; save"):
        read_text(file)


@pytest.mark.parametrize("content", [b"", b" \r\n\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CorpusError, match=r"^texts\.csv: the file is empty"):
        read_text(file)


def _with_wrong_checksum(packed: bytes) -> bytes:
    return packed[:-8] + b"\0" * 8


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"text" * 1000, mtime=0)[:-12],
        _with_wrong_checksum(gzip.compress(b"text", mtime=0)),
        gzip.compress(b"text", mtime=0)[:10] + b"\xff" * 20,
    ],
)
def test_a_damaged_compressed_file_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CorpusError, match="the compressed file is damaged"):
        read_text(file)


def test_a_small_file_that_unpacks_large_is_refused(file: Path) -> None:
    file.write_bytes(gzip.compress(b"x" * 1001, mtime=0))
    with pytest.raises(CorpusError, match="larger than 1,000 bytes"):
        read_text(file, max_bytes=1000)


def test_a_missing_file_is_an_os_error(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_text(file)


def test_rows_come_with_the_line_they_start_on(file: Path) -> None:
    text = 'a,b\r\n"two\r\nlines",x\r\n\r\nlast,"y"\n\n'
    assert list(read_rows(file, text, ",")) == [
        (1, ["a", "b"]),
        (2, ["two\r\nlines", "x"]),
        (4, []),
        (5, ["last", "y"]),
    ]


@pytest.mark.parametrize("text", ['a,b\n"c,d', 'a,b\n"c"x,d\n', "a,b\n" + "x" * 200_000])
def test_broken_rows_name_their_line(file: Path, text: str) -> None:
    with pytest.raises(CorpusError, match=r"^texts\.csv, line 2: the row cannot be read"):
        list(read_rows(file, text, ","))


def test_a_nul_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_bytes(b"one\ntwo\0\n")
    with pytest.raises(CorpusError, match=r"a\.tsv, line 2: a NUL stands where text should"):
        read_text(file)
