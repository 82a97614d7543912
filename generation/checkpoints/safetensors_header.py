"""The header of a safetensors file, read more strictly than the library does: names, types, shapes, ranges.

The format: 8 bytes with the header's length (little-endian), the header as a JSON object, then the bytes of
the tensors; see https://huggingface.co/docs/safetensors, section "Format".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.checkpoints.allowlist import DEFAULT_LIMITS, CheckpointRefused, Limits, has_hidden_characters
from generation.checkpoints.strict_json import parse_json_object
from generation.formats.text_files import storable

LENGTH_BYTES = 8
MAX_DIMENSIONS = 8
DTYPE_BYTES = {
    "BOOL": 1,
    "U8": 1,
    "I8": 1,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "I16": 2,
    "U16": 2,
    "F16": 2,
    "BF16": 2,
    "I32": 4,
    "U32": 4,
    "F32": 4,
    "I64": 8,
    "U64": 8,
    "F64": 8,
}
# Masks and tables that older versions of the libraries stored beside the weights; nothing learns them.
_BUFFERS = (
    "embeddings.position_ids",
    ".attn.bias",
    ".attn.masked_bias",
    ".attention.bias",
    ".attention.masked_bias",
    ".rotary_emb.inv_freq",
)


@dataclass(frozen=True)
class TensorEntry:
    """One tensor: its type, its shape, and where its bytes start and end behind the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Header:
    """The tensors of a file by name, and the free texts beside them."""

    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]


def is_buffer(name: str) -> bool:
    """Whether a tensor of that name is a mask or table that is not learnt."""
    return name.endswith(_BUFFERS)


def parameter_count(header: Header) -> int:
    """How many numbers the file's tensors hold, without the buffers that are not learnt."""
    return sum(math.prod(entry.shape) for name, entry in header.tensors.items() if not is_buffer(name))


def read_header(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Header:
    """Read and check the header of a safetensors file; no tensor is read.

    Raises CheckpointRefused, naming file, tensor and reason, unless the tensors fill the file exactly, each
    with the bytes that its type and shape need; OSError where the file cannot be read.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        length = int.from_bytes(stream.read(LENGTH_BYTES), "little")
        _check_length(path.name, length, size, limits)
        content = stream.read(length)
    if not content.startswith(b"{"):
        raise _refused(path.name, f"the header starts with {content[:1]!r}, not with '{{'")
    parsed = parse_json_object(content, source=f"{path.name} (header)", limits=limits)
    metadata = _metadata(path.name, parsed.pop("__metadata__", {}), limits)
    if not parsed:
        raise _refused(path.name, "there are no tensors in it")
    if len(parsed) > limits.tensors:
        raise _refused(path.name, f"there are {len(parsed):,} tensors, more than {limits.tensors:,}")
    tensors = {name: _entry(path.name, name, entry, limits) for name, entry in parsed.items()}
    _check_ranges(path.name, tensors, size - LENGTH_BYTES - length)
    return Header(tensors, metadata)


def _refused(file: str, reason: str) -> CheckpointRefused:
    return CheckpointRefused(f"{file}: {reason}; save the weights again with the safetensors library.")


def _check_length(file: str, length: int, size: int, limits: Limits) -> None:
    if size < LENGTH_BYTES:
        raise _refused(file, f"the file has {size} bytes and no header")
    if length > limits.header_bytes:
        raise _refused(
            file, f"the header is said to have {length:,} bytes, more than {limits.header_bytes:,}"
        )
    if LENGTH_BYTES + length > size:
        raise _refused(file, f"the header is said to have {length:,} bytes, past the end of the file")


def _metadata(file: str, metadata: Any, limits: Limits) -> dict[str, str]:
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise _refused(file, "__metadata__ is not an object of texts")
    if not all(storable(text) for pair in metadata.items() for text in pair):
        raise _refused(file, "__metadata__ holds a NUL or half a surrogate pair")
    characters = sum(len(key) + len(text) for key, text in metadata.items())
    if characters > limits.metadata_characters:
        raise _refused(
            file, f"__metadata__ has {characters:,} characters, more than {limits.metadata_characters:,}"
        )
    return metadata


def _entry(file: str, name: str, entry: Any, limits: Limits) -> TensorEntry:
    if not name or len(name) > limits.name_characters or ".." in name or "/" in name or "\\" in name:
        raise _refused(file, f"tensor name {name[:80]!r} is empty, too long, or holds '..' or a slash")
    if has_hidden_characters(name):
        raise _refused(file, f"tensor name {name[:80]!r} holds invisible characters")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _refused(file, f"tensor {name!r} has not just dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BYTES:
        raise _refused(file, f"tensor {name!r} has the unknown dtype {str(dtype)[:20]!r}")
    if not _whole_numbers(shape, least=1) or len(shape) > MAX_DIMENSIONS:
        raise _refused(
            file, f"tensor {name!r} has the shape {str(shape)[:80]}, not up to 8 whole numbers above 0"
        )
    if not _whole_numbers(offsets, least=0) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise _refused(file, f"tensor {name!r} has the range {str(offsets)[:80]}, not a start and an end")
    needed = math.prod(shape) * DTYPE_BYTES[dtype]
    if offsets[1] - offsets[0] != needed:
        raise _refused(
            file,
            f"tensor {name!r} has {offsets[1] - offsets[0]:,} bytes, but {dtype} {shape} needs {needed:,}",
        )
    return TensorEntry(dtype, tuple(shape), offsets[0], offsets[1])


def _whole_numbers(numbers: Any, *, least: int) -> bool:
    return isinstance(numbers, list) and all(
        type(number) is int and least <= number < 2**63 for number in numbers
    )


def _check_ranges(file: str, tensors: Mapping[str, TensorEntry], size: int) -> None:
    """The ranges must follow each other from the first byte behind the header to the last of the file."""
    end = 0
    for name, entry in sorted(tensors.items(), key=lambda pair: pair[1].start):
        if entry.start < end:
            raise _refused(file, f"tensor {name!r} overlaps the one before it at byte {entry.start:,}")
        if entry.start > end:
            raise _refused(file, f"there is a gap before tensor {name!r}, bytes {end:,} to {entry.start:,}")
        end = entry.end
    if end > size:
        raise _refused(file, f"the tensors end at byte {end:,}, past the end of the file at {size:,}")
    if end < size:
        raise _refused(file, f"{size - end:,} bytes stand behind the last tensor")
