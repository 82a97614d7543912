"""A child's log: begun anew once it is large, with what came before kept beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.inference import child as module
from generation.inference.child import Child


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "inference.log"


def start(log: Path) -> Child:
    return Child("tests.generation.inference.chatty", [], threads=1, log=log, memory_limit=None)


@pytest.fixture
def child(log: Path) -> Iterator[Child]:
    started = start(log)
    yield started
    started.close(grace_seconds=5)


def tell(child: Child, line: str) -> None:
    child.send(line)
    assert child.receive(timeout=30) == "printed\n"


def test_a_large_log_is_begun_anew_while_the_child_goes_on(
    child: Child, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOG_BYTES", 100)
    for number in range(50):
        tell(child, f"line {number} of fifty")
    assert log.stat().st_size <= 100 + len("line 49 of fifty\n")
    old = log.with_suffix(".old.log")
    assert old.stat().st_size <= 100 + len("line 49 of fifty\n")
    last = [line for path in (old, log) for line in path.read_text().splitlines()]
    assert last == [f"line {number} of fifty" for number in range(50 - len(last), 50)]
    assert child.log_tail().endswith("line 49 of fifty")


def test_the_end_of_a_log_that_another_worker_began_anew(child: Child, log: Path) -> None:
    tell(child, "before")
    child.close(grace_seconds=5)
    second = start(log)
    tell(second, "mine")
    assert second.log_tail() == "mine"
    with log.open("r+b") as file:
        file.truncate(0)
    tell(second, "x")
    assert second.log_tail() == "x"
    second.close(grace_seconds=5)


def test_without_a_log_nothing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOG_BYTES", 1)
    quiet = Child("tests.generation.inference.chatty", [], threads=1, log=None, memory_limit=None)
    tell(quiet, "words")
    tell(quiet, "more")
    assert quiet.log_tail() == "words\nmore"
    quiet.close(grace_seconds=5)
