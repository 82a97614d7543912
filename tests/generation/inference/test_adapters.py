"""An adapter must be read before it can be switched on."""

from pathlib import Path

import pytest
import torch

from generation.inference.adapters import AdaptedBase
from generation.inference.loading import load_network


def test_an_unknown_adapter_without_a_folder_is_refused(tiny_llama: Path) -> None:
    adapted = AdaptedBase(load_network(tiny_llama, device=torch.device("cpu"), dtype=torch.float32))
    with pytest.raises(ValueError, match="adapter first was never read"):
        adapted.use("first")
