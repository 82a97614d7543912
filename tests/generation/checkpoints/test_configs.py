"""Configurations as the libraries write them are kept; what could run, fetch or exhaust is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.allowlist import (
    ARCHITECTURES,
    SAVED_CLASSES,
    CheckpointRefused,
    architecture_class,
)
from generation.checkpoints.config_keys import KEPT_KEYS, NEEDED_KEYS
from generation.checkpoints.configs import AdapterConfig, read_adapter_config, read_config

GPT2 = {
    "activation_function": "gelu_new",
    "architectures": ["GPT2LMHeadModel"],
    "attn_pdrop": 0.1,
    "bos_token_id": 50256,
    "eos_token_id": [50256],
    "layer_norm_epsilon": 1e-05,
    "model_type": "gpt2",
    "n_embd": 768,
    "n_head": 12,
    "n_inner": None,
    "n_layer": 12,
    "n_positions": 1024,
    "pad_token_id": None,
    "tie_word_embeddings": True,
    "vocab_size": 50257,
}
LLAMA = {
    "model_type": "llama",
    "vocab_size": 49152,
    "hidden_size": 576,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
}
ADAPTER = {
    "alpha_pattern": {},
    "auto_mapping": None,
    "base_model_name_or_path": "openai-community/gpt2",
    "bias": "none",
    "fan_in_fan_out": True,
    "inference_mode": True,
    "init_lora_weights": True,
    "loftq_config": {},
    "lora_alpha": 32,
    "lora_bias": False,
    "lora_dropout": 0.05,
    "megatron_config": None,
    "megatron_core": "megatron.core",
    "modules_to_save": None,
    "peft_type": "LORA",
    "peft_version": "0.21.2",
    "qalora_group_size": 16,
    "r": 16,
    "rank_pattern": {},
    "target_modules": ["c_attn", "c_proj"],
    "task_type": "CAUSAL_LM",
    "use_dora": False,
    "use_rslora": False,
}


def _file(folder: Path, content: dict[str, Any], name: str = "config.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_configuration_is_rebuilt_from_its_listed_keys(tmp_path: Path) -> None:
    extra = {"transformers_version": "5.23.0", "task_specific_params": {"x": {"max_length": 50}}}
    config = read_config(_file(tmp_path, GPT2 | extra))
    assert (config.model_type, config.architecture) == ("gpt2", "GPT2LMHeadModel")
    assert config.rebuilt() == GPT2
    assert config.dropped == ("task_specific_params", "transformers_version")


def test_llama_keeps_its_rotary_settings(tmp_path: Path) -> None:
    config = read_config(_file(tmp_path, LLAMA))
    assert config.values["rope_parameters"] == LLAMA["rope_parameters"]
    assert config.rebuilt()["architectures"] == ["LlamaForCausalLM"]


def test_every_architecture_has_its_tables() -> None:
    assert KEPT_KEYS.keys() == NEEDED_KEYS.keys() == SAVED_CLASSES.keys()
    for model_type, needed in NEEDED_KEYS.items():
        assert set(needed) <= KEPT_KEYS[model_type].keys()


@pytest.mark.parametrize("model_type", sorted(ARCHITECTURES))
def test_the_libraries_own_configurations_pass_unchanged(tmp_path: Path, model_type: str) -> None:
    import transformers

    network = getattr(transformers, architecture_class(model_type))
    written = network.config_class(architectures=[network.__name__])
    written.save_pretrained(tmp_path)
    config = read_config(tmp_path / "config.json")
    again = network.config_class(**config.rebuilt())
    for key in config.values:
        assert getattr(again, key) == getattr(written, key), key
    # What is dropped has no part in what these architectures compute from a prompt.
    assert {key.split("_")[0] for key in config.dropped} <= {
        "summary",
        "transformers",
        "classifier",
        "add",
        "is",
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"auto_map": {"AutoModel": "evil.Model"}}, "sets auto_map, which can run foreign code"),
        ({"x": [{"y": {"trust_remote_code": True}}]}, "sets trust_remote_code"),
        ({"quantization_config": {"quant_method": "gptq"}}, "sets quantization_config"),
        ({"custom_pipelines": {"a": {}}}, "sets custom_pipelines"),
        ({"attn_implementation": "evil/kernels"}, "attn_implementation is 'evil/kernels'; it has to be left"),
        ({"_attn_implementation_internal": "evil/kernels"}, "it has to be left out: kernels are not fetched"),
        ({"model_type": "t5"}, "model_type 't5' is not accepted"),
        ({"model_type": None}, "model_type 'None' is not accepted"),
        ({"architectures": ["LlamaForCausalLM"]}, "architectures is .* as its model_type is gpt2"),
        (
            {"vocab_size": 2**31},
            "vocab_size is '2147483648'; it has to be a whole number from 1 to 1,000,000",
        ),
        ({"n_layer": 2**31}, "n_layer is '2147483648'; it has to be a whole number from 1 to 512"),
        ({"activation_function": "evil"}, "activation_function is 'evil'; it has to be one of"),
    ],
)
def test_what_is_harmful_or_absurd_is_refused(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(CheckpointRefused, match=rf"^config\.json.*{reason}"):
        read_config(_file(tmp_path, GPT2 | change))


def test_harmless_mentions_pass(tmp_path: Path) -> None:
    harmless = {"auto_map": None, "nested": {"trust_remote_code": False}, "attn_implementation": "sdpa"}
    assert read_config(_file(tmp_path, GPT2 | harmless)).dropped == tuple(sorted(harmless))


def test_a_foreign_key_is_named_as_a_database_can_hold_it(tmp_path: Path) -> None:
    config = read_config(_file(tmp_path, GPT2 | {"a\0b": 1, "\ud800": 2, "k" * 500: 3}))
    assert config.dropped == ("\\ud800", "a\\x00b", "k" * 80)


def test_sizes_have_to_be_said(tmp_path: Path) -> None:
    without = {key: value for key, value in GPT2.items() if key != "n_embd"}
    with pytest.raises(CheckpointRefused, match=r"config\.json does not say n_embd; add it"):
        read_config(_file(tmp_path, without))


def test_an_adapter_of_peft_is_read_and_rebuilt_without_its_base(tmp_path: Path) -> None:
    path = _file(tmp_path, ADAPTER, "adapter_config.json")
    config = read_adapter_config(path)
    assert config == AdapterConfig(
        rank=16,
        alpha=32,
        dropout=0.05,
        target_modules=("c_attn", "c_proj"),
        fan_in_fan_out=True,
        rank_stabilised=False,
        base_name="openai-community/gpt2",
    )
    rebuilt = config.rebuilt()
    assert rebuilt["base_model_name_or_path"] is None
    assert {key: ADAPTER[key] for key in rebuilt.keys() - {"base_model_name_or_path"}} == {
        key: value for key, value in rebuilt.items() if key != "base_model_name_or_path"
    }


def test_the_keys_that_may_be_missing_have_defaults(tmp_path: Path) -> None:
    shortest = {"peft_type": "LORA", "r": 4, "lora_alpha": 8.0, "target_modules": ["layers.0.q_proj"]}
    config = read_adapter_config(_file(tmp_path, shortest, "adapter_config.json"))
    assert (config.dropout, config.fan_in_fan_out, config.rank_stabilised) == (0.0, False, False)
    assert config.base_name is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"r": 10**9}, "r is '1000000000'; it has to be a whole number from 1 to 1,024"),
        ({"target_modules": "(a+)+$"}, "target_modules is .* it has to be a list of 1 to 64 values"),
        ({"target_modules": ["(a+)+$"]}, r"target_modules\[0\] is .* the plain name of a module"),
        ({"auto_mapping": {"parent_library": "evil"}}, "sets auto_mapping to"),
        ({"megatron_config": {"a": 1}}, "sets megatron_config to"),
        ({"megatron_core": "evil.core"}, "sets megatron_core to 'evil.core', which is not plain LoRA"),
        ({"base_model_name_or_path": "../../x"}, "base_model_name_or_path is"),
        ({"base_model_name_or_path": "a/../x"}, "base_model_name_or_path is"),
        ({"base_model_name_or_path": "/etc"}, "base_model_name_or_path is"),
        ({"base_model_name_or_path": "https://evil.example/x"}, "base_model_name_or_path is"),
        ({"use_dora": True}, "sets use_dora to 'True', which is not plain LoRA"),
        ({"modules_to_save": ["lm_head"]}, "sets modules_to_save to"),
        ({"rank_pattern": {"c_attn": 64}}, "sets rank_pattern to"),
        ({"init_lora_weights": "pissa"}, "sets init_lora_weights to 'pissa'"),
        ({"a_setting_of_tomorrow": 1.5}, "sets a_setting_of_tomorrow to '1.5'"),
        ({"bias": "all"}, "bias is 'all'; it has to be one of none"),
        ({"peft_type": "IA3"}, "peft_type is 'IA3'; it has to be one of LORA"),
        ({"trust_remote_code": True}, "sets trust_remote_code"),
    ],
)
def test_an_adapter_beyond_plain_lora_is_refused(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(CheckpointRefused, match=rf"^adapter_config\.json.*{reason}"):
        read_adapter_config(_file(tmp_path, ADAPTER | change, "adapter_config.json"))


def test_an_adapter_has_to_say_its_rank(tmp_path: Path) -> None:
    without = {key: value for key, value in ADAPTER.items() if key != "r"}
    with pytest.raises(CheckpointRefused, match=r"adapter_config\.json does not say r; add it"):
        read_adapter_config(_file(tmp_path, without, "adapter_config.json"))
