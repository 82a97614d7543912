"""From stored files to a network and a tokenizer in memory, every byte checked first."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoTokenizer,
    BertForSequenceClassification,
    DebertaV2ForSequenceClassification,
    DistilBertForSequenceClassification,
    GenerationConfig,
    GPT2ForSequenceClassification,
    GPT2LMHeadModel,
    GPTNeoXForCausalLM,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    OPTForCausalLM,
    Qwen2ForCausalLM,
    RobertaForSequenceClassification,
)

from generation.inference.errors import CheckpointChanged, UnsupportedCheckpoint
from generation.inference.protocol import StoredCheckpoint

ARCHITECTURES: dict[str, Any] = {
    "gpt2": GPT2LMHeadModel,
    "gpt_neox": GPTNeoXForCausalLM,
    "llama": LlamaForCausalLM,
    "opt": OPTForCausalLM,
    "qwen2": Qwen2ForCausalLM,
}
CLASSIFIERS: dict[str, Any] = {
    "bert": BertForSequenceClassification,
    "deberta-v2": DebertaV2ForSequenceClassification,
    "distilbert": DistilBertForSequenceClassification,
    "gpt2": GPT2ForSequenceClassification,
    "llama": LlamaForSequenceClassification,
    "roberta": RobertaForSequenceClassification,
}
# transformers has no other implementation of its attention.
_EAGER_ONLY = ("deberta-v2",)


@dataclass(frozen=True)
class LoadedSystem:
    """A network ready to work, with the tokenizer of its folder or, for an adapter, of its base."""

    network: Any
    tokenizer: Any


def choose_device(wish: str) -> torch.device:
    """The device of that name; ``auto`` is the first GPU where there is one, else the CPU."""
    if wish == "auto":
        wish = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(wish)


def dtype_for(device: torch.device) -> torch.dtype:
    """float32 on a CPU, where batches of any size then agree; bfloat16 on a GPU."""
    return torch.bfloat16 if device.type == "cuda" else torch.float32


def verify(checkpoint: StoredCheckpoint) -> Path:
    """Hash every file again and give the folder.

    Raises CheckpointChanged naming the file that is missing, that differs, or that nobody registered: the
    libraries pick up files of a folder by themselves, so an unregistered one could change what is loaded.
    """
    folder = Path(checkpoint.folder)
    for name, expected in checkpoint.files.items():
        try:
            with (folder / name).open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise CheckpointChanged(f"{folder / name} cannot be read: {error.strerror}") from error
        if found != expected:
            raise CheckpointChanged(
                f"{folder / name} has SHA-256 {found}, but {expected} was registered; register it again"
            )
    for path in sorted(folder.iterdir()):
        if path.name not in checkpoint.files:
            raise CheckpointChanged(f"{path} was not registered; remove it or register the folder again")
    return folder


def load_network(folder: Path, *, device: torch.device, dtype: torch.dtype) -> Any:
    """Load full weights by the class of their ``model_type``, in evaluation mode, with SDPA attention.

    What the folder says about decoding is dropped: the system's decoding configuration is all that counts.
    """
    model_type = _configuration(folder, ARCHITECTURES)["model_type"]
    network = ARCHITECTURES[model_type].from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, attn_implementation="sdpa"
    )
    network.generation_config = GenerationConfig()
    return network.to(device).eval()


def load_classifier(
    folder: Path, *, labels: int, head_seed: int, device: torch.device, dtype: torch.dtype
) -> Any:
    """Load a network with a head for so many labels, in evaluation mode.

    What the folder has of the head is taken; the rest of it is initialised freshly from ``head_seed``, as the
    architecture's authors do, the same each time. Raises UnsupportedCheckpoint for an architecture that does
    not classify, and for a trained head with another number of labels.
    """
    configuration = _configuration(folder, CLASSIFIERS)
    model_type = configuration["model_type"]
    cls = CLASSIFIERS[model_type]
    settings: dict[str, Any] = {"num_labels": labels}
    if cls.__name__ in (configuration.get("architectures") or ()):
        names = configuration.get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}
        if len(names) != labels:
            raise UnsupportedCheckpoint(
                f"{folder} tells {len(names)} labels apart ({', '.join(names.values())}), not {labels}: "
                "use a checkpoint that was trained for this task"
            )
        settings = {}
    torch.manual_seed(head_seed)
    network = cls.from_pretrained(
        folder,
        dtype=dtype,
        use_safetensors=True,
        local_files_only=True,
        attn_implementation="eager" if model_type in _EAGER_ONLY else "sdpa",
        **settings,
    )
    return network.to(device).eval()


def _configuration(folder: Path, known: dict[str, Any]) -> dict[str, Any]:
    """A folder's configuration; raises UnsupportedCheckpoint where its model_type is not ``known``."""
    configuration: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model_type = configuration.get("model_type")
    if model_type not in known:
        raise UnsupportedCheckpoint(
            f"{folder}: model_type is {model_type!r}; known for this task are {', '.join(known)}"
        )
    return configuration


def end_token_ids(system: LoadedSystem) -> list[int]:
    """The tokens that end a text: the configured ones and every special token, for none of them is text."""
    configured = system.network.config.eos_token_id
    listed = configured if isinstance(configured, list) else [configured]
    return sorted({token for token in [*system.tokenizer.all_special_ids, *listed] if token is not None})


def load_tokenizer(folder: Path) -> Any:
    """Load a folder's tokenizer, set to pad on the left, with its end token where it has no padding token."""
    tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False, padding_side="left"
    )
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
