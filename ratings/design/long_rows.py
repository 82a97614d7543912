"""The rows of a table in CSV, tabs or JSON lines, each as its column's values with the line it starts on."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from generation.formats.corpus import CorpusError
from generation.formats.text_files import read_rows, read_text, storable

Row = tuple[int, Mapping[str, str]]


def read_long_rows(path: Path) -> tuple[list[str], Iterable[Row]]:
    """The names of the columns and the rows; what is told by the file's first character and line.

    A JSON object lacks the keys that it does not have, and null is an empty value. Raises CorpusError with
    file, line, reason and remedy, also while the rows are read; OSError where the file cannot be opened.
    """
    text = read_text(path)
    return (_json_rows if text.lstrip().startswith("{") else _table_rows)(path, text)


def _table_rows(path: Path, text: str) -> tuple[list[str], Iterable[Row]]:
    first = text.split("\n", 1)[0]
    rows = read_rows(path, text, "\t" if "\t" in first else ",")
    _, header = next(rows)
    doubled = [name for name in header if header.count(name) > 1]
    if doubled:
        raise CorpusError.at(path, 1, f"two columns are called '{doubled[0]}'", "rename one of them")
    return header, _named(path, header, rows)


def _named(path: Path, header: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for line, row in rows:
        if len(row) != len(header):
            reason = f"the row has {len(row)} columns, the header {len(header)}"
            raise CorpusError.at(path, line, reason, "put texts in quotes where they hold the separator")
        yield line, dict(zip(header, row, strict=True))


def _json_rows(path: Path, text: str) -> tuple[list[str], Iterable[Row]]:
    rows: list[Row] = []
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            record = json.loads(content)
        except (ValueError, RecursionError) as error:
            reason = f"{content[:80]!r} is not JSON ({error})"
            raise CorpusError.at(path, line, reason, "write one JSON object a line") from error
        if not isinstance(record, dict) or any(isinstance(value, dict | list) for value in record.values()):
            reason = f"{content[:80]!r} is not an object of plain values"
            raise CorpusError.at(path, line, reason, 'write {"item": …, "rating": …} on each line')
        if not all(storable(part) for pair in record.items() for part in pair if isinstance(part, str)):
            reason = f"{content[:80]!r} names a NUL or half a surrogate pair, which is no text"
            raise CorpusError.at(path, line, reason, "leave it out")
        rows.append((line, {key: "" if value is None else str(value) for key, value in record.items()}))
    return list(dict.fromkeys(key for _, row in rows for key in row)), rows
