"""The keys of config.json that are kept, by architecture, with the values that each may have: tables."""

from generation.checkpoints.rebuilding import (
    Choice,
    Each,
    Either,
    Flag,
    Kind,
    Numbered,
    OrNone,
    Real,
    Table,
    Whole,
    Word,
)

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

_LABELS = Numbered(Word(r"[^\x00-\x1f\x7f]{1,100}", "a short name"), 1000)

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
    "id2label": OrNone(_LABELS),
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
_ENCODER: dict[str, Kind] = {
    **_COMMON,
    "hidden_size": _WIDTH,
    "num_hidden_layers": _LAYERS,
    "num_attention_heads": _HEADS,
    "intermediate_size": Whole(1, 1_048_576),
    "hidden_act": _ACTIVATION,
    "hidden_dropout_prob": _SHARE,
    "attention_probs_dropout_prob": _SHARE,
    "max_position_embeddings": _CONTEXT,
    "type_vocab_size": Whole(0, 1024),
    "layer_norm_eps": _EPSILON,
    "position_embedding_type": Choice(("absolute",)),
    "classifier_dropout": OrNone(_SHARE),
}

KEPT_KEYS: dict[str, dict[str, Kind]] = {
    "bert": _ENCODER,
    "deberta-v2": {
        **_ENCODER,
        "relative_attention": Flag(),
        "max_relative_positions": Whole(-1, 65_536),
        "position_buckets": Whole(-1, 65_536),
        "position_biased_input": Flag(),
        "pos_att_type": OrNone(Either(Choice(("p2c", "c2p", "p2c|c2p", "c2p|p2c")), 2)),
        "norm_rel_ebd": Choice(("none", "layer_norm")),
        "share_att_key": Flag(),
        "embedding_size": OrNone(_WIDTH),
        "conv_kernel_size": Whole(0, 15),
        "conv_groups": Whole(1, 1024),
        "conv_act": _ACTIVATION,
        "pooler_dropout": _SHARE,
        "pooler_hidden_act": _ACTIVATION,
        "pooler_hidden_size": _WIDTH,
        "cls_dropout": OrNone(_SHARE),
    },
    "distilbert": {
        **_COMMON,
        "dim": _WIDTH,
        "n_layers": _LAYERS,
        "n_heads": _HEADS,
        "hidden_dim": Whole(1, 1_048_576),
        "activation": _ACTIVATION,
        "dropout": _SHARE,
        "attention_dropout": _SHARE,
        "seq_classif_dropout": _SHARE,
        "qa_dropout": _SHARE,
        "max_position_embeddings": _CONTEXT,
        "sinusoidal_pos_embds": Flag(),
    },
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
    "roberta": _ENCODER,
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
    "distilbert": ("vocab_size", "dim", "n_layers", "n_heads"),
    **dict.fromkeys(
        ("bert", "deberta-v2", "gpt_neox", "llama", "opt", "qwen2", "roberta"),
        ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads"),
    ),
}

# What stands on top of a network's body, by the modules' own names; an adapter brings them along, trained.
HEAD_MODULES = ("classifier", "pooler", "pre_classifier", "score")
