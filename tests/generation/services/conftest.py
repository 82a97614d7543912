"""A dataset, a registered base and a queued run for the services to work on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generation.models import Checkpoint, Dataset, Run, System
from generation.services.checkpoints import register_checkpoint
from generation.services.corpora import import_dataset
from generation.services.runs import start_run
from generation.services.systems import ensure_system


@pytest.fixture
def dataset(db: None, write_corpus: Callable[..., Path]) -> Dataset:
    """Five examples with two references each."""
    return import_dataset(task="e2e", path=write_corpus(5), name="places")


@pytest.fixture
def base(db: None, checkpoint_store: Path, tiny_llama: Path) -> Checkpoint:
    """The tiny Llama, registered."""
    return register_checkpoint(folder=tiny_llama, name="tiny", adaptation="pretrained")


@pytest.fixture
def system(base: Checkpoint) -> System:
    """The tiny Llama, greedy."""
    return ensure_system(checkpoint=base)


@pytest.fixture
def run(dataset: Dataset, system: System, settings) -> Run:
    """A queued run in chunks of two, two and one."""
    settings.CHUNK_SIZE = 2
    return start_run(system=system, dataset=dataset)
