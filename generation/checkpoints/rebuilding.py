"""Kinds of values that a configuration may have: each rebuilds what it knows and refuses the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from generation.checkpoints.allowlist import CheckpointRefused


class Kind(Protocol):
    """A kind of value."""

    def rebuilt(self, value: Any, place: str) -> Any:
        """`value` made anew from plain types; raises CheckpointRefused naming `place` if it does not fit."""


def misfit(place: str, value: Any, wanted: str) -> CheckpointRefused:
    """The refusal of `value` at `place` ("config.json, vocab_size")."""
    return CheckpointRefused(f"{place} is {str(value)[:80]!r}; it has to be {wanted}.")


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def rebuilt(self, value: Any, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise misfit(place, value, f"a whole number from {self.low:,} to {self.high:,}")
        return value


@dataclass(frozen=True)
class Real:
    """A number from `low` to `high`."""

    low: float
    high: float

    def rebuilt(self, value: Any, place: str) -> int | float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not self.low <= value <= self.high
        ):
            raise misfit(place, value, f"a number from {self.low:g} to {self.high:g}")
        return value


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def rebuilt(self, value: Any, place: str) -> bool:
        if not isinstance(value, bool):
            raise misfit(place, value, "true or false")
        return value


@dataclass(frozen=True)
class Choice:
    """One of a few texts."""

    choices: tuple[str, ...]

    def rebuilt(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise misfit(place, value, f"one of {', '.join(self.choices)}")
        return value


@dataclass(frozen=True)
class Word:
    """A text that a pattern describes as a whole; `wanted` says in words what that is."""

    pattern: str
    wanted: str

    def rebuilt(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value, re.ASCII):
            raise misfit(place, value, self.wanted)
        return value


@dataclass(frozen=True)
class Each:
    """A list of at least one and at most `most` values of a kind."""

    kind: Kind
    most: int

    def rebuilt(self, value: Any, place: str) -> list[Any]:
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise misfit(place, value, f"a list of 1 to {self.most} values")
        return [self.kind.rebuilt(inner, f"{place}[{number}]") for number, inner in enumerate(value)]


@dataclass(frozen=True)
class Either:
    """A single value of a kind, or a list of up to `most` of them."""

    kind: Kind
    most: int

    def rebuilt(self, value: Any, place: str) -> Any:
        kind = Each(self.kind, self.most) if isinstance(value, list) else self.kind
        return kind.rebuilt(value, place)


@dataclass(frozen=True)
class OrNone:
    """A value of a kind, or null."""

    kind: Kind

    def rebuilt(self, value: Any, place: str) -> Any:
        return None if value is None else self.kind.rebuilt(value, place)


@dataclass(frozen=True)
class Numbered:
    """An object from "0", "1", … without a gap to 1 to `most` values of a kind, no two equal."""

    kind: Kind
    most: int

    def rebuilt(self, value: Any, place: str) -> dict[str, Any]:
        numbers = [str(number) for number in range(len(value))] if isinstance(value, dict) else []
        if not 1 <= len(numbers) <= self.most or set(value) != set(numbers):
            raise misfit(place, value, f"an object from 0 up to at most {self.most - 1}, without a gap")
        values = {number: self.kind.rebuilt(value[number], f"{place}.{number}") for number in numbers}
        if len(set(values.values())) != len(values):
            raise misfit(place, value, "an object whose values all differ")
        return values


@dataclass(frozen=True)
class Table:
    """An object of listed keys; one that is not listed is refused."""

    keys: Mapping[str, Kind]

    def rebuilt(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict) or not value.keys() <= self.keys.keys():
            raise misfit(place, value, f"an object of {', '.join(self.keys)}")
        return {key: self.keys[key].rebuilt(inner, f"{place}.{key}") for key, inner in value.items()}
