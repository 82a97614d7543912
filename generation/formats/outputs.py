"""Outputs that were written elsewhere, read from a file and put in the order of the dataset."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from generation.formats.cleaning import clean_output
from generation.formats.corpus import CorpusError
from generation.formats.jsonl import read_records
from generation.formats.text_files import read_rows, read_text, storable

__all__ = ["clean_output", "read_outputs"]

SOURCE_KEYS = ("mr", "source", "input")
OUTPUT_KEYS = ("output", "text")
_TABLE_HEADER = re.compile(r'"?mr"?\s*([\t,])', re.IGNORECASE)


class _Entry(NamedTuple):
    line: int
    mr: str
    output: str


def read_outputs(path: Path, mrs: Sequence[str]) -> list[str]:
    """The outputs in `path`, as they stand there, one for each of `mrs` and in that order.

    The file is a table (tabs or commas, CSV quoting) whose header starts with `mr`, JSON lines with `mr`,
    `source` or `input` beside `output` or `text`, or plain text with one output a line. White space in MRs is
    not compared. Raises CorpusError for a missing, unknown or doubled MR, or a wrong number of lines.
    """
    text = read_text(path)
    header = _TABLE_HEADER.match(text)
    if header:
        return _aligned(path, _table_entries(path, text, header[1]), mrs)
    if text.lstrip().startswith("{"):
        return _aligned(path, _json_entries(path, text), mrs)
    return _one_a_line(path, text, mrs)


def _normalised(mr: str) -> str:
    return " ".join(mr.split())


def _aligned(path: Path, entries: Iterable[_Entry], mrs: Sequence[str]) -> list[str]:
    wanted = [_normalised(mr) for mr in mrs]
    known = set(wanted)
    found: dict[str, _Entry] = {}
    for entry in entries:
        mr = _normalised(entry.mr)
        if mr not in known:
            reason = f"the dataset has no MR {mr[:200]!r}"
            raise CorpusError.at(path, entry.line, reason, "remove the line or choose the dataset it is from")
        if mr in found:
            reason = f"MR {mr[:200]!r} has an output in line {found[mr].line} already"
            raise CorpusError.at(path, entry.line, reason, "keep one output for each MR")
        found[mr] = entry
    missing = [mr for mr in wanted if mr not in found]
    if missing:
        reason = (
            f"{len(missing)} of the dataset's {len(known)} MRs have no output, first {missing[0][:200]!r}"
        )
        raise CorpusError.at(path, None, reason, "add an output for each MR")
    return [found[mr].output for mr in wanted]


def _table_entries(path: Path, text: str, delimiter: str) -> Iterator[_Entry]:
    rows = read_rows(path, text, delimiter)
    next(rows)
    for line, row in rows:
        if len(row) != len(_Entry._fields) - 1:
            name = "tabs" if delimiter == "\t" else "commas"
            reason = f"the row has {len(row)} columns, not 2"
            raise CorpusError.at(path, line, reason, f"put MR and output in quotes where they hold {name}")
        yield _Entry(line, *row)


def _json_entries(path: Path, text: str) -> Iterator[_Entry]:
    for line, record in read_records(path, text):
        mr = _text_field(path, line, record, SOURCE_KEYS)
        yield _Entry(line, mr, _text_field(path, line, record, OUTPUT_KEYS))


def _text_field(path: Path, line: int, record: dict[str, object], keys: tuple[str, ...]) -> str:
    key = next((key for key in keys if key in record), None)
    if key is None:
        raise CorpusError.at(
            path, line, f"the object has none of the keys {', '.join(keys)}", f"add the key {keys[0]!r}"
        )
    value = record[key]
    if not isinstance(value, str):
        reason = f"{key!r} is {str(value)[:80]}, not a text"
        raise CorpusError.at(path, line, reason, "put the value in quotes")
    if not storable(value):
        reason = f"{key!r} names a NUL or half a surrogate pair, which is no text"
        raise CorpusError.at(path, line, reason, "leave it out")
    return value


def _one_a_line(path: Path, text: str, mrs: Sequence[str]) -> list[str]:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != len(mrs):
        reason = f"the file has {len(lines)} lines, the dataset {len(mrs)} examples"
        raise CorpusError.at(
            path, None, reason, "write one output a line, or a table whose header is MR, tab, output"
        )
    return [line.removesuffix("\r") for line in lines]
