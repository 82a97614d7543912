"""Progress is counted for runs that are not done, and each system is looked at by its newest outputs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generation.models import Chunk
from generation.selectors.runs import (
    Holder,
    WorkerShare,
    run_row,
    runs_of,
    runs_over,
    runs_under_way,
    runs_with_checkpoint,
    worker_shares,
)
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run

pytestmark = pytest.mark.django_db


def hold(run, position, *, minutes=1, **facts):
    Chunk.objects.create(
        run=run,
        position=position,
        example_ids=[],
        state="running",
        token=f"t{position}",
        leased_until=timezone.now() + timedelta(minutes=minutes),
        **facts,
    )


def test_time_left_comes_from_the_measured_speed_and_the_workers_that_hold_a_part() -> None:
    corpus = make_corpus(10)
    run = make_run(corpus, ["x"] * 4, system="one", state="running", seconds=8.0, new_tokens=40)
    (row,) = runs_under_way()
    assert (row.progress.done, row.progress.total, row.progress.tokens_per_second) == (4, 10, 5)
    assert row.progress.seconds_left == 12
    hold(run, 0)
    hold(run, 1)
    hold(run, 2, minutes=-1)  # its worker was not heard of in time
    assert runs_under_way()[0].progress.seconds_left == 6


def test_who_holds_a_part_now_and_who_did_which_share() -> None:
    run = make_run(make_corpus(10), ["x"], system="one", state="running", seconds=1.0)
    hold(run, 0, worker="celery@a", device="cuda:0")
    hold(run, 1, worker="celery@b")
    hold(run, 2, worker="celery@gone", minutes=-1)
    assert runs_under_way()[0].holders == (Holder("celery@a", "cuda:0"), Holder("celery@b", ""))
    for position, state in ((3, "done"), (4, "done"), (5, "failed"), (6, "queued")):
        worker = "" if state == "queued" else "celery@a"
        run.chunks.create(position=position, example_ids=[], state=state, worker=worker, device="cuda:0")
    assert worker_shares(run) == (
        WorkerShare(worker="celery@a", device="cuda:0", done=2, held=1, failed=1),
        WorkerShare(worker="celery@b", device="", done=0, held=1, failed=0),
        WorkerShare(worker="celery@gone", device="", done=0, held=1, failed=0),
    )


def test_a_run_that_writes_no_tokens_has_its_speed_in_examples() -> None:
    make_run(make_corpus(10), ["x"] * 4, system="one", state="running", seconds=8.0)
    progress = runs_under_way()[0].progress
    assert (progress.examples_per_second, progress.tokens_per_second) == (0.5, None)


def test_nothing_is_promised_before_the_first_output() -> None:
    make_run(make_corpus(2), [], system="one", state="queued")
    progress = runs_under_way()[0].progress
    assert (progress.done, progress.tokens_per_second, progress.seconds_left) == (0, None, None)


def test_runs_that_are_over_newest_first_with_scores() -> None:
    corpus = make_corpus(2)
    done = make_run(corpus, ["a", "b"], system="one", environment={"device": "cpu"})
    done.scores.create(metric="bleu", value=12.5, signature="s", examples=2)
    stopped = make_run(corpus, ["a"], system="two", state="cancelled")
    first, second = runs_over()
    assert (first.run, first.is_resumable, first.progress.done) == (stopped, True, 1)
    assert (second.scores, second.device, second.is_active) == ({"bleu": 12.5}, "cpu", False)
    assert run_row(done.pk) == second
    assert run_row(stopped.pk + 100) is None


def test_each_system_by_its_newest_run_with_outputs() -> None:
    corpus = make_corpus(2)
    make_run(corpus, ["old", "old"], system="one")
    newest = make_run(corpus, ["new", "new"], system="one")
    make_run(corpus, [], system="one", state="queued")
    other = make_run(corpus, ["x"], system="two", state="cancelled")
    make_run(make_corpus(1, name="elsewhere"), ["x"], system="one")
    assert list(runs_of(corpus)) == [newest, other]


def test_the_runs_of_a_checkpoint() -> None:
    checkpoint = make_checkpoint("base")
    corpus = make_corpus(1)
    run = make_run(corpus, ["a"], system="base", checkpoint=checkpoint)
    make_run(corpus, ["a"], system="imported")
    assert list(runs_with_checkpoint(checkpoint)) == [run]
