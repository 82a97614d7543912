"""The tables name what transformers stores, for each architecture and what its configuration can change."""

import json
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.configs import read_config
from generation.checkpoints.expected_tensors import expected_tensors, output_is_tied, output_layer
from generation.checkpoints.safetensors_header import is_buffer, read_header

DECODER = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 50}
LLAMA = DECODER | {"intermediate_size": 24, "max_position_embeddings": 32}
GPT2 = {"vocab_size": 50, "n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 32}
OPT = DECODER | {"ffn_dim": 24, "max_position_embeddings": 32, "word_embed_proj_dim": 16}
CASES = [
    ("gpt2", GPT2),
    ("gpt2", GPT2 | {"n_inner": 20, "tie_word_embeddings": False}),
    ("gpt_neox", LLAMA),
    ("gpt_neox", LLAMA | {"attention_bias": False}),
    ("llama", LLAMA | {"num_key_value_heads": 2, "tie_word_embeddings": True}),
    ("llama", LLAMA | {"num_key_value_heads": 4, "head_dim": 6, "attention_bias": True, "mlp_bias": True}),
    ("opt", OPT),
    ("opt", OPT | {"word_embed_proj_dim": 8, "do_layer_norm_before": False}),
    ("opt", OPT | {"enable_bias": False, "layer_norm_elementwise_affine": False}),
    ("qwen2", LLAMA | {"num_key_value_heads": 2}),
]


@pytest.mark.parametrize(("model_type", "sizes"), CASES)
def test_the_tables_name_what_transformers_stores(
    model_type: str, sizes: dict[str, Any], tmp_path: Path
) -> None:
    from transformers import AutoConfig, AutoModelForCausalLM

    network = AutoModelForCausalLM.from_config(AutoConfig.for_model(model_type, **sizes))
    network.save_pretrained(tmp_path)
    stored = {
        name: entry.shape
        for name, entry in read_header(tmp_path / "model.safetensors").tensors.items()
        if not is_buffer(name)
    }
    (tmp_path / "config.json").write_text(json.dumps({"model_type": model_type} | sizes))
    config = read_config(tmp_path / "config.json")
    name, shape = output_layer(config)
    head = {} if output_is_tied(config) else {name: shape}
    assert stored == expected_tensors(config) | head
    assert tuple(network.get_output_embeddings().weight.shape) == shape
