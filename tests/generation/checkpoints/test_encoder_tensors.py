"""Encoders and classifiers are accepted as transformers saves them, with the heads that they may have."""

import json
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.allowlist import CLASSIFIERS, ENCODERS, CheckpointRefused
from generation.checkpoints.inspection import inspect_full
from tests.generation.classifiers import CONFIGS, save_base

SAVED = [
    (model_type, architecture)
    for model_type, architecture in [
        *((model_type, cls) for model_type, classes in ENCODERS.items() for cls in classes),
        *CLASSIFIERS.items(),
    ]
]


@pytest.mark.parametrize(("model_type", "architecture"), SAVED)
def test_a_folder_is_accepted_as_it_was_saved(model_type: str, architecture: str, tmp_path: Path) -> None:
    facts = inspect_full(save_base(model_type, tmp_path, architecture=architecture))
    assert facts.architecture == architecture
    assert facts.network.model_type == model_type


@pytest.mark.parametrize(
    "settings",
    [
        {"share_att_key": False, "pos_att_type": ["p2c"], "norm_rel_ebd": "none", "position_buckets": -1},
        {"share_att_key": False, "pos_att_type": "c2p", "embedding_size": 8, "type_vocab_size": 2},
        {
            "relative_attention": False,
            "position_biased_input": True,
            "conv_kernel_size": 3,
            "conv_act": "gelu",
        },
    ],
)
def test_the_forms_of_deberta_are_accepted(
    settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONFIGS, "deberta-v2", CONFIGS["deberta-v2"] | settings)
    assert inspect_full(save_base("deberta-v2", tmp_path, architecture="DebertaV2Model"))


def test_a_classifier_keeps_the_names_of_its_labels(tmp_path: Path) -> None:
    save_base("bert", tmp_path, architecture=CLASSIFIERS["bert"])
    config = json.loads((tmp_path / "config.json").read_text())
    config["id2label"] = {"0": "no", "1": "yes"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert inspect_full(tmp_path).rebuilt["config.json"]["id2label"] == {"0": "no", "1": "yes"}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"0": "a", "1": "b", "2": "c"}, r"calls for \[3"),
        ({"0": "a", "2": "b"}, "without a gap"),
        ({"0": "a", "1": "a"}, "values all differ"),
        ({"0": "a", "1": "b\nc"}, "a short name"),
        (["a", "b"], "without a gap"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels: object, message: str, tmp_path: Path) -> None:
    save_base("bert", tmp_path, architecture=CLASSIFIERS["bert"])
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"id2label": labels}))
    with pytest.raises(CheckpointRefused, match=message):
        inspect_full(tmp_path)


def test_a_classifier_without_its_head_is_refused(tmp_path: Path) -> None:
    save_base("bert", tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"architectures": [CLASSIFIERS["bert"]]}))
    with pytest.raises(CheckpointRefused, match=r"no tensor 'classifier\.weight'"):
        inspect_full(tmp_path)


def test_an_encoder_needs_a_padding_token(tmp_path: Path) -> None:
    save_base("bert", tmp_path)
    (tmp_path / "tokenizer_config.json").write_text("{}")
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"pad_token_id": None}))
    with pytest.raises(CheckpointRefused, match="no pad_token"):
        inspect_full(tmp_path)
