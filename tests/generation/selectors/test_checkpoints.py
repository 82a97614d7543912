"""Shares are of the full fine-tune of the same base; a job's time left comes from its own speed."""

import pytest

from generation.models import FinetuneJob
from generation.selectors.checkpoints import checkpoint_row, checkpoint_rows, jobs_stopped, jobs_under_way
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run

pytestmark = pytest.mark.django_db


def test_shares_of_the_full_fine_tune() -> None:
    base = make_checkpoint("base")
    full = make_checkpoint("full", "full", base=base, trainable=1000, bytes=8000, training_seconds=200.0)
    lora = make_checkpoint(
        "lora", "lora", base=base, trainable=10, bytes=80, training_seconds=150.0, parameters=1010
    )
    rows = {row.checkpoint.name: row for row in checkpoint_rows()}
    assert rows["base"].trainable_share is None
    assert rows["base"].bytes_share == 0.5
    assert rows["lora"].trainable_share == pytest.approx(10 / 1010)
    assert rows["lora"].bytes_share == 0.01
    assert rows["lora"].seconds_share == 0.75
    assert rows["full"].seconds_share == 1
    assert (rows["lora"].full, rows["base"].derived, rows["base"].in_use) == (full, 2, True)
    assert not rows["lora"].in_use
    assert checkpoint_row(lora.pk) == rows["lora"]
    assert checkpoint_row(lora.pk + 100) is None


def test_before_a_full_fine_tune_the_base_is_what_others_are_compared_with() -> None:
    base = make_checkpoint("base")
    make_checkpoint("lora", "lora", base=base, bytes=40)
    lora = checkpoint_rows()[1]
    assert (lora.full, lora.bytes_share, lora.seconds_share) == (base, 0.01, None)


def test_a_system_is_a_use_however_many_checkpoints_rest_on_it() -> None:
    base = make_checkpoint("base")
    make_run(make_corpus(1), ["a"], system="base, greedy", checkpoint=base)
    for name in ("one", "two"):
        make_checkpoint(name, "full", base=base)
    assert (checkpoint_rows()[0].systems, checkpoint_rows()[0].derived) == (1, 2)


def test_jobs_with_loss_and_time_left() -> None:
    common = {"base": make_checkpoint("base"), "dataset": make_corpus(1), "adaptation": "lora", "steps": 100}
    FinetuneJob.objects.create(name="waits", **common)
    FinetuneJob.objects.create(
        name="trains", state="running", step=25, seconds=50.0, loss_curve=[[1, 3.0], [25, 1.5]], **common
    )
    FinetuneJob.objects.create(name="broke", state="failed", step=9, seconds=9.0, **common)
    FinetuneJob.objects.create(name="over", state="done", **common)
    waits, trains = jobs_under_way()
    assert (waits.loss, waits.seconds_left) == (None, None)
    assert (trains.loss, trains.seconds_left) == (1.5, 150)
    assert [row.job.name for row in jobs_stopped()] == ["broke"]
    assert jobs_stopped()[0].seconds_left is None
