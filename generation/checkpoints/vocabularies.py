"""tokenizer.json from a tokenizer's older files, written part by part: no library reads what a stranger sent.

The parts are those that transformers 5 gives these files; what comes out is checked like any tokenizer.json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generation.checkpoints.allowlist import DEFAULT_LIMITS, CheckpointRefused, Limits
from generation.checkpoints.strict_json import read_json_object

VOCABULARY_BYTES = 20_000_000
REMEDY = (
    "make one from the tokenizer's other files by transformers, "
    "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER), and add it"
)
_PAIRS = ("vocab.json", "merges.txt")
_BERT_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@dataclass(frozen=True)
class _BytePairs:
    """Byte-level BPE: its special tokens, and whether a text stands between two of them."""

    special: tuple[str, ...]
    framed: bool = False


_BYTE_PAIRS = {
    "gpt2": _BytePairs(("<|endoftext|>",)),
    "roberta": _BytePairs(("<s>", "<pad>", "</s>", "<unk>", "<mask>"), framed=True),
}
_WORD_PIECES = ("bert", "distilbert")


def tokenizer_of_vocabulary(
    folder: Path, *, model_type: str, limits: Limits = DEFAULT_LIMITS
) -> dict[str, Any]:
    """The content that tokenizer.json would have: of vocab.json and merges.txt, or of vocab.txt.

    Raises CheckpointRefused, saying how to make a tokenizer.json, where the files are not there or
    `model_type` has a tokenizer of another kind, and naming the file and the line that is wrong.
    """
    if model_type in _BYTE_PAIRS and all((folder / name).is_file() for name in _PAIRS):
        return _byte_pairs(folder, _BYTE_PAIRS[model_type], limits)
    if model_type in _WORD_PIECES and (folder / "vocab.txt").is_file():
        return _word_pieces(folder, limits)
    raise CheckpointRefused(f"tokenizer.json is missing; {REMEDY}.")


def _byte_pairs(folder: Path, kind: _BytePairs, limits: Limits) -> dict[str, Any]:
    vocab = read_json_object(folder / "vocab.json", limits=replace(limits, json_bytes=VOCABULARY_BYTES))
    prefix = _setting(folder, "add_prefix_space", limits, default=False)
    frame: dict[str, Any] | None = None
    if kind.framed:
        _require(vocab, ("<s>", "</s>"), "vocab.json")
        frame = {"type": "RobertaProcessing", "sep": ["</s>", vocab["</s>"]], "cls": ["<s>", vocab["<s>"]]}
        frame |= {"trim_offsets": True, "add_prefix_space": prefix}
    level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    return _content(
        vocab,
        kind.special,
        pre_tokenizer=level | {"add_prefix_space": prefix},
        post_processor=frame,
        decoder=level | {"add_prefix_space": True},
        model={
            "type": "BPE",
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "vocab": vocab,
            "merges": _merges(folder / "merges.txt", vocab),
        },
    )


def _merges(path: Path, vocab: Mapping[str, Any]) -> list[list[str]]:
    merges = []
    for number, line in enumerate(_lines(path), start=1):
        if not line or (number == 1 and line.startswith("#version")):
            continue
        parts = line.split(" ")
        if len(parts) != 2 or not all(token in vocab for token in (*parts, "".join(parts))):
            raise CheckpointRefused(
                f"merges.txt, line {number}: {line[:80]!r} is not two tokens of vocab.json that make one; "
                "use the merges.txt and the vocab.json of one tokenizer."
            )
        merges.append(parts)
    return merges


def _word_pieces(folder: Path, limits: Limits) -> dict[str, Any]:
    vocab: dict[str, int] = {}
    for number, token in enumerate(_lines(folder / "vocab.txt")):
        if token in vocab:
            raise CheckpointRefused(
                f"vocab.txt, line {number + 1}: {token[:40]!r} stands on line {vocab[token] + 1} already; "
                "use the file that was saved with the weights."
            )
        vocab[token] = number
    _require(vocab, ("[UNK]", "[CLS]", "[SEP]"), "vocab.txt")
    return _content(
        vocab,
        _BERT_SPECIAL,
        normalizer={
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": _setting(folder, "tokenize_chinese_chars", limits, default=True),
            "strip_accents": None,
            "lowercase": _setting(folder, "do_lower_case", limits, default=True),
        },
        pre_tokenizer={"type": "BertPreTokenizer"},
        post_processor=_bert_frame(vocab),
        decoder={"type": "WordPiece", "prefix": "##", "cleanup": True},
        model={
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocab,
        },
    )


def _bert_frame(vocab: Mapping[str, int]) -> dict[str, Any]:
    """[CLS] before a text, [SEP] behind each of two."""
    before = {"SpecialToken": {"id": "[CLS]", "type_id": 0}}
    first = [
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
    ]
    second = [
        {"Sequence": {"id": "B", "type_id": 1}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
    ]
    return {
        "type": "TemplateProcessing",
        "single": [before, *first],
        "pair": [before, *first, *second],
        "special_tokens": {
            token: {"id": token, "ids": [vocab[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
        },
    }


def _content(vocab: Mapping[str, Any], special: Sequence[str], **parts: Any) -> dict[str, Any]:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": vocab[token], "content": token, **plain} for token in special if token in vocab]
    empty = {"truncation": None, "padding": None, "normalizer": None}
    return {"version": "1.0", **empty, "added_tokens": added, **parts}


def _require(vocab: Mapping[str, Any], tokens: Sequence[str], source: str) -> None:
    missing = next((token for token in tokens if token not in vocab), None)
    if missing is not None:
        raise CheckpointRefused(f"{source} has no token {missing!r}; tokenizer.json is needed: {REMEDY}.")


def _setting(folder: Path, key: str, limits: Limits, *, default: bool) -> bool:
    """A switch of tokenizer_config.json."""
    path = folder / "tokenizer_config.json"
    value = read_json_object(path, limits=limits).get(key, default) if path.is_file() else default
    if not isinstance(value, bool):
        raise CheckpointRefused(
            f"tokenizer_config.json, {key} is {str(value)[:40]!r}; it has to be true or false."
        )
    return value


def _lines(path: Path) -> list[str]:
    with path.open("rb") as stream:
        content = stream.read(VOCABULARY_BYTES + 1)
    if len(content) > VOCABULARY_BYTES:
        raise CheckpointRefused(f"{path.name} is larger than {VOCABULARY_BYTES:,} bytes; {REMEDY}.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CheckpointRefused(f"{path.name} is not UTF-8 text; {REMEDY}.") from error
    # Not splitlines: other line ends than these are tokens of vocabularies.
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
