"""The challenge's outputs and references, read once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from generation.formats.e2e import read_e2e
from generation.formats.outputs import read_outputs


@dataclass(frozen=True)
class Challenge:
    """The 630 test MRs: references and slots of each, and the outputs of three systems."""

    references: list[tuple[str, ...]]
    slots: list[tuple[tuple[str, str], ...]]
    outputs: dict[str, list[str]]


@pytest.fixture(scope="session")
def challenge(real_data: Path) -> Challenge:
    examples = read_e2e(real_data / "e2e" / "test_with_references.csv").examples
    mrs = [example.source for example in examples]
    folder = real_data / "e2e_challenge" / "outputs"
    return Challenge(
        references=[example.references for example in examples],
        slots=[example.slots for example in examples],
        outputs={name: read_outputs(folder / f"{name}.tsv", mrs) for name in ("tgen", "slug", "tr2")},
    )
