"""A claimed chunk in a real inference process: every example gets its output, or its reason."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generation.errors import LeaseLost
from generation.inference.process import InferenceProcess
from generation.models import Checkpoint, Chunk, DecodingConfig, Run
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.checkpoints import system_files
from generation.services.chunks import claim_chunk
from generation.services.runs import cancel_run
from generation.worker import chunk_work
from generation.worker.chunk_work import carry_out

pytestmark = pytest.mark.django_db
Start = Callable[..., Run]
NAMES = [f"Place {number}" for number in range(12)]


@pytest.fixture(autouse=True)
def short_texts(db: None) -> None:
    DecodingConfig.objects.create(name="greedy", max_new_tokens=8)


def claimed() -> Chunk:
    chunk = claim_chunk()
    assert chunk is not None
    return chunk


def never() -> bool:
    return False


def test_a_poisoned_example_takes_no_neighbour_with_it(start: Start, faulty: InferenceProcess) -> None:
    run = start([*NAMES[:2], "POISON"])
    carry_out(chunk=claimed(), inference=faulty, should_stop=never)
    run.refresh_from_db()
    (lacking,) = run.dataset.examples.exclude(outputs__run=run)
    assert "POISON" in lacking.source
    assert run.outputs.count() == 2
    assert run.state == WorkState.FAILED
    assert f"1 of 3 examples have no output. Example {lacking.pk}: " in run.error
    assert "exit status -9" in run.error


def test_an_example_that_is_refused_fails_alone(start: Start, faulty: InferenceProcess) -> None:
    run = start([*NAMES, "long " * 80])
    carry_out(chunk=claimed(), inference=faulty, should_stop=never)
    run.refresh_from_db()
    assert run.outputs.count() == 12
    assert "exceed the network's 128" in run.error
    assert faulty.alive


def test_a_checkpoint_that_changed_fails_the_whole_run_at_once(
    start: Start, faulty: InferenceProcess, settings
) -> None:
    settings.CHUNK_SIZE = 4
    run = start(NAMES)
    folder = Path(system_files(Checkpoint.objects.get()).checkpoint.folder)
    config = (folder / "config.json").resolve()
    config.chmod(0o644)
    config.write_text(config.read_text() + " ")
    chunk = claimed()
    carry_out(chunk=chunk, inference=faulty, should_stop=never)
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "config.json" in run.error
    assert list(run.chunks.values_list("state", flat=True)) == [WorkState.FAILED] * 3


def test_a_process_that_never_gets_up_fails_the_run(
    start: Start, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_work, "DEATHS_BEFORE_LOADED", 2)
    run = start(NAMES)
    with InferenceProcess(device="no-such-device", threads=1) as process:
        carry_out(chunk=claimed(), inference=process, should_stop=never)
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "no-such-device" in run.error


def test_cancelling_ends_the_process_within_the_chunk(start: Start, faulty: InferenceProcess) -> None:
    run = start([*NAMES, *[f"SLOW {number}" for number in range(8)]])
    cancelled: list[float] = []

    def cancel_once_something_is_there() -> bool:
        if run.outputs.exists() and not cancelled:
            cancel_run(run=run)
            cancelled.append(time.monotonic())
        return False

    carry_out(chunk=claimed(), inference=faulty, should_stop=cancel_once_something_is_there)
    assert time.monotonic() - cancelled[0] < 5
    assert not faulty.alive
    run.refresh_from_db()
    assert run.state == WorkState.CANCELLED
    assert run.outputs.count() == 16
    assert claim_chunk() is None


def test_a_worker_that_is_told_to_stop_hands_the_chunk_back(start: Start, faulty: InferenceProcess) -> None:
    run = start(["SLOW", *NAMES])
    carry_out(chunk=claimed(), inference=faulty, should_stop=lambda: run.outputs.exists())
    chunk = run.chunks.get()
    assert (chunk.state, chunk.attempts, chunk.token) == (WorkState.QUEUED, 0, "")
    assert claimed().pk == chunk.pk


def test_the_lease_is_held_while_the_process_starts_and_is_silent(
    start: Start, faulty: InferenceProcess, settings
) -> None:
    settings.LEASE_SECONDS = 2
    run = start(NAMES)
    began = time.monotonic()
    asked: list[Chunk | None] = []

    def another_claims() -> bool:
        if time.monotonic() - began > 2.5:
            asked.append(claim_chunk())
        return False

    carry_out(chunk=claimed(), inference=faulty, should_stop=another_claims)
    assert set(asked) <= {None}
    assert run.outputs.count() == 12


def test_a_chunk_whose_outputs_are_all_there_is_only_settled(start: Start, faulty: InferenceProcess) -> None:
    run = start(NAMES)
    chunk = claimed()
    carry_out(chunk=chunk, inference=faulty, should_stop=never)
    run.chunks.update(state=WorkState.QUEUED)
    Run.objects.update(state=WorkState.RUNNING)
    faulty.stop()
    carry_out(chunk=claimed(), inference=faulty, should_stop=never)
    assert not faulty.alive
    run.refresh_from_db()
    assert (run.state, run.outputs.count()) == (WorkState.DONE, 12)
    with pytest.raises(LeaseLost):
        leases.renew(chunk)
