"""What stays in memory between requests: one base with its adapters, or one full checkpoint."""

import ctypes
import gc
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

from generation.inference.adapters import AdaptedBase
from generation.inference.loading import (
    LoadedSystem,
    load_classifier,
    load_network,
    load_tokenizer,
    verify,
)
from generation.inference.packing import pack_linears
from generation.inference.protocol import StoredCheckpoint, SystemFiles


@dataclass(frozen=True)
class Head:
    """A classification head: for how many labels, and the seed of what no checkpoint brings of it."""

    labels: int
    seed: int


@dataclass(frozen=True)
class _Warm:
    fingerprint: str
    system: LoadedSystem
    adapted: AdaptedBase


class SystemCache:
    """Keeps one network: a base, shared by the pretrained system and its adapters, or a full checkpoint.

    Runs are worked off one after the other, so a second network would wait in memory for its turn. The old
    one is let go before the next is read. Every request hashes the files of its own system again, so that a
    file changed on disk is found although its network is warm.
    """

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        self._device = device
        self._dtype = dtype
        self._warm: _Warm | None = None

    def load(self, files: SystemFiles, head: Head | None = None) -> LoadedSystem:
        """Give the system, with a ``head`` to classify or to write, reading what is not warm.

        Raises CheckpointChanged or UnsupportedCheckpoint.
        """
        folder = verify(files.checkpoint)
        wanted = f"{fingerprint(files.checkpoint)} {head}"
        adapter = None if files.adapter is None else verify(files.adapter)
        if self._warm is None or self._warm.fingerprint != wanted:
            self._let_go()
            self._warm = self._read(folder, wanted, head)
        name = None if files.adapter is None else f"adapter_{fingerprint(files.adapter)[:16]}"
        self._warm.adapted.use(name, adapter)
        return self._warm.system

    def _let_go(self) -> None:
        self._warm = None
        # A network with adapters is held by cycles.
        gc.collect()
        _trim()

    def _read(self, folder: Path, wanted: str, head: Head | None) -> _Warm:
        if head is None:
            network = load_network(folder, device=self._device, dtype=self._dtype)
            pack_linears(network)
            _trim()
        else:
            network = load_classifier(
                folder, labels=head.labels, head_seed=head.seed, device=self._device, dtype=self._dtype
            )
        return _Warm(wanted, LoadedSystem(network, load_tokenizer(folder)), AdaptedBase(network))


def _trim() -> None:
    """Give back to the system what the C library keeps of weights that were let go."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def fingerprint(checkpoint: StoredCheckpoint) -> str:
    """One hash over the names and hashes of a checkpoint's files, wherever they lie."""
    content = json.dumps(sorted(checkpoint.files.items()))
    return hashlib.sha256(content.encode()).hexdigest()
