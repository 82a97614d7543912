"""Check a folder of strange files in a process that is limited and can be thrown away.

    python -m generation.checkpoints.validation FOLDER --out FOLDER [--base FOLDER]

Each line on standard output is a JSON object: {"finding": sentence}, and at the end {"facts": {...}} or
{"refused": sentence}. The rebuilt JSON files are written to the folder `--out`; nothing else is written.
"""

import argparse
import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.inspection import inspect_adapter, inspect_full
from generation.checkpoints.safetensors_header import read_header
from generation.checkpoints.weights import check_finite


@dataclass(frozen=True)
class ValidatedFacts:
    """What the check found: `kept` names the files to store as they are."""

    architecture: str
    parameters: int
    own_parameters: int
    kept: tuple[str, ...]

    @classmethod
    def from_message(cls, facts: dict[str, Any]) -> "ValidatedFacts":
        """Read the facts of the last line."""
        return cls(**{**facts, "kept": tuple(facts["kept"])})


def validate(folder: Path, *, out: Path, base: Path | None) -> ValidatedFacts:
    """Inspect `folder` whole and write its rebuilt JSON files to `out`; raises CheckpointRefused."""
    facts = inspect_full(folder) if base is None else inspect_adapter(folder, base=inspect_full(base))
    _say(finding=f"{len(facts.kept) + len(facts.rebuilt)} files belong together as {facts.architecture}.")
    _say(finding=f"{facts.parameters:,} parameters, each tensor in the shape that the architecture has.")
    for name in facts.kept:
        check_finite(folder / name, read_header(folder / name))
        _say(finding=f"{name}: every weight is a finite number.")
    facts.write_rebuilt(out)
    _say(finding="The JSON files were rebuilt from the keys that are known; everything else was dropped.")
    return ValidatedFacts(facts.architecture, facts.parameters, facts.own_parameters, facts.kept)


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _limit(memory: int, seconds: int) -> None:
    """Bound address space and processor time; no file may grow beyond what rebuilt JSON can have."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))


def main() -> None:
    """Check as the command line says."""
    parser = argparse.ArgumentParser(description="Check a checkpoint folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--memory", type=int, default=2 << 30)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    _limit(arguments.memory, arguments.seconds)
    try:
        facts = validate(arguments.folder, out=arguments.out, base=arguments.base)
    except CheckpointRefused as error:
        _say(refused=str(error))
    except (OSError, MemoryError) as error:
        _say(refused=f"The files cannot be checked within the limits: {type(error).__name__} {error}.")
    else:
        _say(facts=vars(facts))


if __name__ == "__main__":
    main()
