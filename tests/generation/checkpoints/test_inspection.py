"""Inspection tells what a folder holds, rebuilds its configurations, and says why it refuses one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.adapters import AdapterBaseMismatch
from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.inspection import inspect_adapter, inspect_full

MakeAdapter = Callable[..., Path]


@pytest.fixture
def llama(tiny_llama: Path, tmp_path: Path) -> Path:
    """A copy of the tiny Llama to spoil."""
    return Path(shutil.copytree(tiny_llama, tmp_path / "llama"))


@pytest.fixture
def adapter(tiny_llama: Path, make_adapter: MakeAdapter, tmp_path: Path) -> Path:
    """A copy of an adapter for the tiny Llama to spoil."""
    return Path(shutil.copytree(make_adapter(tiny_llama, seed=3), tmp_path / "adapter"))


def parameters(folder: Path) -> int:
    from transformers import AutoModelForCausalLM

    return sum(weight.numel() for weight in AutoModelForCausalLM.from_pretrained(folder).parameters())


def change(folder: Path, name: str, **values: Any) -> None:
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def rewrite(path: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(path)
    edit(tensors)
    save_file(tensors, path)


def test_a_network_is_counted_and_its_files_rebuilt(tiny_gpt2: Path) -> None:
    facts = inspect_full(tiny_gpt2)
    assert facts.architecture == "GPT2LMHeadModel"
    assert facts.parameters == facts.own_parameters == parameters(tiny_gpt2)
    assert facts.kept == ("model.safetensors",)
    assert set(facts.rebuilt) == {"config.json", "tokenizer.json", "tokenizer_config.json"}
    assert facts.rebuilt["config.json"]["n_embd"] == 32


def test_gpt2_may_leave_out_its_prefix_and_store_masks(tiny_gpt2: Path, tmp_path: Path) -> None:
    import torch

    def rename(tensors: dict[str, Any]) -> None:
        for name in list(tensors):
            tensors[name.removeprefix("transformer.")] = tensors.pop(name)
        tensors["h.0.attn.bias"] = torch.ones(1, 1, 4, 4, dtype=torch.bool)

    folder = Path(shutil.copytree(tiny_gpt2, tmp_path / "gpt2"))
    rewrite(folder / "model.safetensors", rename)
    assert inspect_full(folder).parameters == parameters(tiny_gpt2)


def test_shards_and_their_index_are_one_network(tiny_llama: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    network = AutoModelForCausalLM.from_pretrained(tiny_llama)
    network.save_pretrained(tmp_path / "shards", max_shard_size="40KB")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tiny_llama / name, tmp_path / "shards" / name)
    facts = inspect_full(tmp_path / "shards")
    assert len(facts.kept) > 1
    assert facts.parameters == parameters(tiny_llama)
    assert set(facts.rebuilt["model.safetensors.index.json"]["weight_map"].values()) == set(facts.kept)


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ({"model.norm.weight": "../x.safetensors"}, "../x.safetensors is listed in .* but missing"),
        ({}, "model.safetensors is not listed in"),
        ({"model.norm.weight": "model.safetensors"}, "disagree about tensor 'model.embed_tokens.weight'"),
        (["model.safetensors"], "has no weight_map"),
        ({"model.norm.weight": 3}, "has no weight_map"),
    ],
)
def test_an_index_that_does_not_match_is_refused(index: Any, reason: str, llama: Path) -> None:
    (llama / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    with pytest.raises(CheckpointRefused, match=reason):
        inspect_full(llama)


def test_a_tensor_in_two_shards_is_refused(llama: Path) -> None:
    from safetensors.torch import load_file

    shutil.copyfile(llama / "model.safetensors", llama / "more.safetensors")
    tensors = dict.fromkeys(load_file(llama / "model.safetensors"), "more.safetensors")
    tensors["model.norm.weight"] = "model.safetensors"
    (llama / "model.safetensors.index.json").write_text(json.dumps({"weight_map": tensors}))
    with pytest.raises(CheckpointRefused, match="disagree about tensor"):
        inspect_full(llama)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "modeling.py", "weights.gguf"])
def test_a_file_that_is_not_listed_is_refused(name: str, llama: Path) -> None:
    (llama / name).write_bytes(b"x")
    with pytest.raises(CheckpointRefused, match=f"{name} is not accepted"):
        inspect_full(llama)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "config.json").unlink(), "config.json is missing"),
        (lambda folder: (folder / "model.safetensors").unlink(), "found: none"),
        (lambda folder: (folder / "vocab.json").mkdir(), "vocab.json is not a file"),
        (lambda folder: (folder / "adapter_config.json").write_text("{}"), "this is an adapter"),
        (lambda folder: change(folder, "config.json", hidden_size=64), r"has the shape \[416, 32\], but"),
        (lambda folder: change(folder, "config.json", num_hidden_layers=3), r"no tensor 'model.layers.2"),
        (
            lambda folder: change(folder, "config.json", num_hidden_layers=1),
            r"a tensor 'model.layers.1.*not know",
        ),
        (
            lambda folder: change(folder, "config.json", tie_word_embeddings=False),
            "no tensor 'lm_head.weight'",
        ),
    ],
)
def test_what_does_not_belong_together_is_refused(
    spoil: Callable[[Path], object], reason: str, llama: Path
) -> None:
    spoil(llama)
    with pytest.raises(CheckpointRefused, match=reason):
        inspect_full(llama)


def test_weights_are_floats(llama: Path) -> None:
    def to_integers(tensors: dict[str, Any]) -> None:
        tensors["model.norm.weight"] = tensors["model.norm.weight"].char()

    rewrite(llama / "model.safetensors", to_integers)
    with pytest.raises(CheckpointRefused, match=r"'model.norm.weight' has the type I8"):
        inspect_full(llama)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointRefused, match="is not a folder"):
        inspect_full(tmp_path / "nowhere")


def test_an_adapter_is_counted_beside_its_base(adapter: Path, tiny_llama: Path) -> None:
    base = inspect_full(tiny_llama)
    facts = inspect_adapter(adapter, base=base)
    # Two layers; q: 32 -> 32, v: 32 -> 16; rank 4.
    assert facts.own_parameters == 2 * (4 * (32 + 32) + 4 * (32 + 16))
    assert facts.parameters == base.parameters + facts.own_parameters
    assert facts.architecture == "LlamaForCausalLM"
    assert facts.rebuilt["adapter_config.json"]["base_model_name_or_path"] is None


def test_an_adapter_of_another_base_is_refused(adapter: Path, tiny_gpt2: Path, llama: Path) -> None:
    with pytest.raises(AdapterBaseMismatch, match="for which the base has no such tensor"):
        inspect_adapter(adapter, base=inspect_full(tiny_gpt2))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "adapter_config.json").unlink(), "adapter_config.json is missing"),
        (
            lambda folder: (folder / "adapter_model.safetensors").unlink(),
            "adapter_model.safetensors is missing",
        ),
        (
            lambda folder: shutil.copyfile(
                folder / "adapter_model.safetensors", folder / "model.safetensors"
            ),
            "model.safetensors is no part of an adapter",
        ),
        (lambda folder: change(folder, "adapter_config.json", r=8), r"needs \[8, 32\]"),
    ],
)
def test_a_spoilt_adapter_is_refused(
    spoil: Callable[[Path], object], reason: str, adapter: Path, tiny_llama: Path
) -> None:
    spoil(adapter)
    with pytest.raises(CheckpointRefused, match=reason):
        inspect_adapter(adapter, base=inspect_full(tiny_llama))
