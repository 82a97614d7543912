"""Meaning representations of the E2E dataset, `name[Blue Spice], food[Chinese]`: parsed and written."""

import re
from collections.abc import Iterable

SLOT_NAMES = (
    "name",
    "eatType",
    "food",
    "priceRange",
    "customer rating",
    "area",
    "familyFriendly",
    "near",
)
_SLOT_START = re.compile(r"([^\[\],]*)\[")
_SEPARATOR = re.compile(r"\s*,")
_BRACKET = re.compile(r"[\[\]]")


class MrSyntaxError(ValueError):
    """A text is not a meaning representation; the message says where it stops being one."""


def parse_mr(text: str) -> tuple[tuple[str, str], ...]:
    """The (slot, value) pairs of a meaning representation, in its order.

    A value may hold commas and brackets, if these are balanced; white space around it is dropped. Raises
    MrSyntaxError for an unknown or doubled slot, an empty value, a missing bracket or comma, or no slot.
    """
    pairs: dict[str, str] = {}
    position = 0
    while True:
        name, start = _slot_name(text, position)
        if name in pairs:
            raise MrSyntaxError(f"slot {name!r} stands twice")
        end = _value_end(text, start, name)
        value = text[start:end].strip()
        if not value:
            raise MrSyntaxError(f"slot {name!r} has an empty value")
        pairs[name] = value
        position = end + 1
        if not text[position:].strip():
            return tuple(pairs.items())
        separator = _SEPARATOR.match(text, position)
        if separator is None:
            found = text[position:].strip()[:40]
            raise MrSyntaxError(f"after slot {name!r} a comma is expected, not {found!r}")
        position = separator.end()


def _slot_name(text: str, position: int) -> tuple[str, int]:
    """The slot name that starts at `position`, and where its value starts."""
    match = _SLOT_START.match(text, position)
    if match is None:
        raise MrSyntaxError(f"slot[value] is expected, not {text[position:].strip()[:40]!r}")
    name = match[1].strip()
    if name not in SLOT_NAMES:
        raise MrSyntaxError(f"slot {name!r} is unknown; the slots are {', '.join(SLOT_NAMES)}")
    return name, match.end()


def _value_end(text: str, start: int, name: str) -> int:
    """Where the bracket closes that opened before `start`."""
    depth = 1
    for match in _BRACKET.finditer(text, start):
        depth += 1 if match[0] == "[" else -1
        if depth == 0:
            return match.start()
    raise MrSyntaxError(f"slot {name!r} has no closing ]")


def format_mr(slots: Iterable[tuple[str, str]]) -> str:
    """Write (slot, value) pairs so that parse_mr gives them back; raises MrSyntaxError if it cannot be."""
    pairs = tuple(slots)
    text = ", ".join(f"{name}[{value}]" for name, value in pairs)
    if parse_mr(text) != pairs:
        raise MrSyntaxError(
            f"{pairs} cannot be written as a meaning representation: {text!r} reads otherwise"
        )
    return text
