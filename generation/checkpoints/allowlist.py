"""What may be in a checkpoint at all: file names, architectures, sizes. Whatever is not listed is refused."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


class CheckpointRefused(ValueError):  # noqa: N818 - names the event
    """A checkpoint is not accepted; the message names the file, the reason and the remedy."""


@dataclass(frozen=True)
class Limits:
    """The sizes that a checkpoint may have; bytes where nothing else is said."""

    files: int = 64
    json_bytes: int = 1_000_000
    json_depth: int = 32
    header_bytes: int = 10_000_000
    metadata_characters: int = 65_536
    tensors: int = 20_000
    name_characters: int = 255


DEFAULT_LIMITS = Limits()

# model_type -> the one class that it is loaded by where it writes texts.
ARCHITECTURES = {
    "gpt2": "GPT2LMHeadModel",
    "gpt_neox": "GPTNeoXForCausalLM",
    "llama": "LlamaForCausalLM",
    "opt": "OPTForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
}
# model_type -> the one class that it is loaded by where it classifies texts.
CLASSIFIERS = {
    "bert": "BertForSequenceClassification",
    "deberta-v2": "DebertaV2ForSequenceClassification",
    "distilbert": "DistilBertForSequenceClassification",
    "gpt2": "GPT2ForSequenceClassification",
    "llama": "LlamaForSequenceClassification",
    "roberta": "RobertaForSequenceClassification",
}
# model_type -> the classes that pretraining saves an encoder as; it then has no classification head.
ENCODERS = {
    "bert": ("BertModel", "BertForMaskedLM", "BertForPreTraining"),
    "deberta-v2": ("DebertaV2Model", "DebertaV2ForMaskedLM"),
    "distilbert": ("DistilBertModel", "DistilBertForMaskedLM"),
    "roberta": ("RobertaModel", "RobertaForMaskedLM"),
}
# model_type -> the classes that a checkpoint may say it is of; the first where it says none.
SAVED_CLASSES = {
    model_type: tuple(
        cls
        for cls in (
            *ENCODERS.get(model_type, ()),
            ARCHITECTURES.get(model_type),
            CLASSIFIERS.get(model_type),
        )
        if cls is not None
    )
    for model_type in sorted({*ARCHITECTURES, *ENCODERS})
}
_MODEL_TYPES = {cls: model_type for model_type, classes in SAVED_CLASSES.items() for cls in classes}

ACCEPTED_NAMES = frozenset(
    {
        "adapter_config.json",
        "adapter_model.safetensors",
        "config.json",
        "generation_config.json",
        "merges.txt",
        "model.safetensors",
        "model.safetensors.index.json",
        "special_tokens_map.json",
        "spiece.model",
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "vocab.json",
        "vocab.txt",
    }
)
_SHARD = re.compile(r"[A-Za-z0-9_-]+(?:-[0-9]{5}-of-[0-9]{5})?\.safetensors", re.ASCII)

_PICKLED = "pickled files can run code when they are read; save the weights as safetensors"
_CODE = "checkpoints with code of their own are not run; use an architecture that is listed"
_REASONS = {
    **dict.fromkeys((".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib"), _PICKLED),
    **dict.fromkeys((".py", ".so", ".pyc", ".dll"), _CODE),
    **dict.fromkeys((".zip", ".tar", ".gz", ".7z"), "archives are not unpacked; choose the files one by one"),
    **dict.fromkeys(
        (".gguf", ".h5", ".onnx", ".npy", ".npz", ".msgpack"), "save the weights as safetensors instead"
    ),
}


def has_hidden_characters(name: str) -> bool:
    """Whether a name holds control, format (bidirectional, zero-width) or unpaired surrogate characters."""
    return any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name)


def check_file_name(name: str, *, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raise CheckpointRefused unless `name` is one of the files that a checkpoint may have."""
    if len(name) > limits.name_characters:
        raise CheckpointRefused(
            f"File name {name[:40]!r}… has {len(name)} characters; give it at most {limits.name_characters}."
        )
    if ".." in name or "/" in name or "\\" in name or has_hidden_characters(name):
        raise CheckpointRefused(
            f"{name!r} is not a plain file name; leave out '..', slashes and invisible characters."
        )
    if name in ACCEPTED_NAMES or _SHARD.fullmatch(name):
        return
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    reason = _REASONS.get(
        suffix, f"the accepted files are *.safetensors, {', '.join(sorted(ACCEPTED_NAMES))}"
    )
    raise CheckpointRefused(f"{name} is not accepted: {reason}.")


def check_file_names(names: Iterable[str], *, limits: Limits = DEFAULT_LIMITS) -> None:
    """Check each name and the whole: at most `limits.files`, none twice, none that differ by case alone."""
    seen: dict[str, str] = {}
    for name in names:
        check_file_name(name, limits=limits)
        if name.lower() in seen:
            twin = seen[name.lower()]
            raise CheckpointRefused(f"{twin} and {name} would be one file on some disks; keep one of them.")
        seen[name.lower()] = name
        if len(seen) > limits.files:
            raise CheckpointRefused(
                f"There are more than {limits.files} files; leave out what is not needed."
            )


def architecture_class(model_type: object, named: object = None) -> str:
    """The class of a `model_type` whose `architectures` are `named`; CheckpointRefused for one not listed."""
    if not isinstance(model_type, str) or model_type not in SAVED_CLASSES:
        raise CheckpointRefused(
            f"config.json: model_type {str(model_type)[:60]!r} is not accepted; "
            f"use one of {', '.join(SAVED_CLASSES)}."
        )
    classes = SAVED_CLASSES[model_type]
    if named is None:
        return classes[0]
    chosen = next((cls for cls in classes if named == [cls]), None)
    if chosen is None:
        wanted = " or ".join(f"[{cls!r}]" for cls in classes)
        raise CheckpointRefused(
            f"config.json, architectures is {str(named)[:80]!r}; it has to be {wanted}, "
            f"as its model_type is {model_type}."
        )
    return chosen


def model_type_of(architecture: str) -> str:
    """The model_type of a class that `architecture_class` gives."""
    return _MODEL_TYPES[architecture]


def has_classification_head(architecture: str) -> bool:
    """Whether a checkpoint of that class brings a trained head for labels."""
    return architecture in CLASSIFIERS.values()


def can_classify(architecture: str) -> bool:
    """Whether a checkpoint of that class can choose among labels, with its own head or a fresh one."""
    return _MODEL_TYPES.get(architecture) in CLASSIFIERS


def can_write(architecture: str) -> bool:
    """Whether a checkpoint of that class can write texts: it is no encoder and has no head for labels."""
    return not has_classification_head(architecture) and _MODEL_TYPES.get(architecture) not in ENCODERS
