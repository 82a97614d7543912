"""A short run of the fuzzer: `python -m tests.fuzz 1000000` is the long one."""

from pathlib import Path

import pytest

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import TARGETS

CASES = 400


@pytest.mark.parametrize("name", TARGETS)
def test_the_files_that_are_broken_are_good_ones(name: str, tmp_path: Path) -> None:
    assert all(TARGETS[name].run(tmp_path / "file", seed) for seed in TARGETS[name].seeds)


@pytest.mark.parametrize("name", TARGETS)
def test_a_broken_file_is_read_or_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    for number in range(CASES):
        target.run(tmp_path / "file", mutated(target.seeds, name, number))
