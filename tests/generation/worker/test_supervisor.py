"""One worker's supervisor: all that waits is done, by one thread at a time, and nothing after a stop."""

import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from django.db import connection

from generation.models import DecodingConfig, Run
from generation.models.leases import WorkState
from generation.selectors.workers import listening_workers
from generation.services.finetunes import start_finetune
from generation.services.runs import start_run
from generation.worker.presence import Presence
from generation.worker.supervisor import Supervisor

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., Run]


@pytest.fixture
def supervisor(settings, tmp_path) -> Iterator[Supervisor]:
    settings.INFERENCE_THREADS = 1
    settings.INFERENCE_LOG = tmp_path / "inference.log"
    supervisor = Supervisor()
    yield supervisor
    supervisor.close()


@pytest.fixture
def run(start: Start) -> Run:
    DecodingConfig.objects.create(name="greedy", max_new_tokens=8)
    return start([f"Place {number}" for number in range(6)])


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if _is_inference(child)]


def _is_inference(child: psutil.Process) -> bool:
    try:
        return "generation.inference.worker" in child.cmdline()
    except psutil.Error:  # it is ending
        return False


def test_runs_and_finetunings_are_done_and_networks_make_room_for_training(
    supervisor: Supervisor, run: Run
) -> None:
    assert supervisor.device == "auto"
    job = start_finetune(
        base=run.system.checkpoint, dataset=run.dataset, adaptation="lora", name="tuned", steps=1
    )
    supervisor.work_off(worker="celery@here")
    run.refresh_from_db()
    job.refresh_from_db()
    assert set(run.chunks.values_list("worker", "device")) == {("celery@here", "cpu")}
    assert (run.state, job.state, job.error) == (WorkState.DONE, WorkState.DONE, "")
    assert job.checkpoint is not None
    assert children() == []
    again = start_run(system=run.system, dataset=run.dataset)
    supervisor.work_off()
    again.refresh_from_db()
    assert again.state == WorkState.DONE
    assert len(children()) == 1
    assert supervisor.device == "cpu"
    supervisor.close()
    assert children() == []


def test_a_second_wake_leaves_the_work_to_the_thread_that_is_at_it(supervisor: Supervisor, run: Run) -> None:
    def work() -> None:
        try:
            supervisor.work_off()
        finally:
            connection.close()

    first = threading.Thread(target=work)
    first.start()
    until(children)
    supervisor.work_off()
    run.refresh_from_db()
    assert run.state == WorkState.RUNNING, "the second wake did not return at once"
    assert len(children()) == 1  # not after the join: Linux ends the child with the thread that started it
    first.join(60)
    run.refresh_from_db()
    assert run.state == WorkState.DONE


def test_nothing_is_begun_after_a_stop(supervisor: Supervisor, run: Run) -> None:
    supervisor.stop()
    supervisor.work_off()
    run.refresh_from_db()
    assert run.state == WorkState.QUEUED


def test_a_worker_is_heard_of_while_it_is_there() -> None:
    presence = Presence("worker@here")
    presence.start()
    until(listening_workers().filter(worker="worker@here").exists)
    presence.stop()
    assert not listening_workers().exists()
