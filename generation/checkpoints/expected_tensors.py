"""Which tensors a network of a configuration has, by name and shape, as transformers stores them: tables."""

from collections.abc import Callable, Mapping
from typing import Any

from generation.checkpoints import encoder_tensors
from generation.checkpoints.allowlist import ENCODERS, has_classification_head
from generation.checkpoints.configs import NetworkConfig

Shapes = dict[str, tuple[int, ...]]


def expected_tensors(config: NetworkConfig) -> Shapes:
    """The tensors of the network without its output layer: name -> shape, [out, in] for linear layers."""
    return _TABLES[config.model_type](config.values)


def needed_head(config: NetworkConfig) -> Shapes:
    """What a checkpoint of that class must hold beside the body: its head, where that is stored."""
    if has_classification_head(config.architecture):
        return encoder_tensors.classification_head(config.model_type, config.values)
    if config.model_type in ENCODERS or output_is_tied(config):
        return {}
    return dict([output_layer(config)])


def known_heads(config: NetworkConfig) -> Shapes:
    """What a checkpoint of that class may hold beside the body."""
    if config.model_type in ENCODERS:
        return encoder_tensors.pretraining_heads(config.model_type, config.values) | needed_head(config)
    return needed_head(config) or dict([output_layer(config)])


def output_layer(config: NetworkConfig) -> tuple[str, tuple[int, ...]]:
    """Name and shape of the output layer, which a network with tied embeddings need not store."""
    values = config.values
    name = "embed_out.weight" if config.model_type == "gpt_neox" else "lm_head.weight"
    width = values["n_embd"] if config.model_type == "gpt2" else _embedding_width(values)
    return name, (values["vocab_size"], width)


def output_is_tied(config: NetworkConfig) -> bool:
    """Whether the output layer is the input embedding; what a configuration leaves out is its class's own."""
    return bool(config.values.get("tie_word_embeddings", config.model_type in ("gpt2", "opt")))


def _embedding_width(values: Mapping[str, Any]) -> int:
    return int(values.get("word_embed_proj_dim") or values["hidden_size"])


def _layer_norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _linear(name: str, out_width: int, in_width: int, *, bias: bool) -> Shapes:
    return {f"{name}.weight": (out_width, in_width)} | ({f"{name}.bias": (out_width,)} if bias else {})


def _conv1d(name: str, in_width: int, out_width: int) -> Shapes:
    return {f"{name}.weight": (in_width, out_width), f"{name}.bias": (out_width,)}


def _gpt2(values: Mapping[str, Any]) -> Shapes:
    width = values["n_embd"]
    inner = values.get("n_inner") or 4 * width
    positions = values.get("n_positions", 1024)
    shapes: Shapes = {
        "transformer.wte.weight": (values["vocab_size"], width),
        "transformer.wpe.weight": (positions, width),
        **_layer_norm("transformer.ln_f", width),
    }
    for layer in range(values["n_layer"]):
        place = f"transformer.h.{layer}"
        shapes |= {
            **_layer_norm(f"{place}.ln_1", width),
            **_layer_norm(f"{place}.ln_2", width),
            **_conv1d(f"{place}.attn.c_attn", width, 3 * width),
            **_conv1d(f"{place}.attn.c_proj", width, width),
            **_conv1d(f"{place}.mlp.c_fc", width, inner),
            **_conv1d(f"{place}.mlp.c_proj", inner, width),
        }
    return shapes


def _gpt_neox(values: Mapping[str, Any]) -> Shapes:
    width = values["hidden_size"]
    inner = values.get("intermediate_size", 24_576)
    bias = values.get("attention_bias", True)
    shapes: Shapes = {
        "gpt_neox.embed_in.weight": (values["vocab_size"], width),
        **_layer_norm("gpt_neox.final_layer_norm", width),
    }
    for layer in range(values["num_hidden_layers"]):
        place = f"gpt_neox.layers.{layer}"
        shapes |= {
            **_layer_norm(f"{place}.input_layernorm", width),
            **_layer_norm(f"{place}.post_attention_layernorm", width),
            **_linear(f"{place}.attention.query_key_value", 3 * width, width, bias=bias),
            **_linear(f"{place}.attention.dense", width, width, bias=bias),
            **_linear(f"{place}.mlp.dense_h_to_4h", inner, width, bias=True),
            **_linear(f"{place}.mlp.dense_4h_to_h", width, inner, bias=True),
        }
    return shapes


def _llama(values: Mapping[str, Any]) -> Shapes:
    bias = values.get("attention_bias", False)
    return _grouped(values, query_bias=bias, output_bias=bias, mlp_bias=values.get("mlp_bias", False))


def _qwen2(values: Mapping[str, Any]) -> Shapes:
    return _grouped(values, query_bias=True, output_bias=False, mlp_bias=False)


def _grouped(values: Mapping[str, Any], *, query_bias: bool, output_bias: bool, mlp_bias: bool) -> Shapes:
    """Llama and what came after it: rotary positions, grouped keys, gated layers."""
    width, heads = values["hidden_size"], values["num_attention_heads"]
    inner = values.get("intermediate_size", 11_008)
    head = values.get("head_dim") or width // heads
    groups = values.get("num_key_value_heads") or heads
    shapes: Shapes = {
        "model.embed_tokens.weight": (values["vocab_size"], width),
        "model.norm.weight": (width,),
    }
    for layer in range(values["num_hidden_layers"]):
        place = f"model.layers.{layer}"
        shapes |= {
            f"{place}.input_layernorm.weight": (width,),
            f"{place}.post_attention_layernorm.weight": (width,),
            **_linear(f"{place}.self_attn.q_proj", heads * head, width, bias=query_bias),
            **_linear(f"{place}.self_attn.k_proj", groups * head, width, bias=query_bias),
            **_linear(f"{place}.self_attn.v_proj", groups * head, width, bias=query_bias),
            **_linear(f"{place}.self_attn.o_proj", width, heads * head, bias=output_bias),
            **_linear(f"{place}.mlp.gate_proj", inner, width, bias=mlp_bias),
            **_linear(f"{place}.mlp.up_proj", inner, width, bias=mlp_bias),
            **_linear(f"{place}.mlp.down_proj", width, inner, bias=mlp_bias),
        }
    return shapes


def _opt(values: Mapping[str, Any]) -> Shapes:
    width, embedding = values["hidden_size"], _embedding_width(values)
    inner = values.get("ffn_dim", 3072)
    bias = values.get("enable_bias", True)
    affine = values.get("layer_norm_elementwise_affine", True)
    # OPT's positions start at 2.
    shapes: Shapes = {
        "model.decoder.embed_tokens.weight": (values["vocab_size"], embedding),
        "model.decoder.embed_positions.weight": (values.get("max_position_embeddings", 2048) + 2, width),
    }
    if embedding != width:
        shapes["model.decoder.project_in.weight"] = (width, embedding)
        shapes["model.decoder.project_out.weight"] = (embedding, width)
    if (
        values.get("do_layer_norm_before", True)
        and not values.get("_remove_final_layer_norm", False)
        and affine
    ):
        shapes |= _layer_norm("model.decoder.final_layer_norm", width)
    for layer in range(values["num_hidden_layers"]):
        place = f"model.decoder.layers.{layer}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            shapes |= _linear(f"{place}.self_attn.{part}", width, width, bias=bias)
        shapes |= _linear(f"{place}.fc1", inner, width, bias=bias)
        shapes |= _linear(f"{place}.fc2", width, inner, bias=bias)
        if affine:
            shapes |= _layer_norm(f"{place}.self_attn_layer_norm", width)
            shapes |= _layer_norm(f"{place}.final_layer_norm", width)
    return shapes


_TABLES: dict[str, Callable[[Mapping[str, Any]], Shapes]] = {
    "bert": encoder_tensors.bert,
    "deberta-v2": encoder_tensors.deberta_v2,
    "distilbert": encoder_tensors.distilbert,
    "gpt2": _gpt2,
    "gpt_neox": _gpt_neox,
    "llama": _llama,
    "opt": _opt,
    "qwen2": _qwen2,
    "roberta": encoder_tensors.roberta,
}
