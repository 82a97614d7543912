"""The keys of config.json that are kept, by architecture, with the values that each may have: tables."""

from generation.checkpoints.rebuilding import Choice, Each, Either, Flag, Kind, OrNone, Real, Table, Whole

MAX_VOCABULARY = 1_000_000
_TOKEN = OrNone(Either(Whole(0, MAX_VOCABULARY), 16))
_WIDTH = Whole(1, 65_536)
_LAYERS = Whole(1, 512)
_HEADS = Whole(1, 1024)
_CONTEXT = Whole(1, 4_194_304)
_SHARE = Real(0, 1)
_EPSILON = Real(0, 0.1)
_ACTIVATION = Choice(
    ("gelu", "gelu_fast", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu", "swish", "tanh")
)
_PRECISION = Choice(("float32", "float16", "bfloat16"))
_ROPE: dict[str, Kind] = {
    "rope_type": Choice(("default", "linear", "dynamic", "yarn", "llama3")),
    "type": Choice(("default", "linear", "dynamic", "yarn", "llama3")),
    "rope_theta": Real(1, 1e9),
    "factor": Real(1, 1024),
    "low_freq_factor": Real(0, 1024),
    "high_freq_factor": Real(0, 1024),
    "original_max_position_embeddings": _CONTEXT,
    "partial_rotary_factor": _SHARE,
    "attention_factor": Real(0, 1024),
    "beta_fast": Real(0, 1024),
    "beta_slow": Real(0, 1024),
}

_COMMON: dict[str, Kind] = {
    "vocab_size": Whole(1, MAX_VOCABULARY),
    "bos_token_id": _TOKEN,
    "eos_token_id": _TOKEN,
    "pad_token_id": _TOKEN,
    "tie_word_embeddings": Flag(),
    "dtype": _PRECISION,
    "torch_dtype": _PRECISION,
    "initializer_range": _SHARE,
    "use_cache": Flag(),
}
_DECODER: dict[str, Kind] = {
    **_COMMON,
    "hidden_size": _WIDTH,
    "num_hidden_layers": _LAYERS,
    "num_attention_heads": _HEADS,
    "max_position_embeddings": _CONTEXT,
    "attention_dropout": _SHARE,
}
_ROTARY: dict[str, Kind] = {
    **_DECODER,
    "intermediate_size": Whole(1, 1_048_576),
    "hidden_act": _ACTIVATION,
    "rope_parameters": OrNone(Table(_ROPE)),
    "rope_scaling": OrNone(Table(_ROPE)),
    "rope_theta": Real(1, 1e9),
    "attention_bias": Flag(),
}
_GROUPED: dict[str, Kind] = {
    **_ROTARY,
    "num_key_value_heads": OrNone(_HEADS),
    "head_dim": OrNone(Whole(1, 4096)),
    "rms_norm_eps": _EPSILON,
}

KEPT_KEYS: dict[str, dict[str, Kind]] = {
    "gpt2": {
        **_COMMON,
        "n_embd": _WIDTH,
        "n_layer": _LAYERS,
        "n_head": _HEADS,
        "n_positions": _CONTEXT,
        "n_ctx": _CONTEXT,
        "n_inner": OrNone(Whole(1, 1_048_576)),
        "activation_function": _ACTIVATION,
        "attn_pdrop": _SHARE,
        "embd_pdrop": _SHARE,
        "resid_pdrop": _SHARE,
        "layer_norm_epsilon": _EPSILON,
        "scale_attn_weights": Flag(),
        "scale_attn_by_inverse_layer_idx": Flag(),
        "reorder_and_upcast_attn": Flag(),
    },
    "gpt_neox": {
        **_ROTARY,
        "hidden_dropout": _SHARE,
        "layer_norm_eps": _EPSILON,
        "rotary_pct": _SHARE,
        "rotary_emb_base": Real(1, 1e9),
        "use_parallel_residual": Flag(),
    },
    "llama": {**_GROUPED, "mlp_bias": Flag(), "pretraining_tp": Whole(1, 1)},
    "opt": {
        **_DECODER,
        "ffn_dim": Whole(1, 1_048_576),
        "word_embed_proj_dim": _WIDTH,
        "activation_function": _ACTIVATION,
        "dropout": _SHARE,
        "activation_dropout": _SHARE,
        "layerdrop": _SHARE,
        "init_std": _SHARE,
        "do_layer_norm_before": Flag(),
        "enable_bias": Flag(),
        "layer_norm_elementwise_affine": Flag(),
        "_remove_final_layer_norm": Flag(),
    },
    "qwen2": {
        **_GROUPED,
        "sliding_window": OrNone(_CONTEXT),
        "use_sliding_window": Flag(),
        "max_window_layers": Whole(0, 512),
        "layer_types": OrNone(Each(Choice(("full_attention", "sliding_attention")), 512)),
    },
}

# Without these a configuration would silently take the library's sizes.
NEEDED_KEYS: dict[str, tuple[str, ...]] = {
    "gpt2": ("vocab_size", "n_embd", "n_layer", "n_head"),
    **dict.fromkeys(
        ("gpt_neox", "llama", "opt", "qwen2"),
        ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads"),
    ),
}
