"""What stays in memory between requests: one base with its adapters, and one full checkpoint in use."""

import hashlib
import json
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
    """Keeps at most two networks: a base, shared by the pretrained system and its adapters, and one other.

    A checkpoint counts as a base once an adapter was asked for on it. Every request hashes the files of its
    own system again, so that a file changed on disk is found although its network is warm.
    """

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        self._device = device
        self._dtype = dtype
        self._base: _Warm | None = None
        self._other: _Warm | None = None

    def load(self, files: SystemFiles, head: Head | None = None) -> LoadedSystem:
        """Give the system, with a ``head`` to classify or to write, reading what is not warm.

        Raises CheckpointChanged or UnsupportedCheckpoint.
        """
        folder = verify(files.checkpoint)
        wanted = f"{fingerprint(files.checkpoint)} {head}"
        if files.adapter is None:
            warm = self._find(wanted)
            if warm is None:
                self._other = None
                warm = self._other = self._read(folder, wanted, head)
            warm.adapted.use(None)
            return warm.system
        adapter_folder = verify(files.adapter)
        if self._base is None or self._base.fingerprint != wanted:
            self._base = None
            self._base = self._find(wanted) or self._read(folder, wanted, head)
            if self._other is self._base:
                self._other = None
        self._base.adapted.use(f"adapter_{fingerprint(files.adapter)[:16]}", adapter_folder)
        return self._base.system

    def _find(self, wanted: str) -> _Warm | None:
        for warm in (self._base, self._other):
            if warm is not None and warm.fingerprint == wanted:
                return warm
        return None

    def _read(self, folder: Path, wanted: str, head: Head | None) -> _Warm:
        if head is None:
            network = load_network(folder, device=self._device, dtype=self._dtype)
        else:
            network = load_classifier(
                folder, labels=head.labels, head_seed=head.seed, device=self._device, dtype=self._dtype
            )
        return _Warm(wanted, LoadedSystem(network, load_tokenizer(folder)), AdaptedBase(network))


def fingerprint(checkpoint: StoredCheckpoint) -> str:
    """One hash over the names and hashes of a checkpoint's files, wherever they lie."""
    content = json.dumps(sorted(checkpoint.files.items()))
    return hashlib.sha256(content.encode()).hexdigest()
