"""Tokenizers in their older files: the tokens that transformers makes of them, or a refusal with a remedy."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints import vocabularies
from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.tokenizers import read_tokenizer
from generation.checkpoints.vocabularies import tokenizer_of_vocabulary

TEXTS = [
    "the café is GOOD, isn't it?",
    "  two  spaces\n\nand\ttabs 123456 ",
    "naïve 北京 🙂 [MASK] <mask> </s><|endoftext|>",
    "",
    "unaffable filmfilm",
]
WORDS = [
    "the",
    "is",
    "good",
    "GOOD",
    "film",
    "##film",
    "una",
    "##ffa",
    "##ble",
    "cafe",
    "café",
    ",",
    "?",
    "北",
]
Files = Callable[..., Path]


def byte_level(special: list[str]) -> dict[str, str]:
    """vocab.json and merges.txt of byte pairs trained on TEXTS."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(TEXTS * 3, trainer)
    model = json.loads(backend.to_str())["model"]
    merges = "".join(f"{one} {other}\n" for one, other in model["merges"])
    return {"vocab.json": json.dumps(model["vocab"]), "merges.txt": "#version: 0.2\n" + merges}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A function that writes the older files of a tokenizer, some of them changed."""

    def write(model_type: str, **changes: str | None) -> Path:
        content: dict[str, str | None]
        if model_type == "gpt2":
            content = dict(byte_level(["<|endoftext|>"]))
        elif model_type == "roberta":
            content = dict(byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]))
        else:
            content = {"vocab.txt": "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]) + "\n"}
        names = {"vocab": "vocab.json", "merges": "merges.txt", "words": "vocab.txt"}
        names["settings"] = "tokenizer_config.json"
        content |= {names[name]: text for name, text in changes.items()}
        for name, text in content.items():
            if text is not None:
                (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def reference(model_type: str, folder: Path) -> Any:
    import transformers

    classes = {"gpt2": "GPT2Tokenizer", "roberta": "RobertaTokenizer"}
    return getattr(transformers, classes.get(model_type, "BertTokenizer")).from_pretrained(folder)


@pytest.mark.parametrize(
    ("model_type", "settings"),
    [
        ("gpt2", None),
        ("gpt2", {"add_prefix_space": True}),
        ("roberta", None),
        ("roberta", {"add_prefix_space": True}),
        ("bert", None),
        ("bert", {"do_lower_case": False, "tokenize_chinese_chars": False}),
        ("distilbert", None),
    ],
)
def test_tokens_are_those_of_transformers(
    files: Files, model_type: str, settings: dict[str, bool] | None
) -> None:
    from tokenizers import Tokenizer

    folder = files(model_type, settings=json.dumps(settings) if settings else None)
    ours = Tokenizer.from_str(json.dumps(tokenizer_of_vocabulary(folder, model_type=model_type)))
    theirs = reference(model_type, folder)
    for text in TEXTS:
        assert ours.encode(text).ids == theirs(text)["input_ids"]
        pair = ours.encode(text, "a second text")
        assert pair.ids == theirs(text, "a second text")["input_ids"]
        assert ours.decode(pair.ids) == theirs.backend_tokenizer.decode(pair.ids)


def test_what_comes_out_is_checked_like_any_tokenizer(files: Files) -> None:
    folder, ids = files("bert"), {"pad_token": 0}
    known = 5 + len(WORDS)
    checked = read_tokenizer(folder, model_type="bert", vocabulary=known, token_ids=ids, writes=False)
    assert checked["tokenizer_config.json"]["pad_token"] == "[PAD]"
    assert checked["tokenizer.json"]["model"]["vocab"]["film"] == 9
    with pytest.raises(CheckpointRefused, match=f"the network has the tokens 0 to {known - 2}"):
        read_tokenizer(folder, model_type="bert", vocabulary=known - 1, token_ids=ids, writes=False)


@pytest.mark.parametrize(
    ("model_type", "changes", "message"),
    [
        ("gpt2", {"merges": None}, r"tokenizer.json is missing; make one .*save_pretrained"),
        ("gpt2", {"vocab": "[1]"}, "vocab.json holds a list"),
        ("gpt2", {"vocab": '{"a": 0, "a": 1}'}, "vocab.json"),
        ("gpt2", {"merges": "#version: 0.2\na b c\n"}, "merges.txt, line 2: 'a b c' is not two tokens"),
        ("gpt2", {"merges": "q qqqq\n"}, "merges.txt, line 1: 'q qqqq' is not two tokens"),
        ("roberta", {"vocab": '{"a": 0}', "merges": ""}, "vocab.json has no token '<s>'"),
        ("roberta", {"settings": '{"add_prefix_space": "x"}'}, "add_prefix_space is 'x'"),
        ("bert", {"words": None}, "tokenizer.json is missing; make one"),
        ("bert", {"words": "[PAD]\n[UNK]\n[CLS]\n"}, r"vocab.txt has no token '\[SEP\]'"),
        ("bert", {"words": "a\nb\na\n"}, "vocab.txt, line 3: 'a' stands on line 1 already"),
    ],
)
def test_what_is_wrong_is_refused(
    files: Files, model_type: str, changes: dict[str, str | None], message: str
) -> None:
    with pytest.raises(CheckpointRefused, match=message):
        tokenizer_of_vocabulary(files(model_type, **changes), model_type=model_type)


def test_ids_that_are_no_numbers_are_refused_by_the_check_that_follows(files: Files) -> None:
    vocab = '{"<|endoftext|>": 0, "a": "1"}'
    with pytest.raises(CheckpointRefused, match="token 'a' has the id 1"):
        read_tokenizer(
            files("gpt2", vocab=vocab, merges=""),
            model_type="gpt2",
            vocabulary=5,
            token_ids={"eos_token": 0},
        )


@pytest.mark.parametrize("model_type", ["llama", "opt", "qwen2", "deberta-v2"])
def test_tokenizers_of_other_kinds_are_refused_with_a_remedy(files: Files, model_type: str) -> None:
    with pytest.raises(CheckpointRefused, match=r"AutoTokenizer\.from_pretrained"):
        tokenizer_of_vocabulary(files("gpt2"), model_type=model_type)


def test_a_vocabulary_that_is_no_text_or_too_large(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = files("bert")
    monkeypatch.setattr(vocabularies, "VOCABULARY_BYTES", 10)
    with pytest.raises(CheckpointRefused, match=r"vocab\.txt is larger than 10 bytes"):
        tokenizer_of_vocabulary(folder, model_type="bert")
    (folder / "vocab.txt").write_bytes(b"\xff\n")
    with pytest.raises(CheckpointRefused, match=r"vocab\.txt is not UTF-8"):
        tokenizer_of_vocabulary(folder, model_type="bert")
