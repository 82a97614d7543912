"""The E2E data as the LoRA paper has it (Hu et al. 2022): `name : X | Type : Y||text`, or that in JSON."""

from collections.abc import Iterator
from pathlib import Path

from generation.formats.corpus import Corpus, CorpusError
from generation.formats.e2e import SLOT_NAMES, MrSyntaxError, format_mr, grouped
from generation.formats.jsonl import read_records, text_of
from generation.formats.text_files import read_lines, read_text

BORDER = "||"
# What the files call differently.
_SLOT_OF = {name.lower(): name for name in SLOT_NAMES} | {
    "type": "eatType",
    "price": "priceRange",
    "family friendly": "familyFriendly",
}


def read_e2e_pairs(path: Path) -> Corpus:
    """Read `slots||text` lines, or JSON lines with `context` and `completion`; one reference a line.

    Slots get their E2E names, and lines with equal ones make one example, in first-seen order. The texts stay
    as they are, with the spaces that the files put around punctuation. Raises CorpusError with file, line and
    reason for the first thing wrong; nothing is read then.
    """
    text = read_text(path)
    pairs = _json_pairs(path, text) if text.lstrip().startswith("{") else _text_pairs(path, text)
    return grouped(path, ((line, _meaning(path, line, slots), said) for line, slots, said in pairs))


def _text_pairs(path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    for line, content in read_lines(text):
        slots, border, said = content.partition(BORDER)
        if not border:
            reason = f"{content[:80]!r} has no {BORDER}"
            raise CorpusError.at(path, line, reason, f"write slot : value | slot : value{BORDER}text")
        yield line, slots, said.strip()


def _json_pairs(path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    for line, record in read_records(path, text):
        slots = text_of(path, line, record, "context").removesuffix(BORDER)
        yield line, slots, text_of(path, line, record, "completion")


def _meaning(path: Path, line: int, text: str) -> str:
    """The meaning representation in E2E's own notation."""
    slots = []
    for part in text.split(" | "):
        name, colon, value = part.partition(" : ")
        slot = _SLOT_OF.get(name.strip().lower())
        if not colon or slot is None:
            reason = f"{part.strip()[:80]!r} is not slot : value with a slot of {', '.join(_SLOT_OF)}"
            raise CorpusError.at(path, line, reason, "write slot : value | slot : value")
        # The files part the pound sign from its number.
        slots.append((slot, " ".join(value.replace("£ ", "£").split())))
    try:
        return format_mr(slots)
    except MrSyntaxError as error:
        reason = f"{text.strip()[:80]!r} is not a meaning representation: {error}"
        raise CorpusError.at(path, line, reason, "give each slot once, with a value") from error
