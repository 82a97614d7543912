"""Runs on PostgreSQL by real workers that Redis or RabbitMQ wakes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generation.models import MetricScore, Run
from generation.selectors.workers import listening_workers
from generation.services.checkpoints import register_checkpoint
from generation.services.corpora import import_dataset
from generation.services.runs import start_run
from generation.services.systems import ensure_system
from tests.generation.test_tasks import Site, assert_one_output_each, over, until

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_postgresql"),
]


@pytest.fixture
def tiny_run(site: Site, write_corpus: Callable[..., Path], tiny_gpt2: Path, settings) -> Run:
    """A queued run of a tiny network in eight chunks."""
    settings.CHUNK_SIZE = 3
    dataset = import_dataset(task="e2e", path=write_corpus(24), name="places")
    base = register_checkpoint(folder=tiny_gpt2, name="tiny", adaptation="pretrained")
    return start_run(system=ensure_system(checkpoint=base), dataset=dataset)


@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_two_workers_share_a_run_and_are_woken_for_the_next(
    site: Site, tiny_run: Run, broker: Callable[[str], str], kind: str
) -> None:
    site.environment["CELERY_BROKER_URL"] = broker(kind)
    for name in ("one", "two"):
        site.start_worker("--hostname", f"{name}@trial")
    until(lambda: over(tiny_run))
    assert_one_output_each(tiny_run)
    until(lambda: listening_workers().count() == 2)
    followed = site.command("generate", "--system", "tiny", "--dataset", "places", "--limit", "5", "--wait")
    assert followed.returncode == 0, followed.stderr
    assert "done, 5 of 5 outputs" in followed.stdout
    until(lambda: MetricScore.objects.filter(run=tiny_run, metric="bleu").exists())
    assert not site.messages.exists(), "the embedded broker was used"
