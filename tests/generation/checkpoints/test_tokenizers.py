"""A tokenizer is kept as its vocabulary and its special tokens; the rest is dropped or refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.tokenizers import TOKENIZER_CLASS, read_tokenizer

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes a small tokenizer with changed parts."""

    def write(changes: dict[str, Any] | None = None, **others: Any) -> Path:
        tokenizer = {
            "version": "1.0",
            "added_tokens": [{"id": 2, "content": "<|end|>", "special": True}],
            "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "<|end|>": 2}, "merges": []},
        }
        content = tokenizer | (changes or {})
        (tmp_path / "tokenizer.json").write_text(json.dumps(content))
        for name, parsed in others.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(parsed))
        return tmp_path

    return write


def read(folder: Path, token_ids: dict[str, int] | None = None) -> dict[str, dict[str, Any]]:
    return read_tokenizer(
        folder,
        model_type="gpt2",
        vocabulary=3,
        token_ids={"eos_token": 2} if token_ids is None else token_ids,
    )


def test_the_end_token_comes_from_the_configuration_where_the_tokenizer_names_none(write: Write) -> None:
    rebuilt = read(write())
    assert rebuilt["tokenizer_config.json"] == {"eos_token": "<|end|>", "tokenizer_class": TOKENIZER_CLASS}
    assert rebuilt["tokenizer.json"]["model"]["vocab"] == {"a": 0, "b": 1, "<|end|>": 2}


def test_only_special_tokens_are_kept_of_the_settings(write: Write) -> None:
    folder = write(
        tokenizer_config={
            "eos_token": {"content": "b", "__type": "AddedToken"},
            "chat_template": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "tokenizer_class": "Evil",
            "pad_token": "[PAD]",
        },
        special_tokens_map={"bos_token": "a", "eos_token": "a"},
    )
    assert read(folder)["tokenizer_config.json"] == {
        "bos_token": "a",
        "eos_token": "b",
        "tokenizer_class": TOKENIZER_CLASS,
    }


def test_a_unigram_vocabulary_counts_from_zero(write: Write) -> None:
    vocab = [["a", -1.0], ["b", -2.0], ["<|end|>", 0.0]]
    rebuilt = read(write({"model": {"type": "Unigram", "vocab": vocab}}))
    assert rebuilt["tokenizer_config.json"]["eos_token"] == "<|end|>"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"model": {"vocab": {"a": 0, "b": 3}}}, r"token 'b' has the id 3, .* 0 to 2"),
        ({"model": {"vocab": {"a": -1}}}, "has the id -1"),
        ({"model": {"vocab": {"a": True}}}, "has the id True"),
        ({"model": {"vocab": {"a": 0, "b": 0}}}, "gives the id 0 to 'a' and to 'b'"),
        ({"model": {"vocab": [3]}}, "no vocabulary"),
        ({"model": {"vocab": [["a"], ["b"], [7]]}}, "token '7'"),
        ({"model": {"type": "Script", "vocab": {}}}, "none of BPE"),
        ({"model": []}, "none of BPE"),
        ({"added_tokens": {"id": 1}}, "added_tokens is not a list"),
        ({"added_tokens": [{"id": 3, "content": "x"}]}, "token 'x' has the id 3"),
        ({"added_tokens": [{"content": "x"}]}, "token 'x' has the id None"),
        ({"plugin": {}}, "unknown part 'plugin'"),
    ],
)
def test_a_vocabulary_that_does_not_fit_is_refused(
    changes: dict[str, Any], reason: str, write: Write
) -> None:
    with pytest.raises(CheckpointRefused, match=reason):
        read(write(changes))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"eos_token": ["b"]}, "eos_token is .* short text"),
        ({"eos_token": "b" * 300}, "short text"),
        ({"auto_map": {"AutoTokenizer": "x.Y"}}, "sets auto_map"),
    ],
)
def test_settings_that_are_no_settings_are_refused(
    settings: dict[str, Any], reason: str, write: Write
) -> None:
    with pytest.raises(CheckpointRefused, match=rf"tokenizer_config.json.*{reason}"):
        read(write(tokenizer_config=settings))


def test_a_tokenizer_is_needed_with_an_end(write: Write, tmp_path: Path) -> None:
    with pytest.raises(CheckpointRefused, match=r"tokenizer.json is missing"):
        read(tmp_path)
    with pytest.raises(CheckpointRefused, match="names no eos_token"):
        read(write(), token_ids={"eos_token": 9})
