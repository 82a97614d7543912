"""Whether weights are numbers at all: every value of a safetensors file is looked at, block by block."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.safetensors_header import LENGTH_BYTES, Header, TensorEntry

BLOCK_BYTES = 1 << 24
# The exponent bits of each float; a value whose exponent bits are all set is infinite or no number (IEEE 754,
# and for BF16 the upper half of F32).
_EXPONENT: dict[str, tuple[np.dtype[Any], int]] = {
    "F64": (np.dtype("<u8"), 0x7FF0000000000000),
    "F32": (np.dtype("<u4"), 0x7F800000),
    "F16": (np.dtype("<u2"), 0x7C00),
    "BF16": (np.dtype("<u2"), 0x7F80),
}


def check_finite(path: Path, header: Header) -> None:
    """Raise CheckpointRefused, naming file and tensor, where a float of `path` is infinite or NaN."""
    with path.open("rb") as stream:
        start = LENGTH_BYTES + int.from_bytes(stream.read(LENGTH_BYTES), "little")
        for name, entry in sorted(header.tensors.items(), key=lambda pair: pair[1].start):
            if entry.dtype not in _EXPONENT:
                continue
            stream.seek(start + entry.start)
            kind, mask = _EXPONENT[entry.dtype]
            exponent = kind.type(mask)
            for bits in _blocks(stream, entry, kind):
                if ((bits & exponent) == exponent).any():
                    raise CheckpointRefused(
                        f"{path.name}: tensor {name!r} holds an infinite value or NaN; "
                        "the training went wrong, so use an earlier checkpoint."
                    )


def _blocks(stream: BinaryIO, entry: TensorEntry, kind: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    left = entry.end - entry.start
    while left:
        block = stream.read(min(left, BLOCK_BYTES))
        if not block:
            return
        left -= len(block)
        yield np.frombuffer(block, dtype=kind)
