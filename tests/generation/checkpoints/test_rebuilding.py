"""Each kind of value: what it keeps and what it refuses."""

from typing import Any

import pytest

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.rebuilding import (
    Choice,
    Each,
    Either,
    Flag,
    Kind,
    OrNone,
    Real,
    Table,
    Whole,
    Word,
)

SMALL = Whole(1, 9)


@pytest.mark.parametrize(
    ("kind", "kept", "refused"),
    [
        (SMALL, [1, 9], [0, 10, 2**31, 1.0, True, "1", None]),
        (Real(0, 1), [0, 1, 0.5], [-0.1, 1.1, True, "0.5", float("inf"), float("nan")]),
        (Flag(), [True, False], [0, 1, "true", None]),
        (Choice(("relu",)), ["relu"], ["RELU", "relu ", None, ["relu"]]),
        (Word("[a-z]+", "a word"), ["abc"], ["", "abc\n", "é", 3]),
        (Each(SMALL, 2), [[1], [1, 2]], [[], [1, 2, 3], [0], 1, {"a": 1}]),
        (Either(SMALL, 2), [1, [1, 2]], [[], 0, [0], "1"]),
        (OrNone(SMALL), [None, 1], [0]),
        (Table({"a": SMALL}), [{}, {"a": 1}], [{"b": 1}, {"a": 0}, [], None]),
    ],
)
def test_a_kind_keeps_what_fits_and_refuses_the_rest(kind: Kind, kept: list[Any], refused: list[Any]) -> None:
    for value in kept:
        assert kind.rebuilt(value, "config.json, key") == value
    for value in refused:
        with pytest.raises(CheckpointRefused, match=r"^config\.json, key.* is .*; it has to be "):
            kind.rebuilt(value, "config.json, key")


def test_what_is_rebuilt_is_not_the_original() -> None:
    original = {"a": [1]}
    rebuilt = Table({"a": Each(SMALL, 2)}).rebuilt(original, "x")
    original["a"].append(2)
    assert rebuilt == {"a": [1]}


def test_the_place_names_the_inner_value() -> None:
    with pytest.raises(
        CheckpointRefused, match=r"^x\.a\[1\] is '0'; it has to be a whole number from 1 to 9"
    ):
        Table({"a": Each(SMALL, 2)}).rebuilt({"a": [1, 0]}, "x")
