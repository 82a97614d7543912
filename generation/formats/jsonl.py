"""JSON lines: one object a line, with `source` and `references` or with `text` and `label`."""

import json
from collections.abc import Iterator
from pathlib import Path

from generation.formats.corpus import Corpus, CorpusError, CorpusExample
from generation.formats.text_files import read_lines, read_text, storable

Record = dict[str, object]


def read_jsonl_generation(path: Path) -> Corpus:
    """Read `{"source": …, "references": […]}` lines; one reference may stand as a plain text.

    Raises CorpusError with file, line and reason for the first thing wrong; nothing is read then.
    """
    return Corpus(
        tuple(
            CorpusExample(text_of(path, line, record, "source"), references=_references(path, line, record))
            for line, record in read_records(path, read_text(path))
        )
    )


def read_jsonl_classification(path: Path, labels: tuple[str, ...] | None = None) -> Corpus:
    """Read `{"text": …, "label": …}` lines, with `text_pair` on every line or on none.

    `labels` are the class names in the order of a classifier's outputs, and a label in the file is one of
    them; without them, the labels of the file in alphabetical order are taken. Raises CorpusError with file,
    line and reason for the first thing wrong; nothing is read then.
    """
    examples: list[CorpusExample] = []
    for line, record in read_records(path, read_text(path)):
        pair = text_of(path, line, record, "text_pair") if "text_pair" in record else None
        label = text_of(path, line, record, "label")
        if labels is not None and label not in labels:
            raise CorpusError.at(path, line, f"the label is {label[:40]!r}", f"write {' or '.join(labels)}")
        if examples and (pair is None) != (examples[0].pair is None):
            raise CorpusError.at(
                path, line, "some lines have a text_pair and some have not", "give every line one, or none"
            )
        examples.append(CorpusExample(text_of(path, line, record, "text"), pair=pair, label=label))
    found = {example.label for example in examples if example.label is not None}
    if labels is None and len(found) < 2:
        reason = f"every line has the label {min(found)[:40]!r}"
        raise CorpusError.at(path, None, reason, "give lines of at least two labels")
    return Corpus(tuple(examples), tuple(sorted(found)) if labels is None else labels)


def read_records(path: Path, text: str) -> Iterator[tuple[int, Record]]:
    """The objects of a JSON lines text, each with its line; blank lines are passed over.

    Raises CorpusError for a line that is no JSON object.
    """
    for line, content in read_lines(text):
        if not content.strip():
            continue
        try:
            record = json.loads(content)
        except (ValueError, RecursionError) as error:
            reason = f"{content[:80]!r} is not JSON ({error})"
            raise CorpusError.at(path, line, reason, "write one JSON object a line") from error
        if not isinstance(record, dict):
            reason = f"{content[:80]!r} is not a JSON object"
            raise CorpusError.at(path, line, reason, 'write {"key": "value", …} on each line')
        yield line, record


def text_of(path: Path, line: int, record: Record, key: str) -> str:
    """The text under `key`, without white space at its ends; CorpusError where it lacks or is no text."""
    if key not in record:
        raise CorpusError.at(path, line, f"the object has no {key!r}", f"add the key {key!r}")
    return _text(path, line, key, record[key])


def _text(path: Path, line: int, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise CorpusError.at(path, line, f"{key!r} is {str(value)[:80]}, not a text", "put it in quotes")
    if not value.strip():
        raise CorpusError.at(path, line, f"{key!r} is empty", "write it or remove the line")
    if not storable(value):
        reason = f"{key!r} holds half a surrogate pair or a NUL, which is no character"
        raise CorpusError.at(path, line, reason, "write the character itself")
    return value.strip()


def _references(path: Path, line: int, record: Record) -> tuple[str, ...]:
    value = record.get("references")
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value:
        raise CorpusError.at(path, line, "'references' is no list of texts", 'write "references": ["…", "…"]')
    return tuple(_text(path, line, "references", text) for text in value)
