"""Published patterns pass; those that can take for ever do not."""

from typing import Any

import pytest

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.tokenizer_patterns import check_patterns

PUBLISHED = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "llama3": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+",
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+",
    "bert": r"[\p{P}]",
    "spaces": r" {2,}",
}


def tokenizer(pattern: Any) -> dict[str, Any]:
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"pattern": {"Regex": pattern}}]}}


@pytest.mark.parametrize("pattern", PUBLISHED.values(), ids=PUBLISHED)
def test_published_patterns_pass(pattern: str) -> None:
    check_patterns(tokenizer(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "(a|aa)+$",
        "(?:a*)*",
        "(.*)*",
        "((a{1,20}b)+)+",
        "(?=(a+)+)b",
        "a+a+a+a+",
        "(ab)+",
    ],
)
def test_patterns_that_may_take_for_ever_are_refused(pattern: str) -> None:
    with pytest.raises(CheckpointRefused, match=r"tokenizer\.json: the pattern .* may take for ever"):
        check_patterns(tokenizer(pattern))


@pytest.mark.parametrize("pattern", ["(", "a{99999999999999}", "x" * 1001, None, ["a"]])
def test_what_is_no_pattern_is_refused(pattern: Any) -> None:
    with pytest.raises(CheckpointRefused, match=r"cannot be read|is no text|may take"):
        check_patterns(tokenizer(pattern))


def test_a_tokenizer_without_patterns_passes() -> None:
    check_patterns({"model": {"vocab": {"a": 1}}, "added_tokens": [{"content": "Regex"}], "version": "1.0"})
