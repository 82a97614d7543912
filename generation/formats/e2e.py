"""The E2E NLG dataset (Novikova, Dušek & Rieser 2017): its files, and the prompt that all systems get."""

from collections.abc import Iterable
from pathlib import Path

from generation.formats.corpus import Corpus, CorpusError, CorpusExample
from generation.formats.meaning_representation import SLOT_NAMES, MrSyntaxError, format_mr, parse_mr
from generation.formats.text_files import read_rows, read_text

__all__ = [
    "SLOT_NAMES",
    "MrSyntaxError",
    "completion_for",
    "format_mr",
    "grouped",
    "parse_mr",
    "prompt_for",
    "read_e2e",
]

HEADER = ["mr", "ref"]


def read_e2e(path: Path) -> Corpus:
    """Read an official E2E file: CSV with the columns `mr,ref`, one reference a row, plain or gzipped.

    References of equal meaning representations (white space aside) make one example, in first-seen order.
    Raises CorpusError with file, line and reason for the first thing wrong; nothing is read then.
    """
    rows = read_rows(path, read_text(path), ",")
    line, header = next(rows)
    if [column.strip().lower() for column in header] != HEADER:
        found = ",".join(header)[:60]
        raise CorpusError.at(
            path, line, f"the header is {found!r}, not 'mr,ref'", "start the file with the line mr,ref"
        )
    corpus = grouped(path, ((line, *_checked_row(path, line, row)) for line, row in rows))
    if not corpus.examples:
        raise CorpusError.at(path, None, "there is a header but no row", "add at least one mr,ref row")
    return corpus


def grouped(path: Path, pairs: Iterable[tuple[int, str, str]]) -> Corpus:
    """The corpus of (line, meaning representation, reference) triples, one example a representation.

    Examples stand in first-seen order. Raises CorpusError for an empty reference or a text that is no meaning
    representation.
    """
    references: dict[str, list[str]] = {}
    slots: dict[str, tuple[tuple[str, str], ...]] = {}
    for line, mr, reference in pairs:
        if not reference:
            raise CorpusError.at(
                path, line, f"the reference of {mr!r} is empty", "write it or remove the row"
            )
        if mr not in slots:
            slots[mr] = _parsed_mr(path, line, mr)
        references.setdefault(mr, []).append(reference)
    return Corpus(tuple(CorpusExample(mr, slots[mr], tuple(texts)) for mr, texts in references.items()))


def _checked_row(path: Path, line: int, row: list[str]) -> tuple[str, str]:
    if len(row) != len(HEADER):
        raise CorpusError.at(
            path,
            line,
            f"the row has {len(row)} columns, not 2",
            "give each row an mr and a ref, in quotes where they hold a comma",
        )
    return " ".join(row[0].split()), row[1].strip()


def _parsed_mr(path: Path, line: int, mr: str) -> tuple[tuple[str, str], ...]:
    try:
        return parse_mr(mr)
    except MrSyntaxError as error:
        reason = f"{mr[:80]!r} is not a meaning representation: {error}"
        raise CorpusError.at(path, line, reason, "write it as slot[value], slot[value]") from error


def prompt_for(mr: str) -> str:
    """The prompt for a meaning representation: the same for every system, and what fine-tuning trains on."""
    return f"Describe the restaurant.\nFacts: {mr}\nDescription:"


def completion_for(text: str) -> str:
    """What should follow the prompt; the leading space is part of the first word's token."""
    return f" {text}"
