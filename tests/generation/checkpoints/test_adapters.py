"""An adapter fits the base that it was trained on, and no other."""

from dataclasses import replace

import pytest

from generation.checkpoints.adapters import AdapterBaseMismatch, AdapterConfig, adapter_fits_base
from generation.checkpoints.safetensors_header import Header, TensorEntry

LINEAR = AdapterConfig(
    rank=2,
    alpha=4,
    dropout=0.0,
    target_modules=("q_proj",),
    fan_in_fan_out=False,
    rank_stabilised=False,
    base_name=None,
)
CONV1D = replace(LINEAR, target_modules=("c_attn",), fan_in_fan_out=True)


def _header(shapes: dict[str, tuple[int, ...]]) -> Header:
    return Header({name: TensorEntry("F32", shape, 0, 0) for name, shape in shapes.items()}, {})


def _adapter(module: str, a: tuple[int, ...], b: tuple[int, ...]) -> Header:
    prefix = f"base_model.model.{module}"
    return _header({f"{prefix}.lora_A.weight": a, f"{prefix}.lora_B.weight": b})


Q_PROJ = "model.layers.0.self_attn.q_proj"
C_ATTN = "transformer.h.0.attn.c_attn"


QUERY = "bert.encoder.layer.0.attention.self.query"
HEAD = {
    "bert.pooler.dense.weight": (8, 8),
    "bert.pooler.dense.bias": (8,),
    "classifier.weight": (2, 8),
    "classifier.bias": (2,),
}
CLASSIFIER = replace(
    LINEAR, target_modules=("query",), task_type="SEQ_CLS", saved_modules=("pooler", "classifier")
)
ENCODER = {"encoder.layer.0.attention.self.query.weight": (8, 8)}
BROUGHT = {f"base_model.model.{name}": shape for name, shape in HEAD.items()} | {
    f"base_model.model.{QUERY}.lora_A.weight": (2, 8),
    f"base_model.model.{QUERY}.lora_B.weight": (8, 2),
}


def test_a_head_comes_with_its_adapter_for_as_many_labels_as_it_has() -> None:
    adapter_fits_base(CLASSIFIER, _header(BROUGHT), _header(ENCODER), head=HEAD)
    three = {"base_model.model.classifier.weight": (3, 8), "base_model.model.classifier.bias": (3,)}
    adapter_fits_base(CLASSIFIER, _header(BROUGHT | three), _header(ENCODER), head=HEAD)


def test_a_part_of_the_head_that_the_base_has_may_be_left_out() -> None:
    adapter = {name: shape for name, shape in BROUGHT.items() if "pooler" not in name}
    pooled = ENCODER | {"pooler.dense.weight": (8, 8), "pooler.dense.bias": (8,)}
    adapter_fits_base(CLASSIFIER, _header(adapter), _header(pooled), head=HEAD)
    with pytest.raises(AdapterBaseMismatch, match=r"no tensor 'base_model.model.bert.pooler.dense.weight'"):
        adapter_fits_base(CLASSIFIER, _header(adapter), _header(ENCODER), head=HEAD)


@pytest.mark.parametrize(
    ("config", "name", "shape", "message"),
    [
        (CLASSIFIER, "classifier.weight", (2, 9), r"has the shape \[2, 9\], but the base needs \[2, 8\]"),
        (CLASSIFIER, "bert.pooler.dense.bias", (9,), r"has the shape \[9\], but the base needs \[8\]"),
        (replace(CLASSIFIER, saved_modules=("pooler",)), "classifier.weight", (2, 8), "modules_to_save"),
        (CLASSIFIER, "another.weight", (2, 8), "is not a lora_A or lora_B weight"),
    ],
)
def test_a_head_that_does_not_fit_is_refused(
    config: AdapterConfig, name: str, shape: tuple[int, ...], message: str
) -> None:
    adapter = _header(BROUGHT | {f"base_model.model.{name}": shape})
    with pytest.raises(AdapterBaseMismatch, match=message):
        adapter_fits_base(config, adapter, _header(ENCODER), head=HEAD)


def test_a_linear_layer_is_out_by_in() -> None:
    adapter_fits_base(LINEAR, _adapter(Q_PROJ, (2, 8), (6, 2)), _header({f"{Q_PROJ}.weight": (6, 8)}))


@pytest.mark.parametrize("prefix", ["transformer.", ""])
@pytest.mark.parametrize("stated", [True, False])
def test_conv1d_is_in_by_out_whatever_the_adapter_states(prefix: str, stated: bool) -> None:
    base = _header({f"{prefix}h.0.attn.c_attn.weight": (8, 24)})
    config = replace(CONV1D, fan_in_fan_out=stated)
    adapter_fits_base(config, _adapter(C_ATTN, (2, 8), (24, 2)), base)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ((2, 9), (6, 2), r"lora_A.weight' has the shape \[2, 9\], but the base's .*q_proj needs \[2, 8\]"),
        ((4, 8), (6, 4), r"lora_A.weight' has the shape \[4, 8\], .* needs \[2, 8\]"),
        ((2, 8), (7, 2), r"lora_B.weight' has the shape \[7, 2\], .* needs \[6, 2\]"),
        ((16,), (6, 2), r"lora_A.weight' has the shape \[16\]"),
    ],
)
def test_a_wrong_shape_is_refused_with_both_shapes(
    a: tuple[int, ...], b: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(AdapterBaseMismatch, match=reason):
        adapter_fits_base(LINEAR, _adapter(Q_PROJ, a, b), _header({f"{Q_PROJ}.weight": (6, 8)}))


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ({}, "for which the base has no such tensor"),
        ({f"{Q_PROJ}.weight": (48,)}, r"for which the base has the shape \[48\]"),
    ],
)
def test_a_base_without_the_module_is_refused(shapes: dict[str, tuple[int, ...]], reason: str) -> None:
    with pytest.raises(AdapterBaseMismatch, match=reason):
        adapter_fits_base(LINEAR, _adapter(Q_PROJ, (2, 8), (6, 2)), _header(shapes))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("base_model.model.wte.lora_embedding_A", "is not a lora_A or lora_B weight"),
        ("model.layers.0.self_attn.q_proj.weight", "is not a lora_A or lora_B weight"),
        (
            "base_model.model.model.layers.0.self_attn.xq_proj.lora_A.weight",
            "target_modules does not list: q_proj",
        ),
    ],
)
def test_tensors_beyond_plain_lora_are_refused(name: str, reason: str) -> None:
    with pytest.raises(AdapterBaseMismatch, match=reason):
        adapter_fits_base(LINEAR, _header({name: (2, 8)}), _header({f"{Q_PROJ}.weight": (6, 8)}))


def test_half_an_adapter_is_refused() -> None:
    half = _header({f"base_model.model.{Q_PROJ}.lora_A.weight": (2, 8)})
    with pytest.raises(AdapterBaseMismatch, match=r"has only lora_A for model.layers.0.self_attn.q_proj"):
        adapter_fits_base(LINEAR, half, _header({f"{Q_PROJ}.weight": (6, 8)}))
