"""Regular expressions inside a tokenizer: only such as cannot take much longer than their text is long.

A repetition without an upper bound may repeat one character or class, never a group or a choice, and few may
follow each other: then matching takes at most a small power of the text's length, however it is written
(Davis et al. 2018, "The impact of regular expression denial of service", section 2). The patterns that the
accepted architectures publish are of this form.
"""

import re
from collections.abc import Iterator, Mapping
from re import _constants as opcodes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from generation.checkpoints.allowlist import CheckpointRefused

LONGEST_PATTERN = 1000
MOST_IN_A_ROW = 3
# Python's parser knows no Unicode properties; for the form of a pattern any class does.
_PROPERTY = re.compile(r"\\[pP]\{\^?[A-Za-z_]{1,40}\}|\\[pP][A-Z]")
_SINGLE = frozenset({opcodes.LITERAL, opcodes.NOT_LITERAL, opcodes.IN, opcodes.ANY, opcodes.CATEGORY})
_REPEATS = frozenset({opcodes.MAX_REPEAT, opcodes.MIN_REPEAT, opcodes.POSSESSIVE_REPEAT})


def check_patterns(tokenizer: Mapping[str, Any]) -> None:
    """Raise CheckpointRefused, naming tokenizer.json and the pattern, for one that may take for ever."""
    for pattern in _patterns(tokenizer):
        if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
            raise _refused(pattern, f"is no text of at most {LONGEST_PATTERN:,} characters")
        try:
            parsed = parser.parse(_PROPERTY.sub("\\\\w", pattern))
        except (re.error, OverflowError, RecursionError) as error:
            raise _refused(pattern, f"cannot be read ({error})") from error
        if not _is_harmless(list(parsed)):
            raise _refused(pattern, "repeats a group, or too much in a row, so that it may take for ever")


def _patterns(part: Any) -> Iterator[Any]:
    """The value of every key "Regex", at every level."""
    inner = part.values() if isinstance(part, dict) else part
    if isinstance(part, dict) and "Regex" in part:
        yield part["Regex"]
    for value in inner:
        if isinstance(value, dict | list):
            yield from _patterns(value)


def _is_harmless(sequence: list[tuple[Any, Any]]) -> bool:
    unbounded = 0
    for opcode, argument in sequence:
        if opcode in _REPEATS:
            _, most, repeated = argument
            if most is opcodes.MAXREPEAT or most > LONGEST_PATTERN:
                unbounded += 1
                if [kind for kind, _ in repeated if kind not in _SINGLE] or len(repeated) != 1:
                    return False
            elif not _is_harmless(list(repeated)):
                return False
        elif not all(_is_harmless(list(inner)) for inner in _within(argument)):
            return False
    return unbounded <= MOST_IN_A_ROW


def _within(argument: Any) -> Iterator[Any]:
    """The sequences inside a group, a choice or an assertion."""
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for inner in argument:
            yield from _within(inner)


def _refused(pattern: Any, reason: str) -> CheckpointRefused:
    return CheckpointRefused(
        f"tokenizer.json: the pattern {str(pattern)[:60]!r} {reason}; use the tokenizer of the architecture."
    )
