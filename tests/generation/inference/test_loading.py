"""Loading: what was registered is what is read, by the class of its architecture and nothing more."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from generation.inference.errors import CheckpointChanged, UnsupportedCheckpoint
from generation.inference.loading import (
    LoadedSystem,
    choose_device,
    dtype_for,
    end_token_ids,
    load_network,
    load_tokenizer,
    verify,
)
from generation.inference.protocol import StoredCheckpoint

CPU = torch.device("cpu")
Stored = Callable[[Path], StoredCheckpoint]


@pytest.fixture
def folder(tiny_gpt2: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_gpt2, tmp_path / "checkpoint"))


def test_an_unchanged_folder_is_given(folder: Path, stored: Stored) -> None:
    assert verify(stored(folder)) == folder


def test_a_changed_byte_is_found_and_the_file_named(folder: Path, stored: Stored) -> None:
    registered = stored(folder)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(CheckpointChanged, match=r"model\.safetensors has SHA-256 .* was registered"):
        verify(registered)


def test_a_missing_file_is_named(folder: Path, stored: Stored) -> None:
    registered = stored(folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(CheckpointChanged, match=r"tokenizer\.json cannot be read: No such file"):
        verify(registered)


def test_a_file_that_nobody_registered_is_named(folder: Path, stored: Stored) -> None:
    registered = stored(folder)
    (folder / "chat_template.jinja").write_text("{{ x }}")
    with pytest.raises(CheckpointChanged, match=r"chat_template\.jinja was not registered"):
        verify(registered)


def test_an_architecture_off_the_list_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "mamba"}))
    with pytest.raises(UnsupportedCheckpoint, match="'mamba'; known for this task are gpt2"):
        load_network(folder, device=CPU, dtype=torch.float32)


def test_pickled_weights_are_not_read(folder: Path) -> None:
    network = load_network(folder, device=CPU, dtype=torch.float32)
    (folder / "model.safetensors").unlink()
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        load_network(folder, device=CPU, dtype=torch.float32)


def test_nothing_about_decoding_is_inherited_from_the_folder(folder: Path) -> None:
    settings = {"do_sample": True, "temperature": 2.0, "num_beams": 7, "max_length": 5}
    (folder / "generation_config.json").write_text(json.dumps(settings))
    generation_config = load_network(folder, device=CPU, dtype=torch.float32).generation_config
    assert not generation_config.do_sample
    assert generation_config.num_beams in (None, 1)
    assert generation_config.max_length in (None, 20)


def test_the_tokenizer_pads_left_with_its_end_token_when_it_has_no_other(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    assert tokenizer.padding_side == "left"
    assert tokenizer.pad_token == "<|end|>"
    assert tokenizer.decode(tokenizer("Café £20\n ok")["input_ids"]) == "Café £20\n ok"


def test_both_configured_and_special_tokens_end_a_text(folder: Path) -> None:
    network = load_network(folder, device=CPU, dtype=torch.float32)
    network.config.eos_token_id = [5, 9]
    assert end_token_ids(LoadedSystem(network, load_tokenizer(folder))) == [0, 5, 9]
    network.config.eos_token_id = None
    assert end_token_ids(LoadedSystem(network, load_tokenizer(folder))) == [0]


def test_the_cpu_computes_in_float32_and_a_gpu_in_bfloat16() -> None:
    assert choose_device("cpu") == CPU
    assert choose_device("auto").type in {"cpu", "cuda"}
    assert dtype_for(CPU) == torch.float32
    assert dtype_for(torch.device("cuda")) == torch.bfloat16
