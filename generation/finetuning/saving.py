"""Write checkpoints as the store accepts them: safetensors, configurations, tokenizer files."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig

from generation.inference.errors import UnsupportedCheckpoint

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
)
# What stands in an adapter for its base: the store binds the two, a path of this machine would say nothing.
UNNAMED_BASE = "base"


def stored_dtype(folder: Path) -> torch.dtype:
    """The precision that a checkpoint folder's configuration states; float32 when it states none."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    name = config.get("dtype") or config.get("torch_dtype") or "float32"
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise UnsupportedCheckpoint(f"{folder / 'config.json'} names the unknown precision {name!r}")
    return dtype


def save_network(network: Any, folder: Path, *, dtype: torch.dtype) -> None:
    """Turn ``network`` to ``dtype`` and write config.json, each weight once and, where it writes,
    generation_config.json.
    """
    config = network.config
    if network.can_generate():
        network.generation_config = GenerationConfig(
            bos_token_id=config.bos_token_id,
            eos_token_id=config.eos_token_id,
            pad_token_id=config.pad_token_id,
        )
    network.to(dtype).save_pretrained(folder, max_shard_size="1TB")


def save_tokenizer(tokenizer: Any, folder: Path) -> None:
    """Write a fast tokenizer and the names of its special tokens, without a chat template."""
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        name: str(token) for name, token in tokenizer.special_tokens_map.items() if "extra" not in name
    }
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    content = json.dumps(settings, indent=2, ensure_ascii=False)
    (folder / "tokenizer_config.json").write_text(content + "\n", encoding="utf-8")


def copy_tokenizer(base: Path, folder: Path) -> None:
    """Copy a base's tokenizer files unchanged, since fine-tuning does not touch them."""
    for name in TOKENIZER_FILES:
        if (base / name).is_file():
            shutil.copyfile(base / name, folder / name)


def save_adapter(peft_network: Any, folder: Path) -> None:
    """Write adapter_config.json, naming no base, and adapter_model.safetensors."""
    with tempfile.TemporaryDirectory() as scratch:
        peft_network.save_pretrained(scratch, save_embedding_layers=False)
        config = json.loads((Path(scratch) / "adapter_config.json").read_text(encoding="utf-8"))
        config["base_model_name_or_path"] = UNNAMED_BASE
        (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        shutil.copyfile(Path(scratch) / "adapter_model.safetensors", folder / "adapter_model.safetensors")
