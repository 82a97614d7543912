"""Runs over a tiny random network, and an inference process that can be made to fail."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from generation.inference.process import InferenceProcess
from generation.models import Run
from generation.services.checkpoints import register_checkpoint
from generation.services.corpora import import_dataset
from generation.services.runs import start_run
from generation.services.systems import ensure_system


class FaultyProcess(InferenceProcess):
    """An inference process that dies at the prompt POISON and dawdles after the batch of the prompt SLOW."""

    MODULE: ClassVar[str] = "tests.generation.worker.faulty_inference"


@pytest.fixture
def faulty() -> Iterator[InferenceProcess]:
    with FaultyProcess(device="cpu", threads=1) as process:
        yield process


@pytest.fixture
def start(tmp_path: Path, checkpoint_store: Path, tiny_gpt2: Path) -> Callable[..., Run]:
    """A function that queues a run of the tiny GPT-2 over meaning representations of the given names."""

    def start(names: list[str]) -> Run:
        path = tmp_path / "places.csv"
        rows = "".join(f'"name[{name}], food[Thai]",{name} is Thai.\n' for name in names)
        path.write_text("mr,ref\n" + rows, encoding="utf-8")
        dataset = import_dataset(task="e2e", path=path, name="places")
        base = register_checkpoint(folder=tiny_gpt2, name="tiny", adaptation="pretrained")
        return start_run(system=ensure_system(checkpoint=base), dataset=dataset)

    return start
