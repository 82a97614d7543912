"""Real Celery workers on the embedded broker and a database file: killed, cancelled, told to stop."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from generation.models import DecodingConfig, MetricScore, Run, WorkerBeat
from generation.models.leases import WorkState
from generation.selectors.workers import listening_workers
from generation.services.checkpoints import register_checkpoint
from generation.services.corpora import import_dataset
from generation.services.runs import LORA_PAPER_E2E, cancel_run, start_run
from generation.services.systems import ensure_system
from generation.services.workers import note_worker

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 3
EXAMPLES = 48
pytestmark = pytest.mark.django_db(transaction=True)


def until(condition: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)
    return found


class Site:
    """The product in another folder: its processes see the test's database and a queue of their own."""

    def __init__(self, var: Path) -> None:
        self.log = var / "worker.log"
        self.messages = var / "queue" / "messages"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "evalsite.settings",
            "DATABASE_URL": database_url(),
            "EVALSITE_VAR": str(var),
            "EVALSITE_SECRET_KEY": "only-for-tests",
            "EVALSITE_LEASE_SECONDS": str(LEASE_SECONDS),
            "EVALSITE_THREADS": "1",
        }
        self._workers: list[subprocess.Popen[bytes]] = []

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "evalsite", "worker", *options]
        with self.log.open("ab") as log:
            worker = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self._workers.append(worker)
        return worker

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def end(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()


def database_url() -> str:
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**place)


def inference_of(worker: subprocess.Popen[bytes]) -> psutil.Process | None:
    try:
        children = psutil.Process(worker.pid).children()
        found = [child for child in children if "generation.inference.worker" in child.cmdline()]
    except psutil.Error:
        return None
    return found[0] if found else None


@pytest.fixture
def site(tmp_path: Path, checkpoint_store: Path) -> Iterator[Site]:
    (tmp_path / "var").mkdir(exist_ok=True)
    site = Site(tmp_path / "var")
    yield site
    site.end()


@pytest.fixture
def queued(site: Site, write_corpus: Callable[..., Path], tiny_gpt2: Path, settings) -> Run:
    """A run that takes a tiny network some seconds, in six chunks."""
    settings.CHUNK_SIZE = 8
    DecodingConfig.objects.create(name="greedy", max_new_tokens=60)
    dataset = import_dataset(task="e2e", path=write_corpus(EXAMPLES), name="places")
    base = register_checkpoint(folder=tiny_gpt2, name="tiny", adaptation="pretrained")
    return start_run(system=ensure_system(checkpoint=base), dataset=dataset)


def over(run: Run) -> bool:
    run.refresh_from_db()
    return run.state not in (WorkState.QUEUED, WorkState.RUNNING)


def assert_one_output_each(run: Run) -> None:
    assert run.state == WorkState.DONE, run.error
    answered = sorted(run.outputs.values_list("example_id", flat=True))
    assert answered == sorted(run.dataset.examples.values_list("pk", flat=True))


def test_a_run_is_found_by_a_starting_worker_scored_and_followed(site: Site, queued: Run) -> None:
    refused = site.command("generate", "--system", "tiny", "--dataset", "places")
    assert refused.returncode != 0
    assert "is running over 'places' already" in refused.stderr
    worker = site.start_worker()
    until(lambda: over(queued))
    assert_one_output_each(queued)
    assert queued.new_tokens > 0
    assert queued.seconds > 0
    assert queued.environment["device"] == "cpu"
    until(listening_workers().filter(device="cpu").exists)
    warm = inference_of(worker)
    assert warm is not None
    followed = site.command("generate", "--system", "tiny", "--dataset", "places", "--limit", "5", "--wait")
    assert followed.returncode == 0, followed.stderr
    assert "done, 5 of 5 outputs" in followed.stdout
    assert "No worker" not in followed.stderr
    assert inference_of(worker) == warm, "the inference process did not stay warm"
    until(lambda: MetricScore.objects.filter(run=queued, metric="bleu").exists())
    worker.terminate()
    worker.wait(60)
    assert not psutil.pid_exists(warm.pid)
    assert not WorkerBeat.objects.exists()


def kill_one(worker: subprocess.Popen[bytes], site: Site, rng: random.Random) -> subprocess.Popen[bytes]:
    inference = inference_of(worker)
    if inference is not None and rng.random() < 0.5:
        os.kill(inference.pid, signal.SIGKILL)
        return worker
    worker.kill()
    worker.wait()
    if inference is not None:
        inference.wait(20)
    return site.start_worker()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kills_at_random_moments_end_in_one_output_for_each_example(
    site: Site, queued: Run, seed: int
) -> None:
    rng = random.Random(seed)
    worker = site.start_worker()
    for kills in range(3):
        # Some strike while things start, most between two batches or within one.
        wanted = min(EXAMPLES - 1, 8 * kills + rng.randrange(8))
        deadline = time.monotonic() + (rng.uniform(0, 4) if kills == 1 else 60)
        until(lambda: queued.outputs.count() >= wanted or time.monotonic() > deadline)  # noqa: B023
        time.sleep(rng.uniform(0, 0.3))
        worker = kill_one(worker, site, rng)
    until(lambda: over(queued))
    assert_one_output_each(queued)


def test_a_cancelled_run_stops_and_the_worker_goes_on_with_the_next(site: Site, queued: Run) -> None:
    site.start_worker()
    until(queued.outputs.exists)
    cancel_run(run=queued)
    kept = queued.outputs.count()
    again = start_run(system=queued.system, dataset=queued.dataset, limit=3)
    until(lambda: over(again))
    assert again.state == WorkState.DONE
    assert queued.outputs.count() == kept < EXAMPLES


def test_messages_that_were_cut_short_or_are_stale_do_no_harm(site: Site, queued: Run) -> None:
    for _ in range(3):
        assert site.command("shell", "-c", "from generation.tasks import *; wake_workers()").returncode == 0
    assert len(list(site.messages.iterdir())) == 3
    (site.messages / "1_cut.default.msg").write_bytes(b"")
    (site.messages / "2_cut.gpu.msg").write_bytes(b'{"body": ')
    worker = site.start_worker()
    until(lambda: over(queued))
    assert_one_output_each(queued)
    until(lambda: not any(site.messages.iterdir()))
    assert worker.poll() is None
    assert site.log.read_text().count("cut short") == 2


def generate(system: str, *more: str) -> None:
    call_command("generate", "--system", system, "--dataset", "places", *more)


def test_the_command_says_that_nobody_listens(queued: Run, capsys: pytest.CaptureFixture[str]) -> None:
    cancel_run(run=queued)
    generate("tiny")
    said = capsys.readouterr()
    assert "Queued run" in said.out
    assert "No worker is listening" in said.err
    assert "celery -A evalsite worker" in said.err
    Run.objects.filter(state=WorkState.QUEUED).update(state=WorkState.CANCELLED)
    note_worker(worker="celery@here", device="cpu")
    generate("tiny")
    assert "No worker" not in capsys.readouterr().err


def test_the_command_queues_all_runs_or_none(queued: Run) -> None:
    cancel_run(run=queued)
    with pytest.raises(CommandError, match="no system named 'nobody'"):
        generate("tiny", "--system", "nobody")
    with pytest.raises(CommandError, match=r"limit is 0"):
        generate("tiny", "--limit", "0")
    assert Run.objects.count() == 1
    generate("tiny", "--decoding", "greedy", "--limit", "2")
    assert Run.objects.latest("pk").system == queued.system
    generate("tiny", "--decoding", LORA_PAPER_E2E)
    assert Run.objects.latest("pk").system.decoding.num_beams == 10


def test_the_command_fails_with_the_reason_of_a_failed_run(site: Site, queued: Run, tmp_path: Path) -> None:
    cancel_run(run=queued)
    DecodingConfig.objects.create(name="endless", max_new_tokens=500)
    site.start_worker()
    failed = site.command(
        "generate",
        "--system",
        "tiny",
        "--dataset",
        "places",
        "--decoding",
        "endless",
        "--limit",
        "2",
        "--wait",
    )
    assert failed.returncode != 0
    assert "2 of 2 examples have no output" in failed.stderr
    assert "exceed the network's 128" in failed.stderr


def test_a_broker_that_is_down_breaks_no_request(site: Site, queued: Run) -> None:
    cancel_run(run=queued)
    site.environment["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    asked = site.command("generate", "--system", "tiny", "--dataset", "places")
    assert asked.returncode == 0, asked.stderr
    assert "no worker was woken; a sweep will" in asked.stderr
    assert Run.objects.filter(state=WorkState.QUEUED).count() == 1


def test_only_workers_heard_of_lately_listen() -> None:
    note_worker(worker="here", device="cpu")
    WorkerBeat.objects.create(worker="gone", seen_at=timezone.now() - timedelta(minutes=1))
    assert [beat.worker for beat in listening_workers()] == ["here"]
    WorkerBeat.objects.filter(worker="gone").update(seen_at=timezone.now() - timedelta(days=2))
    note_worker(worker="here", device="cpu")
    assert WorkerBeat.objects.count() == 1
