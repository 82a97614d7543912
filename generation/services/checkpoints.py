"""Take checkpoints into the content-addressed store, and give them back as read-only folders."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from generation.checkpoints.allowlist import CheckpointRefused, model_type_of
from generation.checkpoints.inspection import CheckpointFacts, inspect_adapter, inspect_full
from generation.checkpoints.store import Store, StoredFile, manifest_digest
from generation.errors import CheckpointNotRegistered, NameTaken
from generation.inference.protocol import StoredCheckpoint, SystemFiles
from generation.models import Checkpoint, CheckpointFile
from generation.models.checkpoints import Adaptation
from generation.selectors.named import checkpoint_named

LONGEST_NAME = 100


@dataclass(frozen=True)
class TrainingCost:
    """What making a checkpoint cost: seconds of training, peak memory in bytes, steps; and its record."""

    seconds: float
    memory: int
    steps: int
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Intake:
    """A checkpoint whose files are in the store and which no table knows yet."""

    name: str
    adaptation: Adaptation
    base: Checkpoint | None
    architecture: str
    parameters: int
    own_parameters: int
    files: Mapping[str, StoredFile]


def register_checkpoint(
    *,
    folder: Path,
    name: str,
    adaptation: str,
    base_name: str | None = None,
    cost: TrainingCost | None = None,
) -> Checkpoint:
    """Copy the checkpoint in `folder` into the store and record it as `name`.

    A LoRA adapter needs the name of its base, a full fine-tune may state it, a pretrained network has none.
    Raises NameTaken, NotFound for the base, and CheckpointNotRegistered naming the file and the reason;
    nothing is recorded then.
    """
    return record(
        intake=take_in(folder=folder, name=name, adaptation=adaptation, base_name=base_name), cost=cost
    )


def take_in(*, folder: Path, name: str, adaptation: str, base_name: str | None = None) -> Intake:
    """Inspect the checkpoint in `folder` and copy its files into the store; errors as register_checkpoint."""
    check_name_free(name=name)
    kind, base = checked_kind(adaptation, base_name)
    try:
        facts = _inspected(folder, kind, base)
        files = _put(folder, facts)
    except CheckpointRefused as error:
        raise CheckpointNotRegistered(f"{folder} is not accepted as a checkpoint. {error}") from error
    except OSError as error:
        raise CheckpointNotRegistered(
            f"{error.filename or folder} cannot be read or stored: {error.strerror}."
        ) from error
    return Intake(name, kind, base, facts.architecture, facts.parameters, facts.own_parameters, files)


def record(*, intake: Intake, cost: TrainingCost | None = None) -> Checkpoint:
    """Record what was taken in; raises NameTaken where somebody else was faster."""
    digests = {name: stored.sha256 for name, stored in intake.files.items()}
    costs = (
        {}
        if cost is None
        else {
            "training_seconds": cost.seconds,
            "training_memory": cost.memory,
            "training_steps": cost.steps,
            "training_record": dict(cost.record),
        }
    )
    pretrained = intake.adaptation == Adaptation.PRETRAINED
    try:
        with transaction.atomic():
            checkpoint = Checkpoint.objects.create(
                name=intake.name,
                adaptation=intake.adaptation,
                base=intake.base,
                architecture=intake.architecture,
                parameters=intake.parameters,
                trainable=None if pretrained else intake.own_parameters,
                bytes=sum(stored.size for stored in intake.files.values()),
                digest=manifest_digest(digests),
                **costs,
            )
            CheckpointFile.objects.bulk_create(
                CheckpointFile(checkpoint=checkpoint, name=name, sha256=stored.sha256, size=stored.size)
                for name, stored in intake.files.items()
            )
    except IntegrityError as error:
        raise _name_taken(intake.name) from error
    return checkpoint


def system_files(checkpoint: Checkpoint) -> SystemFiles:
    """Where the inference process loads `checkpoint` from: its own files, or its base's with the adapter's.

    Raises StoredFileMissing where the store has lost a file.
    """
    if checkpoint.is_adapter and checkpoint.base is not None:
        return SystemFiles(checkpoint=_stored(checkpoint.base), adapter=_stored(checkpoint))
    return SystemFiles(checkpoint=_stored(checkpoint))


def check_name_free(*, name: str) -> None:
    """Raise NameTaken for the name of another checkpoint, CheckpointNotRegistered for an unfit one."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise CheckpointNotRegistered(
            f"The name {name[:LONGEST_NAME]!r} is empty or too long; give it 1 to {LONGEST_NAME} characters."
        )
    if Checkpoint.objects.filter(name=name).exists():
        raise _name_taken(name)


def _name_taken(name: str) -> NameTaken:
    return NameTaken(f"There is a checkpoint named {name!r} already; choose another name.")


def checked_kind(adaptation: str, base_name: str | None) -> tuple[Adaptation, Checkpoint | None]:
    """The adaptation and the base that goes with it; raises NotFound and CheckpointNotRegistered."""
    if adaptation not in Adaptation.values:
        raise CheckpointNotRegistered(
            f"The adaptation is {adaptation!r}; it has to be one of {', '.join(Adaptation.values)}."
        )
    if base_name is None:
        if adaptation == Adaptation.LORA:
            raise CheckpointNotRegistered(
                "A LoRA checkpoint holds a difference only: name the base that it was trained on."
            )
        return Adaptation(adaptation), None
    if adaptation == Adaptation.PRETRAINED:
        raise CheckpointNotRegistered("A pretrained checkpoint is a base itself; leave its base out.")
    base = checkpoint_named(base_name)
    if base.is_adapter:
        raise CheckpointNotRegistered(
            f"{base_name!r} is a LoRA checkpoint; name its base {str(base.base)!r}."
        )
    return Adaptation(adaptation), base


def _inspected(folder: Path, adaptation: Adaptation, base: Checkpoint | None) -> CheckpointFacts:
    if adaptation == Adaptation.LORA and base is not None:
        return inspect_adapter(folder, base=inspect_full(Path(_stored(base).folder)))
    facts = inspect_full(folder)
    if base is not None and facts.network.model_type != model_type_of(base.architecture):
        raise CheckpointRefused(
            f"config.json says {facts.architecture}, but the base {base.name!r} is a {base.architecture}; "
            "name the base that it was trained from."
        )
    return facts


def _put(folder: Path, facts: CheckpointFacts) -> dict[str, StoredFile]:
    with tempfile.TemporaryDirectory() as scratch:
        facts.write_rebuilt(Path(scratch))
        return store_files(folder, kept=facts.kept, rebuilt=Path(scratch))


def store_files(folder: Path, *, kept: Iterable[str], rebuilt: Path) -> dict[str, StoredFile]:
    """Put the files `kept` of `folder` and all files of `rebuilt` into the store, by name."""
    store = _store()
    return {name: store.put(folder / name) for name in kept} | {
        path.name: store.put(path) for path in sorted(rebuilt.iterdir())
    }


def _store() -> Store:
    return Store(Path(settings.CHECKPOINT_STORE))


def _stored(checkpoint: Checkpoint) -> StoredCheckpoint:
    files = dict(checkpoint.files.values_list("name", "sha256"))
    return StoredCheckpoint(str(_store().tree(files)), files)
