"""JSON lines: what was written is read back, and nothing else is."""

from dataclasses import dataclass
from typing import Literal

import pytest

from generation.inference import wire
from generation.inference.errors import ProtocolError


@dataclass(frozen=True)
class Inner:
    number: int


@dataclass(frozen=True)
class Outer:
    word: str
    share: float
    side: Literal["left", "right"]
    flag: bool
    inner: Inner | None
    inners: tuple[Inner, ...]
    pair: tuple[int, float]
    points: list[tuple[int, float]]
    names: dict[str, str]

    def __post_init__(self) -> None:
        if self.share > 1:
            raise ValueError("a share is at most 1")


KINDS = {"Outer": Outer}
OUTER = Outer("é\n ", 1, "left", True, None, (Inner(1), Inner(2)), (1, 2.5), [(1, 0.5)], {"a": "b"})


def test_what_was_written_is_read_back_on_one_line() -> None:
    line = wire.encode(OUTER)
    assert "\n" not in line
    assert wire.decode(line, KINDS) == OUTER
    inner = Outer("x", 0.5, "right", False, Inner(3), (), (0, 0.0), [], {})
    assert wire.decode(wire.encode(inner), KINDS) == inner


def test_a_whole_number_is_read_as_a_float_where_one_is_meant() -> None:
    assert isinstance(wire.decode(wire.encode(OUTER), KINDS).share, float)


def test_a_number_that_is_not_finite_is_not_written() -> None:
    with pytest.raises(ProtocolError, match="not finite"):
        wire.encode(Outer("x", float("nan"), "left", True, None, (), (1, 1.0), [], {}))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"word":', '"wrod":', "missing word"),
        ('"flag":true', '"flag":true,"more":1', "unknown field more"),
        ('"flag":true', '"flag":1', r"Outer\.flag: expected .*bool.*got 1"),
        ('"share":1', '"share":"1"', r"Outer\.share"),
        ('"share":1', '"share":true', r"Outer\.share"),
        ('"share":1', '"share":2', "Outer: a share is at most 1"),
        ('"side":"left"', '"side":"top"', r"Outer\.side"),
        ('"inner":null', '"inner":3', r"Outer\.inner: expected an object"),
        ('{"number":2}', '{"number":"2"}', r"Outer\.inners\[1\]\.number"),
        ('"inners":[', '"inners":[[],', r"Outer\.inners\[0\]: expected an object"),
        ('"pair":[1,2.5]', '"pair":[1]', r"Outer\.pair: expected 2 entries, got 1"),
        ('"pair":[1,2.5]', '"pair":5', r"Outer\.pair: expected a list"),
        ('"names":{"a":"b"}', '"names":{"a":1}', r"Outer\.names\.a"),
        ('"names":{"a":"b"}', '"names":[]', r"Outer\.names"),
        ('"kind":"Outer"', '"kind":"Other"', "unknown kind of message 'Other'; known: Outer"),
        ('"kind":"Outer"', '"kind":["Outer"]', "unknown kind"),
    ],
)
def test_anything_else_is_refused_naming_the_field(before: str, after: str, message: str) -> None:
    line = wire.encode(OUTER)
    assert before in line
    with pytest.raises(ProtocolError, match=message):
        wire.decode(line.replace(before, after), KINDS)


@pytest.mark.parametrize("line", ["", "loading weights 100%", "[]", "3", '{"kind":'])
def test_a_line_that_is_no_message_is_refused(line: str) -> None:
    with pytest.raises(ProtocolError, match=r"JSON|kind"):
        wire.decode(line, KINDS)
