"""Inspect a folder as a checkpoint: every file by name, configurations rebuilt, all tensors by header."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.checkpoints.adapters import CLASSIFIES
from generation.checkpoints.allowlist import (
    CLASSIFIERS,
    DEFAULT_LIMITS,
    ENCODERS,
    CheckpointRefused,
    Limits,
    check_file_names,
)
from generation.checkpoints.configs import (
    NetworkConfig,
    adapter_fits_base,
    read_adapter_config,
    read_config,
)
from generation.checkpoints.encoder_tensors import classification_head
from generation.checkpoints.expected_tensors import expected_tensors, known_heads, needed_head
from generation.checkpoints.safetensors_header import (
    Header,
    TensorEntry,
    is_buffer,
    parameter_count,
    read_header,
)
from generation.checkpoints.strict_json import read_json_object
from generation.checkpoints.tokenizers import read_tokenizer

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
FLOATS = ("F32", "F16", "BF16")


@dataclass(frozen=True)
class CheckpointFacts:
    """What a folder holds, read without running any of it.

    `parameters` counts the numbers that a network of this checkpoint has, an adapter's base included;
    `own_parameters` those in this folder's files. `kept` names the files to store as they are, `rebuilt` the
    JSON files to write in the place of the folder's own. `weights` is the header of all shards together,
    `network` the configuration, an adapter's base's. An adapter that classifies has its classifier's class.
    """

    architecture: str
    parameters: int
    own_parameters: int
    kept: tuple[str, ...]
    rebuilt: Mapping[str, Mapping[str, Any]]
    weights: Header
    network: NetworkConfig

    def write_rebuilt(self, folder: Path) -> None:
        """Write the rebuilt JSON files to `folder`."""
        for name, content in self.rebuilt.items():
            (folder / name).write_text(json.dumps(content), encoding="utf-8")


def inspect_full(folder: Path, *, limits: Limits = DEFAULT_LIMITS) -> CheckpointFacts:
    """Inspect a folder with all the weights of a network.

    Raises CheckpointRefused naming the file and the reason, OSError where a file cannot be read.
    """
    names = _names(folder, limits)
    if "adapter_config.json" in names:
        raise CheckpointRefused("adapter_config.json is there, so this is an adapter; register it as lora.")
    if "config.json" not in names:
        raise CheckpointRefused("config.json is missing; it says which network the weights belong to.")
    config = read_config(folder / "config.json", limits=limits)
    shards, index = _shards(folder, names, limits)
    weights = _together(shards)
    _check_tensors(config, weights)
    tokenizer = read_tokenizer(
        folder,
        model_type=config.model_type,
        vocabulary=config.values["vocab_size"],
        token_ids=_token_ids(config),
        writes=config.model_type not in ENCODERS,
        limits=limits,
    )
    count = parameter_count(weights)
    return CheckpointFacts(
        architecture=config.architecture,
        parameters=count,
        own_parameters=count,
        kept=tuple(sorted(shards)),
        rebuilt={"config.json": config.rebuilt(), **index, **tokenizer},
        weights=weights,
        network=config,
    )


def inspect_adapter(
    folder: Path, *, base: CheckpointFacts, limits: Limits = DEFAULT_LIMITS
) -> CheckpointFacts:
    """Inspect a folder with a LoRA adapter for the network of `base`, the facts of a full checkpoint.

    Raises CheckpointRefused (AdapterBaseMismatch where a shape does not fit) naming the file and the reason,
    OSError where a file cannot be read.
    """
    names = _names(folder, limits)
    for name in ("adapter_config.json", ADAPTER_WEIGHTS):
        if name not in names:
            raise CheckpointRefused(f"{name} is missing; save the adapter with peft, as safetensors.")
    others = sorted(name for name in names if name.endswith(".safetensors") and name != ADAPTER_WEIGHTS)
    if others:
        raise CheckpointRefused(
            f"{others[0]} is no part of an adapter; leave it out, or register it as full."
        )
    config = read_adapter_config(folder / "adapter_config.json", limits=limits)
    weights = read_header(folder / ADAPTER_WEIGHTS, limits=limits)
    _check_floats(weights)
    network, architecture, head = base.network, base.architecture, {}
    if config.task_type == CLASSIFIES:
        if network.model_type not in CLASSIFIERS:
            raise CheckpointRefused(
                f"adapter_config.json, task_type is {CLASSIFIES}, but a {network.model_type} does not "
                f"classify here; use one of {', '.join(CLASSIFIERS)}."
            )
        architecture = CLASSIFIERS[network.model_type]
        head = classification_head(network.model_type, network.values)
    adapter_fits_base(config, weights, base.weights, head=head)
    count = parameter_count(weights)
    return CheckpointFacts(
        architecture=architecture,
        parameters=base.parameters + count,
        own_parameters=count,
        kept=(ADAPTER_WEIGHTS,),
        rebuilt={"adapter_config.json": config.rebuilt()},
        weights=weights,
        network=network,
    )


def _names(folder: Path, limits: Limits) -> set[str]:
    if not folder.is_dir():
        raise CheckpointRefused(f"{folder} is not a folder; name the one that the checkpoint was saved into.")
    paths = sorted(folder.iterdir())
    check_file_names((path.name for path in paths), limits=limits)
    for path in paths:
        if not path.is_file():
            raise CheckpointRefused(f"{path.name} is not a file; leave it out.")
    return {path.name for path in paths}


def _token_ids(config: NetworkConfig) -> dict[str, int]:
    """The special tokens that the configuration names; of several end tokens the first."""
    stated = {name: config.values.get(f"{name}_id") for name in ("eos_token", "bos_token", "pad_token")}
    return {name: ids[0] if isinstance(ids, list) else ids for name, ids in stated.items() if ids is not None}


def _shards(
    folder: Path, names: set[str], limits: Limits
) -> tuple[dict[str, Header], dict[str, dict[str, Any]]]:
    """The header of each weight file, and the index rebuilt where there is one."""
    present = {name for name in names if name.endswith(".safetensors")}
    if INDEX not in names:
        if present != {WEIGHTS}:
            found = ", ".join(sorted(present)) or "none"
            raise CheckpointRefused(
                f"The weights have to be in {WEIGHTS}, or in shards that {INDEX} lists; found: {found}."
            )
        return {WEIGHTS: read_header(folder / WEIGHTS, limits=limits)}, {}
    index = read_json_object(folder / INDEX, limits=limits).get("weight_map")
    if not isinstance(index, dict) or not all(isinstance(shard, str) for shard in index.values()):
        raise CheckpointRefused(f"{INDEX} has no weight_map from tensors to files; save the weights again.")
    listed = set(index.values())
    if listed != present:
        stray = sorted(listed ^ present)[0]
        where = f"is listed in {INDEX} but missing" if stray in listed else f"is not listed in {INDEX}"
        raise CheckpointRefused(f"{stray[:80]} {where}; upload the shards and the index of one saving.")
    shards = {name: read_header(folder / name, limits=limits) for name in sorted(present)}
    held = {tensor: name for name, header in shards.items() for tensor in header.tensors}
    if held != index or len(held) != sum(len(header.tensors) for header in shards.values()):
        tensor = min((held.items() ^ index.items()) or held.items())[0]
        raise CheckpointRefused(
            f"{INDEX} and the shards disagree about tensor {tensor[:80]!r}; save the weights again."
        )
    return shards, {INDEX: {"metadata": {}, "weight_map": dict(sorted(index.items()))}}


def _together(shards: Mapping[str, Header]) -> Header:
    tensors = {name: entry for header in shards.values() for name, entry in header.tensors.items()}
    return Header(tensors, {})


def _check_floats(weights: Header) -> None:
    for name, entry in weights.tensors.items():
        if entry.dtype not in FLOATS and not is_buffer(name):
            raise CheckpointRefused(
                f"Tensor {name[:80]!r} has the type {entry.dtype}; save the weights as {', '.join(FLOATS)}."
            )


def _check_tensors(config: NetworkConfig, weights: Header) -> None:
    """The tensors must be the architecture's, each in its shape, none missing and none besides."""
    _check_floats(weights)
    body, heads = expected_tensors(config), known_heads(config)
    prefix = next(iter(body)).partition(".")[0] + "."
    found = {
        _full_name(name, prefix, heads, config.model_type): entry for name, entry in weights.tensors.items()
    }
    allowed = body | heads
    for name in body | needed_head(config):
        if name not in found:
            raise CheckpointRefused(
                f"The weights have no tensor {name!r}, which config.json ({config.model_type}) calls for; "
                "use the config.json that was saved with them."
            )
    for name, entry in found.items():
        if not is_buffer(name):
            _check_shape(name, entry, allowed.get(name), config)


def _check_shape(name: str, entry: TensorEntry, shape: tuple[int, ...] | None, config: NetworkConfig) -> None:
    if shape is None:
        raise CheckpointRefused(
            f"The weights have a tensor {name[:80]!r} that config.json ({config.model_type}) does not know; "
            "use the config.json that was saved with them."
        )
    if entry.shape != shape:
        raise CheckpointRefused(
            f"Tensor {name!r} has the shape {list(entry.shape)}, but config.json calls for {list(shape)} "
            f"({math.prod(shape):,} numbers); use the config.json that was saved with them."
        )


def _full_name(name: str, prefix: str, heads: Mapping[str, tuple[int, ...]], model_type: str) -> str:
    """The name with the network's own prefix, which older savings leave out ("h.0.…" for GPT-2).

    The oldest savings of encoders call a layer norm's weight and bias gamma and beta.
    """
    if model_type in ENCODERS:
        name = name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
    if name.startswith(prefix) or name in heads:
        return name
    return prefix + name
