"""Which tensors an encoder and the heads on top of a network have, as transformers stores them: tables."""

from collections.abc import Mapping
from typing import Any

Shapes = dict[str, tuple[int, ...]]
Values = Mapping[str, Any]


def bert(values: Values) -> Shapes:
    """The body of BERT, without its pooler."""
    return _embeddings("bert", values) | _bert_layers("bert", values)


def roberta(values: Values) -> Shapes:
    """The body of RoBERTa: BERT's, without its pooler."""
    return _embeddings("roberta", values) | _bert_layers("roberta", values)


def distilbert(values: Values) -> Shapes:
    """The body of DistilBERT."""
    width, inner = values["dim"], values.get("hidden_dim", 3072)
    place = "distilbert.embeddings"
    shapes: Shapes = {
        f"{place}.word_embeddings.weight": (values["vocab_size"], width),
        f"{place}.position_embeddings.weight": (values.get("max_position_embeddings", 512), width),
        **_pair(f"{place}.LayerNorm", width),
    }
    for layer in range(values["n_layers"]):
        place = f"distilbert.transformer.layer.{layer}"
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            shapes |= _pair(f"{place}.attention.{part}", width, width)
        shapes |= {
            **_pair(f"{place}.sa_layer_norm", width),
            **_pair(f"{place}.ffn.lin1", inner, width),
            **_pair(f"{place}.ffn.lin2", width, inner),
            **_pair(f"{place}.output_layer_norm", width),
        }
    return shapes


def deberta_v2(values: Values) -> Shapes:
    """The body of DeBERTa-v2 and v3 (He et al. 2021, arXiv:2006.03654 and arXiv:2111.09543)."""
    width, narrow = values["hidden_size"], _embedding_width(values)
    place = "deberta.embeddings"
    shapes: Shapes = {
        f"{place}.word_embeddings.weight": (values["vocab_size"], narrow),
        **_pair(f"{place}.LayerNorm", width),
    }
    if values.get("position_biased_input", True):
        shapes[f"{place}.position_embeddings.weight"] = (values.get("max_position_embeddings", 512), narrow)
    if types := values.get("type_vocab_size", 0):
        shapes[f"{place}.token_type_embeddings.weight"] = (types, narrow)
    if narrow != width:
        shapes[f"{place}.embed_proj.weight"] = (width, narrow)
    shapes |= _bert_layers("deberta", values, parts=("query_proj", "key_proj", "value_proj"))
    if values.get("relative_attention", False):
        shapes |= _relative_positions(values)
    if values.get("norm_rel_ebd", "none") == "layer_norm":
        shapes |= _pair("deberta.encoder.LayerNorm", width)
    if kernel := values.get("conv_kernel_size", 0):
        groups = values.get("conv_groups", 1)
        shapes |= {
            "deberta.encoder.conv.conv.weight": (width, width // groups, kernel),
            "deberta.encoder.conv.conv.bias": (width,),
            **_pair("deberta.encoder.conv.LayerNorm", width),
        }
    return shapes


def classification_head(model_type: str, values: Values) -> Shapes:
    """The head that a classifier of `model_type` has on its body, for as many labels as `id2label` names."""
    labels = len(values.get("id2label") or ("0", "1"))
    if model_type in ("gpt2", "llama"):
        return {"score.weight": (labels, values["n_embd" if model_type == "gpt2" else "hidden_size"])}
    width = values["dim" if model_type == "distilbert" else "hidden_size"]
    if model_type == "roberta":
        return _pair("classifier.dense", width, width) | _pair("classifier.out_proj", labels, width)
    if model_type == "distilbert":
        return _pair("pre_classifier", width, width) | _pair("classifier", labels, width)
    if model_type == "bert":
        return _pair("bert.pooler.dense", width, width) | _pair("classifier", labels, width)
    pooled = values.get("pooler_hidden_size", width)
    return _pair("pooler.dense", pooled, pooled) | _pair("classifier", labels, pooled)


def pretraining_heads(model_type: str, values: Values) -> Shapes:
    """What pretraining may leave on an encoder; a checkpoint need not have it, and it is not used."""
    vocabulary = values["vocab_size"]
    if model_type == "distilbert":
        width = values["dim"]
        return {
            **_pair("vocab_transform", width, width),
            **_pair("vocab_layer_norm", width),
            **_pair("vocab_projector", vocabulary, width),
        }
    width = values["hidden_size"]
    if model_type == "roberta":
        return {
            **_pair("roberta.pooler.dense", width, width),
            **_pair("lm_head.dense", width, width),
            **_pair("lm_head.layer_norm", width),
            **_pair("lm_head.decoder", vocabulary, width),
            "lm_head.bias": (vocabulary,),
        }
    narrow = _embedding_width(values) if model_type == "deberta-v2" else width
    shapes: Shapes = {
        **_pair("cls.predictions.transform.dense", narrow, width),
        **_pair("cls.predictions.transform.LayerNorm", narrow),
        **_pair("cls.predictions.decoder", vocabulary, narrow),
        "cls.predictions.bias": (vocabulary,),
    }
    if model_type == "bert":
        return shapes | _pair("bert.pooler.dense", width, width) | _pair("cls.seq_relationship", 2, width)
    # The names that DeBERTa's authors publish their heads under.
    return shapes | {
        **_pair("lm_predictions.lm_head.dense", width, width),
        **_pair("lm_predictions.lm_head.LayerNorm", width),
        "lm_predictions.lm_head.bias": (vocabulary,),
        **_pair("mask_predictions.dense", width, width),
        **_pair("mask_predictions.LayerNorm", width),
        **_pair("mask_predictions.classifier", 1, width),
    }


def _pair(name: str, *weight: int) -> Shapes:
    """A layer's weight and its bias, which is as long as the weight's first side."""
    return {f"{name}.weight": weight, f"{name}.bias": weight[:1]}


def _embedding_width(values: Values) -> int:
    return int(values.get("embedding_size") or values["hidden_size"])


def _embeddings(body: str, values: Values) -> Shapes:
    width, place = values["hidden_size"], f"{body}.embeddings"
    return {
        f"{place}.word_embeddings.weight": (values["vocab_size"], width),
        f"{place}.position_embeddings.weight": (values.get("max_position_embeddings", 512), width),
        f"{place}.token_type_embeddings.weight": (values.get("type_vocab_size", 2), width),
        **_pair(f"{place}.LayerNorm", width),
    }


def _bert_layers(body: str, values: Values, *, parts: tuple[str, ...] = ("query", "key", "value")) -> Shapes:
    width, inner = values["hidden_size"], values.get("intermediate_size", 3072)
    shapes: Shapes = {}
    for layer in range(values["num_hidden_layers"]):
        place = f"{body}.encoder.layer.{layer}"
        for part in parts:
            shapes |= _pair(f"{place}.attention.self.{part}", width, width)
        shapes |= {
            **_pair(f"{place}.attention.output.dense", width, width),
            **_pair(f"{place}.attention.output.LayerNorm", width),
            **_pair(f"{place}.intermediate.dense", inner, width),
            **_pair(f"{place}.output.dense", width, inner),
            **_pair(f"{place}.output.LayerNorm", width),
        }
    return shapes


def _relative_positions(values: Values) -> Shapes:
    """Embeddings of distances, and projections of their own where attention does not share the words'."""
    width = values["hidden_size"]
    reach = values.get("max_relative_positions", -1)
    reach = values.get("max_position_embeddings", 512) if reach < 1 else reach
    buckets = values.get("position_buckets", -1)
    shapes: Shapes = {
        "deberta.encoder.rel_embeddings.weight": (2 * (buckets if buckets > 0 else reach), width)
    }
    if values.get("share_att_key", False):
        return shapes
    kinds = values.get("pos_att_type") or []
    kinds = "|".join(kinds if isinstance(kinds, list) else [kinds]).split("|")
    for layer in range(values["num_hidden_layers"]):
        place = f"deberta.encoder.layer.{layer}.attention.self"
        if "c2p" in kinds:
            shapes |= _pair(f"{place}.pos_key_proj", width, width)
        if "p2c" in kinds:
            shapes |= _pair(f"{place}.pos_query_proj", width, width)
    return shapes
