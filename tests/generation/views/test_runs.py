"""The pages of runs: live progress, no worker, start, cancel, resume, what reproduces a run."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from generation import tasks
from generation.models import DecodingConfig, Run, System
from generation.services.chunks import claim_chunk
from generation.services.runs import GREEDY, LORA_PAPER_E2E, decoding_presets, start_run
from generation.services.systems import ensure_system
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run, make_worker

LIST_QUERIES = 10  # session, user, roles twice, runs under way, outputs, holders, runs over, scores, workers


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """How often workers were woken; no broker is asked."""
    calls = []
    monkeypatch.setattr(tasks, "_send_wakes", lambda: calls.append(1))
    return calls


@pytest.fixture
def run(corpus, base):
    return start_run(system=ensure_system(checkpoint=base), dataset=corpus)


def test_nothing_has_run_yet(researcher, db):
    page = researcher.get(reverse("generation:runs")).text
    assert "Nothing has run yet" in page
    assert "No worker listens" in page


def test_a_running_run_with_speed_and_time_left(researcher, corpus):
    make_worker("celery@box")
    make_run(corpus, ["x"] * 10, system="one", state="running", seconds=20.0, new_tokens=400)
    page = researcher.get(reverse("generation:runs_live")).text
    assert "<html" not in page
    assert 'data-live-next="2"' in page
    assert "10 of 30 examples" in page
    assert "20 tokens/s" in page
    assert "about 40 s left" in page
    assert "celery@box (cpu)" in page
    assert "No worker listens" not in page


def test_who_holds_a_part_stands_on_the_list_and_who_did_it_on_the_page(researcher, run):
    chunk = claim_chunk(worker="celery@box")
    page = researcher.get(reverse("generation:runs_live")).text
    assert "At work:" in page
    assert "celery@box" in page.partition("At work:")[2]
    page = researcher.get(reverse("generation:run_live", args=[run.pk])).text
    assert "Who worked on it" in page
    assert '<th scope="row">celery@box</th>' in page
    assert chunk.state == "running"


def test_a_classification_has_its_speed_in_examples_and_its_accuracy(researcher, corpus):
    make_run(corpus, ["x"] * 10, system="one", state="running", seconds=4.0)
    page = researcher.get(reverse("generation:runs_live")).text
    assert "2.5 examples/s" in page
    assert "tokens/s" not in page
    done = make_run(corpus, ["x"] * 30, system="two", seconds=4.0)
    done.scores.create(metric="accuracy", value=91.25, signature="s", examples=30)
    assert "91.3" in researcher.get(reverse("generation:runs_live")).text


def test_without_a_worker_no_time_is_promised(researcher, corpus):
    run = make_run(corpus, ["x"] * 10, system="one", state="running", seconds=20.0, new_tokens=400)
    page = researcher.get(reverse("generation:run_live", args=[run.pk])).text
    assert "10 of 30 examples" in page
    assert "No worker listens" in page
    assert "s left" not in page


def test_runs_that_are_over_with_their_scores(researcher, corpus):
    run = make_run(corpus, ["x"] * 30, system="one")
    run.scores.create(metric="bleu", value=62.131, signature="nrefs:var|case:mixed", examples=30)
    page = researcher.get(reverse("generation:runs_live")).text
    assert "62.13" in page
    assert "data-live-next" not in page
    page = researcher.get(reverse("generation:run", args=[run.pk])).text
    assert "nrefs:var|case:mixed" in page


def test_each_score_has_its_interval_or_its_reason(researcher, corpus):
    run = make_run(corpus, ["x"] * 30, system="one")
    run.scores.create(metric="bleu", value=62.131, ci_low=60.5, ci_high=63.25, signature="s", examples=30)
    run.scores.create(metric="meteor", reason="not computed: needs Java", examples=30)
    page = researcher.get(reverse("generation:run", args=[run.pk])).text
    assert "60.50 to 63.25" in page
    assert "METEOR" in page
    assert "not computed: needs Java" in page


def test_a_run_says_while_it_is_scored_and_its_page_follows(researcher, corpus):
    run = make_run(corpus, ["x"] * 30, system="one")
    address = reverse("generation:run_live", args=[run.pk])
    assert "Not scored yet" in researcher.get(address).text
    Run.objects.filter(pk=run.pk).update(scoring_until=timezone.now() + timedelta(minutes=5))
    page = researcher.get(address).text
    assert "Being scored" in page
    assert "data-live-next" in page
    Run.objects.filter(pk=run.pk).update(scoring_until=timezone.now() - timedelta(minutes=5))
    assert "Not scored yet" in researcher.get(address).text


def test_what_reproduces_a_run(researcher, run):
    Run.objects.update(
        environment={
            "device": "cpu",
            "dtype": "float32",
            "versions": {"torch": "2.9"},
            "checkpoint": {"model.safetensors": "a" * 64},
            "adapter": {"adapter_model.safetensors": "b" * 64},
        }
    )
    page = researcher.get(reverse("generation:run", args=[run.pk])).text
    for words in ("float32", "torch 2.9", "a" * 64, "b" * 64, "greedy: beams 1"):
        assert words in page


def test_an_imported_run_names_its_file(researcher, corpus):
    run = make_run(corpus, ["x"], system="one", environment={"imported_from": "tgen.tsv"})
    assert "imported from tgen.tsv" in researcher.get(reverse("generation:run", args=[run.pk])).text


def test_no_such_run(researcher):
    assert researcher.get(reverse("generation:run", args=[1])).status_code == 404
    assert researcher.get(reverse("generation:run_live", args=[1])).status_code == 404


def test_runs_are_queued_for_each_checkpoint_chosen(
    researcher, base, corpus, woken, django_capture_on_commit_callbacks
):
    other = make_checkpoint("other")
    beam = decoding_presets()[LORA_PAPER_E2E]
    form = {"checkpoints": [base.pk, other.pk], "decoding": beam.pk, "dataset": corpus.pk, "limit": 12}
    with django_capture_on_commit_callbacks(execute=True):
        response = researcher.post(reverse("generation:run_start"), form, follow=True)
    assert "2 runs are queued" in response.text
    assert [(run.system.decoding, run.examples) for run in Run.objects.all()] == [(beam, 12)] * 2
    assert woken == [1]


def test_all_runs_are_queued_or_none(researcher, base, corpus, woken, run):
    other = make_checkpoint("other")
    form = {
        "checkpoints": [other.pk, base.pk],
        "decoding": DecodingConfig.objects.get(name=GREEDY).pk,
        "dataset": corpus.pk,
    }
    response = researcher.post(reverse("generation:run_start"), form)
    assert response.status_code == 422
    assert "is running over" in response.text
    assert list(Run.objects.all()) == [run]
    assert not System.objects.filter(checkpoint=other).exists()
    assert woken == []


def test_links_choose_ahead(researcher, base, corpus):
    page = researcher.get(
        reverse("generation:run_start"), {"checkpoints": base.pk, "dataset": corpus.pk}
    ).text
    assert f'value="{corpus.pk}" selected' in page
    assert page.count("checked") == 1


def test_cancel_and_resume(researcher, run, woken, django_capture_on_commit_callbacks):
    response = researcher.post(reverse("generation:run_cancel", args=[run.pk]), follow=True)
    assert "is cancelled" in response.text
    run.refresh_from_db()
    assert run.state == "cancelled"
    with django_capture_on_commit_callbacks(execute=True):
        response = researcher.post(reverse("generation:run_resume", args=[run.pk]), follow=True)
    run.refresh_from_db()
    assert run.state == "queued"
    assert woken == [1]
    response = researcher.post(reverse("generation:run_resume", args=[run.pk]), follow=True)
    assert "only a stopped run is resumed" in response.text


def test_a_failed_run_says_why_as_text(researcher, run):
    Run.objects.update(state="failed", error="the file <x> is gone")
    page = researcher.get(reverse("generation:run", args=[run.pk])).text
    assert "the file &lt;x&gt; is gone" in page
    assert reverse("generation:run_resume", args=[run.pk]) in page


@pytest.mark.parametrize(
    "name", ["runs", "run_start", "checkpoints", "finetune", "datasets", "dataset_import"]
)
def test_raters_are_kept_out_and_strangers_asked_to_sign_in(client, rater, name):
    address = reverse(f"generation:{name}")
    assert rater.get(address).status_code == 403
    assert client.get(address).headers["Location"].startswith(reverse("login"))


def test_the_list_costs_the_same_for_few_and_many(researcher, django_assert_num_queries):
    for number in range(1, 6):
        corpus = make_corpus(2, name=f"corpus {number}")
        for system in ("one", "two"):
            make_run(corpus, ["a"], system=system, state="running")
            make_run(corpus, ["a"], system=system).scores.create(
                metric="bleu", value=1.0, signature="s", examples=1
            )
        with django_assert_num_queries(LIST_QUERIES):
            researcher.get(reverse("generation:runs"))
