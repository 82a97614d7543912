"""LoRA adapters: their configuration, and whether their tensors fit the network they are said to adapt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.safetensors_header import Header

# Of a classification head, the tensors with a row for each label.
LABEL_TENSORS = frozenset(
    {
        "classifier.bias",
        "classifier.out_proj.bias",
        "classifier.out_proj.weight",
        "classifier.weight",
        "score.weight",
    }
)
# GPT-2 stores these as Conv1D: [in, out] where a linear layer has [out, in].
_CONV1D_MODULES = {"c_attn", "c_fc", "c_proj"}
CLASSIFIES = "SEQ_CLS"
_LORA_NAME = re.compile(r"base_model\.model\.(?P<module>.+)\.lora_(?P<side>[AB])\.weight")


@dataclass(frozen=True)
class AdapterConfig:
    """A LoRA adapter's configuration; `base_name` is what it says of its base, to compare and show only.

    `saved_modules` are the parts of a classification head that were trained whole and come with the adapter.
    """

    rank: int
    alpha: float
    dropout: float
    target_modules: tuple[str, ...]
    fan_in_fan_out: bool
    rank_stabilised: bool
    base_name: str | None
    task_type: str = "CAUSAL_LM"
    saved_modules: tuple[str, ...] = ()

    def rebuilt(self) -> dict[str, Any]:
        """What is written in the place of the file that was read; it names no base."""
        return {
            "peft_type": "LORA",
            "task_type": self.task_type,
            "r": self.rank,
            "lora_alpha": self.alpha,
            "lora_dropout": self.dropout,
            "target_modules": list(self.target_modules),
            "fan_in_fan_out": self.fan_in_fan_out,
            "use_rslora": self.rank_stabilised,
            "bias": "none",
            "modules_to_save": list(self.saved_modules) or None,
            "inference_mode": True,
            "init_lora_weights": True,
            "base_model_name_or_path": None,
        }


class AdapterBaseMismatch(CheckpointRefused):
    """An adapter does not belong to the base it is bound to; the message names the tensor and both shapes."""


def adapter_fits_base(
    config: AdapterConfig,
    adapter: Header,
    base: Header,
    *,
    head: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
) -> None:
    """Raise AdapterBaseMismatch unless each adapter tensor has its place and its shape in the base.

    `head` are the tensors of the classification head, empty for an adapter that writes; it must be there
    whole, in the adapter or else in the base. The number of labels is the adapter's own.

    For a module of weight [out, in] ([in, out] for Conv1D) lora_A is [rank, in] and lora_B is [out, rank]
    (Hu et al. 2021, arXiv:2106.09685, section 4.1; names as peft writes them).
    """
    sides: dict[str, set[str]] = {}
    brought = _brought_head(config, adapter, base, head)
    for name, entry in adapter.tensors.items():
        if name in brought:
            continue
        match = _LORA_NAME.fullmatch(name)
        if match is None:
            raise AdapterBaseMismatch(
                f"Adapter tensor {name!r} is not a lora_A or lora_B weight; train the adapter as plain LoRA."
            )
        module = match["module"]
        if not _is_target(module, config.target_modules):
            raise AdapterBaseMismatch(
                f"Adapter tensor {name!r} adapts a module that target_modules does not list: "
                f"{', '.join(config.target_modules)}."
            )
        out_width, in_width = _module_shape(name, module, config, base)
        expected = (config.rank, in_width) if match["side"] == "A" else (out_width, config.rank)
        if entry.shape != expected:
            raise AdapterBaseMismatch(
                f"Adapter tensor {name!r} has the shape {list(entry.shape)}, but the base's {module} needs "
                f"{list(expected)}; bind the adapter to the base that it was trained on."
            )
        sides.setdefault(module, set()).add(match["side"])
    for module, found in sides.items():
        if found != {"A", "B"}:
            raise AdapterBaseMismatch(
                f"The adapter has only lora_{found.pop()} for {module}; save it again whole."
            )


def _brought_head(
    config: AdapterConfig, adapter: Header, base: Header, head: Mapping[str, tuple[int, ...]]
) -> set[str]:
    """The adapter's tensors that belong to its head; raises AdapterBaseMismatch where a part is nowhere."""
    brought = set()
    stored = {name.partition(".")[2] for name in base.tensors} | base.tensors.keys()
    for part, shape in head.items():
        name = f"base_model.model.{part}"
        of_labels = part in LABEL_TENSORS
        entry = adapter.tensors.get(name)
        if entry is None:
            if of_labels or not {part, part.partition(".")[2]} & stored:
                raise AdapterBaseMismatch(
                    f"The adapter has no tensor {name!r}, the head that chooses the label; "
                    "save it with the modules of the head in modules_to_save."
                )
            continue
        if not set(part.split(".")) & set(config.saved_modules):
            raise AdapterBaseMismatch(
                f"Adapter tensor {name!r} belongs to no module that modules_to_save lists; "
                "save it again whole."
            )
        if entry.shape[1:] != shape[1:] or (not of_labels and entry.shape != shape) or not entry.shape[0]:
            raise AdapterBaseMismatch(
                f"Adapter tensor {name!r} has the shape {list(entry.shape)}, but the base needs "
                f"{list(shape)}; bind the adapter to the base that it was trained on."
            )
        brought.add(name)
    return brought


def _is_target(module: str, targets: tuple[str, ...]) -> bool:
    return any(module == target or module.endswith(f".{target}") for target in targets)


def _module_shape(name: str, module: str, config: AdapterConfig, base: Header) -> tuple[int, int]:
    """(out, in) of the base's module; checkpoints may leave out the first part of its name."""
    candidates = (f"{module}.weight", f"{module.partition('.')[2]}.weight")
    entry = next((base.tensors[key] for key in candidates if key in base.tensors), None)
    if entry is None or len(entry.shape) != 2:
        found = "no such tensor" if entry is None else f"the shape {list(entry.shape)}"
        raise AdapterBaseMismatch(
            f"Adapter tensor {name!r} adapts {module}, for which the base has {found}; "
            "bind the adapter to the base that it was trained on."
        )
    first, second = entry.shape
    transposed = config.fan_in_fan_out or module.rpartition(".")[2] in _CONV1D_MODULES
    return (second, first) if transposed else (first, second)
