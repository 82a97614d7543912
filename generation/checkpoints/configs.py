"""config.json and adapter_config.json: read with suspicion, rebuilt from the keys that are listed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.checkpoints.adapters import CLASSIFIES, AdapterBaseMismatch, AdapterConfig, adapter_fits_base
from generation.checkpoints.allowlist import DEFAULT_LIMITS, CheckpointRefused, Limits, architecture_class
from generation.checkpoints.config_keys import HEAD_MODULES, KEPT_KEYS, NEEDED_KEYS
from generation.checkpoints.rebuilding import Choice, Each, Flag, Kind, OrNone, Real, Whole, Word, misfit
from generation.checkpoints.strict_json import read_json_object

__all__ = [
    "AdapterBaseMismatch",
    "AdapterConfig",
    "NetworkConfig",
    "adapter_fits_base",
    "check_forbidden",
    "read_adapter_config",
    "read_config",
]

# Keys that make a library fetch or run something; refused wherever they stand, unless they say nothing.
_FORBIDDEN = ("auto_map", "custom_pipelines", "quantization_config", "trust_remote_code")
# transformers takes kernels from a repository of this name.
_ATTENTION_KEYS = ("attn_implementation", "_attn_implementation", "_attn_implementation_internal")
_ATTENTION = (None, "eager", "sdpa", "flash_attention_2")


@dataclass(frozen=True)
class NetworkConfig:
    """A network's configuration: architecture and listed keys, rebuilt; `dropped` names the other keys."""

    model_type: str
    architecture: str
    values: Mapping[str, Any]
    dropped: tuple[str, ...]

    def rebuilt(self) -> dict[str, Any]:
        """What is written in the place of the file that was read."""
        return {"model_type": self.model_type, "architectures": [self.architecture], **self.values}


def read_config(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> NetworkConfig:
    """Read a config.json; raises CheckpointRefused, naming the key, for what is harmful or out of range."""
    parsed = read_json_object(path, limits=limits)
    check_forbidden(path.name, parsed)
    model_type = parsed.get("model_type")
    architecture = architecture_class(model_type, parsed.get("architectures"))
    missing = [key for key in NEEDED_KEYS[str(model_type)] if key not in parsed]
    if missing:
        raise CheckpointRefused(f"{path.name} does not say {missing[0]}; add it.")
    kept = KEPT_KEYS[str(model_type)]
    values = {
        key: kind.rebuilt(parsed[key], f"{path.name}, {key}") for key, kind in kept.items() if key in parsed
    }
    dropped = sorted(map(shown_key, parsed.keys() - kept.keys() - {"model_type", "architectures"}))
    return NetworkConfig(str(model_type), architecture, values, tuple(dropped))


def shown_key(key: str) -> str:
    """A foreign key as a page and a database can hold it: short, with what is invisible spelled out."""
    return (key if key.isprintable() else ascii(key)[1:-1])[:80]


def check_forbidden(file: str, parsed: Mapping[str, Any]) -> None:
    """Raise CheckpointRefused where `parsed`, at any depth, asks a library to fetch or run something."""
    for key, value in _pairs(parsed):
        if key in _FORBIDDEN and value not in (None, False):
            raise CheckpointRefused(
                f"{file} sets {key}, which can run foreign code or needs a library for it; remove it."
            )
        if key in _ATTENTION_KEYS and value not in _ATTENTION:
            raise misfit(f"{file}, {key}", value, "left out: kernels are not fetched")


def _pairs(parsed: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at every level."""
    if isinstance(parsed, dict):
        yield from parsed.items()
    for inner in parsed.values() if isinstance(parsed, dict) else parsed:
        if isinstance(inner, dict | list):
            yield from _pairs(inner)


_MODULE = Word(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+){0,8}", "the plain name of a module, not a pattern")
_ADAPTER_KEYS: dict[str, Kind] = {
    "peft_type": Choice(("LORA",)),
    "task_type": OrNone(Choice(("CAUSAL_LM", "SEQ_CLS"))),
    "r": Whole(1, 1024),
    "lora_alpha": Real(1e-6, 1e6),
    "lora_dropout": Real(0, 1),
    "target_modules": Each(_MODULE, 64),
    "modules_to_save": OrNone(Each(Choice(HEAD_MODULES), 4)),
    "fan_in_fan_out": Flag(),
    "use_rslora": Flag(),
    "bias": Choice(("none",)),
    "inference_mode": Flag(),
    "base_model_name_or_path": OrNone(
        Word(
            r"(?!.*\.\.)[A-Za-z0-9][\w.-]{0,99}(?:/[A-Za-z0-9][\w.-]{0,99})?",
            "a plain name such as owner/name, neither a path nor an address",
        )
    ),
}
# Written by peft beside the settings that count, and without a meaning while those are off.
_IGNORED_ADAPTER_KEYS = {"peft_version", "qalora_group_size", "revision", "runtime_config"}
# The values with which a setting of peft is off; whatever else it says would change the computation.
_OFF: dict[str, tuple[Any, ...]] = {
    "init_lora_weights": (True, False, "gaussian"),
    "megatron_core": (None, "megatron.core"),
}


def read_adapter_config(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> AdapterConfig:
    """Read an adapter_config.json; raises CheckpointRefused, naming the key, for more than plain LoRA."""
    parsed = read_json_object(path, limits=limits)
    check_forbidden(path.name, parsed)
    for key, value in parsed.items():
        if key not in _ADAPTER_KEYS and key not in _IGNORED_ADAPTER_KEYS:
            _check_off(path.name, key, value)
    if parsed.get("task_type") != CLASSIFIES:
        _check_off(path.name, "modules_to_save", parsed.get("modules_to_save"))
    for key in ("peft_type", "r", "lora_alpha", "target_modules"):
        if key not in parsed:
            raise CheckpointRefused(f"{path.name} does not say {key}; add it.")
    values = {
        key: kind.rebuilt(parsed[key], f"{path.name}, {key}")
        for key, kind in _ADAPTER_KEYS.items()
        if key in parsed
    }
    return AdapterConfig(
        task_type=values.get("task_type") or "CAUSAL_LM",
        saved_modules=tuple(values.get("modules_to_save") or ()),
        rank=values["r"],
        alpha=values["lora_alpha"],
        dropout=values.get("lora_dropout", 0.0),
        target_modules=tuple(values["target_modules"]),
        fan_in_fan_out=values.get("fan_in_fan_out", False),
        rank_stabilised=values.get("use_rslora", False),
        base_name=values.get("base_model_name_or_path"),
    )


def _check_off(file: str, key: str, value: Any) -> None:
    if value not in _OFF.get(key, (None, False, {}, [])):
        raise CheckpointRefused(
            f"{file} sets {shown_key(key)} to {str(value)[:80]!r}, which is not plain LoRA; "
            "train the adapter without it."
        )
