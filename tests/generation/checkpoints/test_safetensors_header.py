"""The header reader against the library's own files, and against files that the library lets pass."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from generation.checkpoints.allowlist import CheckpointRefused, Limits
from generation.checkpoints.safetensors_header import Header, TensorEntry, parameter_count, read_header


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def _write(path: Path, header: Any, size: int = 0, *, length: int | None = None) -> None:
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    stated = len(content) if length is None else length
    path.write_bytes(stated.to_bytes(8, "little") + content + bytes(size))


def _entry(start: int = 0, end: int = 8, **changes: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [2], "data_offsets": [start, end], **changes}


def test_a_file_of_the_library_is_read(file: Path) -> None:
    tensors = {
        "wte.weight": np.zeros((5, 3), np.float32),
        "h.0.bias": np.zeros(7, np.float16),
        "scale": np.array(1.0),
        "ids": np.zeros((2, 2), np.int64),
        "mask": np.zeros(3, bool),
    }
    save_file(tensors, file, metadata={"format": "pt"})
    header = read_header(file)
    assert {name: entry.shape for name, entry in header.tensors.items()} == {
        name: array.shape for name, array in tensors.items()
    }
    assert header.tensors["h.0.bias"].dtype == "F16"
    assert header.metadata == {"format": "pt"}
    assert parameter_count(header) == 15 + 7 + 1 + 4 + 3


def test_buffers_are_no_parameters() -> None:
    entry = TensorEntry("F32", (4, 2), 0, 32)
    names = ("h.0.attn.bias", "h.0.attn.masked_bias", "gpt_neox.layers.0.attention.rotary_emb.inv_freq")
    header = Header(
        dict.fromkeys((*names, "h.0.attn.c_attn.bias", "layers.0.self_attn.q_proj.bias"), entry), {}
    )
    assert parameter_count(header) == 16


@pytest.mark.parametrize(
    ("header", "size", "reason"),
    [
        (b' {"a":1}', 0, "starts with b' ', not with"),
        (b"[]", 0, r"starts with b'\['"),
        (b"", 0, "starts with b''"),
        (b'{"a": 1, "a": 2}', 0, "the key 'a' stands twice"),
        (b'{"a": {"dtype": "F32", "dtype": "F16"}}', 0, "the key 'dtype' stands twice"),
        (b'{"a": }', 0, "not plain JSON"),
        ({}, 0, "there are no tensors in it"),
        ({"__metadata__": {"format": "pt"}}, 0, "there are no tensors in it"),
        ({"__metadata__": ["pt"], "a": _entry()}, 8, "__metadata__ is not an object of texts"),
        ({"__metadata__": {"a": 1}, "a": _entry()}, 8, "__metadata__ is not an object of texts"),
        (
            {"__metadata__": {"x": "<script>" * 9000}, "a": _entry()},
            8,
            "__metadata__ has 72,001 characters",
        ),
        ({"a": [1]}, 8, "has not just dtype, shape and data_offsets"),
        ({"a": {"dtype": "F32", "shape": [2]}}, 8, "has not just dtype, shape and data_offsets"),
        ({"a": _entry(extra=1)}, 8, "has not just dtype, shape and data_offsets"),
        ({"a": _entry(dtype="F4")}, 8, "unknown dtype 'F4'"),
        ({"a": _entry(dtype=["F32"])}, 8, "unknown dtype"),
        ({"a": _entry(shape="2")}, 8, "has the shape 2"),
        ({"a": _entry(shape=[2.0])}, 8, r"has the shape \[2.0\]"),
        ({"a": _entry(shape=[True, 2])}, 8, r"has the shape \[True, 2\]"),
        ({"a": _entry(shape=[-1, -2])}, 8, r"has the shape \[-1, -2\]"),
        ({"a": _entry(0, 0, shape=[0])}, 0, r"has the shape \[0\]"),
        ({"a": _entry(shape=[1] * 9)}, 8, "not up to 8 whole numbers"),
        ({"a": _entry(shape=[2**63])}, 8, "not up to 8 whole numbers"),
        ({"a": _entry(data_offsets=[0])}, 8, r"has the range \[0\]"),
        ({"a": _entry(data_offsets=[0, "8"])}, 8, "has the range"),
        ({"a": _entry(data_offsets=[8, 0])}, 8, r"has the range \[8, 0\]"),
        ({"a": _entry(data_offsets=[-8, 0])}, 8, r"has the range \[-8, 0\]"),
        ({"a": _entry(0, 7)}, 7, r"has 7 bytes, but F32 \[2\] needs 8"),
        ({"a": _entry(shape=[2**31, 2**31])}, 8, "needs 18,446,744,073,709,551,616"),
        ({"a": _entry(), "b": _entry(4, 12)}, 12, "'b' overlaps the one before it at byte 4"),
        ({"a": _entry(), "b": _entry()}, 8, "overlaps the one before it at byte 0"),
        ({"a": _entry(), "b": _entry(12, 20)}, 20, "gap before tensor 'b', bytes 8 to 12"),
        ({"a": _entry(8, 16)}, 16, "gap before tensor 'a', bytes 0 to 8"),
        ({"a": _entry()}, 4, "end at byte 8, past the end of the file at 4"),
        ({"a": _entry()}, 20, "12 bytes stand behind the last tensor"),
        ({"": _entry()}, 8, "is empty, too long, or holds"),
        ({"x" * 300: _entry()}, 8, "is empty, too long, or holds"),
        ({"../a": _entry()}, 8, "is empty, too long, or holds"),
        ({"a/b": _entry()}, 8, "is empty, too long, or holds"),
        ({"a\0": _entry()}, 8, "holds invisible characters"),
        ({"a\u202eb": _entry()}, 8, "holds invisible characters"),
        ({"a\ud800": _entry()}, 8, "holds invisible characters"),
    ],
)
def test_a_header_that_is_not_sound_is_refused(file: Path, header: Any, size: int, reason: str) -> None:
    _write(file, header, size)
    with pytest.raises(CheckpointRefused, match=rf"^model\.safetensors.*{reason}"):
        read_header(file)


@pytest.mark.parametrize(
    ("length", "reason"),
    [
        (2**64 - 1, "said to have 18,446,744,073,709,551,615 bytes, more than 10,000,000"),
        (10_000_001, "more than 10,000,000"),
        (1000, "said to have 1,000 bytes, past the end of the file"),
    ],
)
def test_a_length_that_cannot_be_is_refused_before_anything_is_read(
    file: Path, length: int, reason: str
) -> None:
    _write(file, {"a": _entry()}, 8, length=length)
    with pytest.raises(CheckpointRefused, match=reason):
        read_header(file)


@pytest.mark.parametrize("content", [b"", b"1234567"])
def test_a_file_without_a_header_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CheckpointRefused, match="and no header"):
        read_header(file)


@pytest.mark.parametrize("content", [b"\x80\x04\x95" + b"\0" * 40, b"PK\x03\x04" + b"\0" * 40])
def test_a_renamed_pickle_or_archive_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CheckpointRefused):
        read_header(file)


def test_too_many_tensors_are_refused(file: Path) -> None:
    _write(file, {f"t{number}": _entry(number * 8, number * 8 + 8) for number in range(4)}, 32)
    with pytest.raises(CheckpointRefused, match="there are 4 tensors, more than 3"):
        read_header(file, limits=Limits(tensors=3))


@settings(deadline=None, max_examples=60)
@given(
    shapes=st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=5),
    dtype=st.sampled_from([np.float32, np.float16, np.int8]),
    flip=st.none() | st.tuples(st.integers(8, 200), st.integers(0, 255)),
)
def test_sound_files_are_read_and_damaged_ones_never_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[list[int]], dtype: Any, flip: Any
) -> None:
    path = tmp_path_factory.mktemp("weights") / "model.safetensors"
    save_file({f"t{number}": np.zeros(shape, dtype) for number, shape in enumerate(shapes)}, path)
    if flip is None:
        assert parameter_count(read_header(path)) == sum(math.prod(shape) for shape in shapes)
        return
    content = bytearray(path.read_bytes())
    content[flip[0] % len(content)] = flip[1]
    path.write_bytes(content)
    try:
        header = read_header(path)
    except CheckpointRefused:
        return
    assert max(entry.end for entry in header.tensors.values()) <= len(content)
