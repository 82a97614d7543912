"""From a file's bytes to its text and the rows of its table, each row with the line it starts on."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from generation.formats.corpus import CorpusError

GZIP_MAGIC = b"\x1f\x8b"
# Far above any corpus of this kind; it keeps a small compressed file from filling the memory.
MAX_BYTES = 512 * 1024 * 1024


def read_text(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """The text of a UTF-8 file, unpacked where its first bytes say gzip, without a byte order mark.

    Raises CorpusError for a file that is empty, too large, damaged or in another encoding, and OSError where
    it cannot be opened.
    """
    content = _read_bytes(path, max_bytes)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the byte order mark.
        start = error.start + len(content) - len(error.object)
        line = content.count(b"\n", 0, start) + 1
        reason = f"byte 0x{content[start]:02x} is not UTF-8 text"
        raise CorpusError.at(path, line, reason, "save the file as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CorpusError.at(path, line, "a NUL stands where text should", "remove it, or choose a text file")
    if not text.strip():
        raise CorpusError.at(path, None, "the file is empty", "choose the file that holds the texts")
    return text


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    with path.open("rb") as stream:
        packed = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        stream.seek(0)
        try:
            content = (gzip.GzipFile(fileobj=stream) if packed else stream).read(max_bytes + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            reason = f"the compressed file is damaged ({error})"
            raise CorpusError.at(path, None, reason, "fetch or pack it again") from error
    if len(content) > max_bytes:
        reason = f"the text is larger than {max_bytes:,} bytes"
        raise CorpusError.at(path, None, reason, "split the file")
    return content


def storable(text: str) -> bool:
    """Whether every database can hold `text`: JSON and TOML can name a NUL or half a surrogate pair."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def read_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, without line ends; blank lines at the end are none."""
    for number, line in enumerate(text.rstrip("\r\n").split("\n"), start=1):
        yield number, line.removesuffix("\r")


def read_rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a delimited text (CSV quoting) with the line each starts on.

    Blank lines at the end are no rows. Raises CorpusError where the quoting is broken.
    """
    reader = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"the row cannot be read ({error})"
            raise CorpusError.at(
                path, line, reason, 'close each quoted field and double the quotes in it ("")'
            ) from error
        yield line, row
