"""tokenizer.json and what stands beside it: read with suspicion; no chat template and no code is kept."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from generation.checkpoints.allowlist import DEFAULT_LIMITS, CheckpointRefused, Limits
from generation.checkpoints.configs import check_forbidden
from generation.checkpoints.strict_json import read_json_object
from generation.checkpoints.tokenizer_patterns import check_patterns
from generation.checkpoints.vocabularies import tokenizer_of_vocabulary

TOKENIZER_BYTES = 20_000_000
SPECIAL_TOKENS = ("bos_token", "eos_token", "pad_token", "unk_token")
# Generic, and read from tokenizer.json alone: which class an upload names does not matter.
TOKENIZER_CLASS = "PreTrainedTokenizerFast"
_MODELS = ("BPE", "Unigram", "WordPiece", "WordLevel")
_PARTS = (
    "version",
    "truncation",
    "padding",
    "added_tokens",
    "normalizer",
    "pre_tokenizer",
    "post_processor",
    "decoder",
    "model",
)


def read_tokenizer(
    folder: Path,
    *,
    model_type: str,
    vocabulary: int,
    token_ids: Mapping[str, int],
    writes: bool = True,
    limits: Limits = DEFAULT_LIMITS,
) -> dict[str, dict[str, Any]]:
    """tokenizer.json and tokenizer_config.json as they are to be written anew.

    Without a tokenizer.json it is made of the older files that a tokenizer of `model_type` has. `vocabulary`
    is the number of tokens that the network knows, `token_ids` what its configuration says of the special
    tokens ("eos_token" -> 0), for tokenizers that leave them out. A network that `writes` needs an end token,
    any other a padding token. Raises CheckpointRefused naming the file for a token past the vocabulary, an id
    given twice, or parts that no tokenizer has.
    """
    source = folder / "tokenizer.json"
    if source.is_file():
        parsed = read_json_object(source, limits=replace(limits, json_bytes=TOKENIZER_BYTES))
    else:
        parsed = tokenizer_of_vocabulary(folder, model_type=model_type, limits=limits)
    unknown = sorted(parsed.keys() - set(_PARTS))
    if unknown:
        raise CheckpointRefused(f"tokenizer.json has the unknown part {unknown[0][:80]!r}; remove it.")
    check_patterns({part: parsed[part] for part in _PARTS if part in parsed and part != "model"})
    tokens = _checked_tokens(parsed, vocabulary)
    settings = _settings(folder, known=set(tokens.values()), limits=limits)
    for name, token_id in token_ids.items():
        if name not in settings and token_id in tokens:
            settings[name] = tokens[token_id]
    if not writes and "pad_token" not in settings:
        raise CheckpointRefused(
            "tokenizer_config.json names no pad_token, and config.json no pad_token_id, that tokenizer.json "
            "has; add one, for without it texts cannot be read side by side."
        )
    if writes and "eos_token" not in settings:
        raise CheckpointRefused(
            "tokenizer_config.json names no eos_token, and config.json no eos_token_id, that tokenizer.json "
            "has; add one, for without it no text ends."
        )
    return {
        "tokenizer.json": {part: parsed[part] for part in _PARTS if part in parsed},
        "tokenizer_config.json": settings | {"tokenizer_class": TOKENIZER_CLASS},
    }


def _checked_tokens(parsed: Mapping[str, Any], vocabulary: int) -> dict[int, str]:
    """The tokens by id: those of the vocabulary and the added ones."""
    model, added = parsed.get("model"), parsed.get("added_tokens", [])
    if not isinstance(model, dict) or model.get("type", "BPE") not in _MODELS:
        raise CheckpointRefused(
            f"tokenizer.json: its model is none of {', '.join(_MODELS)}; export it again."
        )
    entries = [(token, number) for token, number in _vocabulary(model.get("vocab"))]
    if not isinstance(added, list) or not all(isinstance(token, dict) for token in added):
        raise CheckpointRefused("tokenizer.json: added_tokens is not a list of objects; export it again.")
    entries += [(token.get("content"), token.get("id")) for token in added]
    tokens: dict[int, str] = {}
    for token, number in entries:
        if not isinstance(token, str) or type(number) is not int or not 0 <= number < vocabulary:
            raise CheckpointRefused(
                f"tokenizer.json: token {str(token)[:40]!r} has the id {str(number)[:20]}, but the network "
                f"has the tokens 0 to {vocabulary - 1:,}; use the tokenizer that it was trained with."
            )
        if tokens.setdefault(number, token) != token:
            raise CheckpointRefused(
                f"tokenizer.json gives the id {number} to {tokens[number][:40]!r} and to {token[:40]!r}; "
                "export it again."
            )
    return tokens


def _vocabulary(vocab: Any) -> list[tuple[Any, Any]]:
    """Pairs of token and id: an object for most models, a list of [token, score] for Unigram."""
    if isinstance(vocab, dict):
        return list(vocab.items())
    if isinstance(vocab, list) and all(isinstance(entry, list) and entry for entry in vocab):
        return [(entry[0], number) for number, entry in enumerate(vocab)]
    raise CheckpointRefused("tokenizer.json: its model has no vocabulary; export it again.")


def _settings(folder: Path, *, known: set[str], limits: Limits) -> dict[str, Any]:
    """The special tokens that the files beside tokenizer.json name, as plain texts; nothing else is kept.

    A token that is not in the vocabulary is left out: the library would give it an id that the network lacks.
    """
    settings: dict[str, Any] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        if not (folder / name).is_file():
            continue
        parsed = read_json_object(folder / name, limits=limits)
        check_forbidden(name, parsed)
        for key in SPECIAL_TOKENS:
            token = parsed.get(key)
            text = token.get("content") if isinstance(token, dict) else token
            if text is None:
                continue
            if not isinstance(text, str) or not 0 < len(text) <= limits.name_characters:
                raise CheckpointRefused(f"{name}, {key} is {str(text)[:80]!r}; it has to be a short text.")
            if text in known:
                settings[key] = text
    return settings
