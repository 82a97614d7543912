"""The first stages at a glance: each stage's state follows from what is there and what goes on."""

import pytest

from generation.models import FinetuneJob
from generation.selectors.overview import SHOWN, generation_overview
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run, make_worker

pytestmark = pytest.mark.django_db


def test_nothing_yet() -> None:
    overview = generation_overview()
    assert (overview.checkpoints_state, overview.runs_state, overview.work_waits) == ("open", "open", False)
    assert (overview.datasets, overview.workers, overview.comparable) == ((), (), False)


def test_what_is_there_is_counted_and_the_newest_corpora_are_named() -> None:
    base = make_checkpoint("base")
    make_checkpoint("lora", "lora", base=base)
    corpora = [make_corpus(1, name=f"corpus {number}") for number in range(SHOWN + 1)]
    make_run(corpora[0], ["a"], system="one")
    make_run(corpora[0], [], system="one", state="failed")
    make_worker()
    overview = generation_overview()
    assert (overview.n_checkpoints, overview.n_finetuned) == (2, 1)
    assert (overview.n_datasets, overview.n_runs_done, overview.n_runs_failed) == (SHOWN + 1, 1, 1)
    assert list(overview.datasets) == corpora[:0:-1]
    assert [worker.worker for worker in overview.workers] == ["celery@here"]
    assert overview.checkpoints_state == "done"


def test_two_runs_of_one_system_compare_nothing() -> None:
    corpus = make_corpus(1)
    make_run(corpus, ["a"], system="one")
    make_run(corpus, ["a"], system="one")
    assert generation_overview().runs_state == "open"
    make_run(corpus, ["a"], system="two")
    assert generation_overview().runs_state == "done"


def test_work_under_way_shows_at_its_stage() -> None:
    base, corpus = make_checkpoint("base"), make_corpus(1)
    FinetuneJob.objects.create(base=base, dataset=corpus, adaptation="lora", name="lora", steps=1)
    overview = generation_overview()
    assert (overview.checkpoints_state, overview.runs_state, overview.work_waits) == ("running", "open", True)
    make_run(corpus, [], system="one", state="queued")
    assert generation_overview().runs_state == "running"
