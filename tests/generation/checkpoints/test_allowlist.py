"""Only listed files and architectures, each refusal with its reason."""

import pytest

from generation.checkpoints.allowlist import (
    ARCHITECTURES,
    CheckpointRefused,
    Limits,
    architecture_class,
    check_file_name,
    check_file_names,
)


@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "model.safetensors",
        "model-00001-of-00002.safetensors",
        "model.safetensors.index.json",
        "adapter_model.safetensors",
        "merges.txt",
        "tokenizer.model",
    ],
)
def test_listed_files_are_accepted(name: str) -> None:
    check_file_name(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pytorch_model.bin", "pickled files can run code"),
        ("training_args.bin", "pickled files can run code"),
        ("optimizer.PT", "pickled files can run code"),
        ("rng_state.pth", "pickled files can run code"),
        ("weights.joblib", "pickled files can run code"),
        ("modeling_evil.py", "checkpoints with code of their own"),
        ("kernel.so", "checkpoints with code of their own"),
        ("weights.7z", "archives are not unpacked"),
        ("model.gguf", "save the weights as safetensors"),
        ("model.onnx", "save the weights as safetensors"),
        ("README.md", "the accepted files are"),
        ("Config.json", "the accepted files are"),
        ("weights", "the accepted files are"),
        ("../config.json", "not a plain file name"),
        ("/etc/passwd", "not a plain file name"),
        ("a\\config.json", "not a plain file name"),
        ("config.json\0", "not a plain file name"),
        ("nosj.gif\u202enoc.json", "not a plain file name"),
        ("é.safetensors", "the accepted files are"),
        ("x" * 300 + ".safetensors", "has 312 characters; give it at most 255"),
    ],
)
def test_anything_else_is_refused_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(CheckpointRefused, match=reason):
        check_file_name(name)


def test_names_are_checked_together() -> None:
    check_file_names(["config.json", "model.safetensors"])
    with pytest.raises(CheckpointRefused, match=r"Model\.safetensors and model\.safetensors would be"):
        check_file_names(["Model.safetensors", "model.safetensors"])
    with pytest.raises(CheckpointRefused, match=r"config\.json and config\.json would be one file"):
        check_file_names(["config.json", "config.json"])
    with pytest.raises(CheckpointRefused, match="more than 2 files"):
        check_file_names([f"part{number}.safetensors" for number in range(3)], limits=Limits(files=2))


def test_only_listed_architectures_have_a_class() -> None:
    assert architecture_class("gpt2") == "GPT2LMHeadModel"
    for other in ("gpt2 ", "t5", "", None, ["gpt2"], 7):
        with pytest.raises(
            CheckpointRefused, match="is not accepted; use one of bert, deberta-v2, distilbert, gpt2"
        ):
            architecture_class(other)


def test_the_list_is_the_one_that_inference_loads() -> None:
    from generation.inference import loading

    assert {model_type: cls.__name__ for model_type, cls in loading.ARCHITECTURES.items()} == ARCHITECTURES
