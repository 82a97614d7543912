"""The pages of checkpoints: shares, cost, curve, deletion; fine-tunings started, cancelled, tried again."""

import pytest
from django.urls import reverse

from evalsite.models import AuditEntry
from generation import tasks
from generation.models import Checkpoint, FinetuneJob
from generation.selectors.checkpoints import checkpoint_rows
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run, make_worker

LIST_QUERIES = 8  # session, user, roles twice, checkpoints, jobs under way and stopped, workers


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """How often workers were woken; no broker is asked."""
    calls = []
    monkeypatch.setattr(tasks, "_send_wakes", lambda: calls.append(1))
    return calls


@pytest.fixture
def lora(base):
    curve = [[step, 4 / step] for step in range(1, 101)]
    record = {"loss_curve": curve, "dataset": {"name": "places"}, "pairs": 60, "learning_rate": 0.001}
    return make_checkpoint(
        "adapter",
        "lora",
        base=base,
        parameters=1_010,
        trainable=10,
        bytes=40,
        training_seconds=83.0,
        training_steps=100,
        training_memory=1 << 30,
        training_record=record,
    )


def job(base, corpus, **facts):
    values = {"adaptation": "lora", "name": "new adapter", "steps": 100} | facts
    return FinetuneJob.objects.create(base=base, dataset=corpus, **values)


def test_no_checkpoint_yet_says_what_to_do(researcher):
    assert "register_checkpoint" in researcher.get(reverse("generation:checkpoints")).text


def test_the_list_shows_shares_and_cost(researcher, lora):
    page = researcher.get(reverse("generation:checkpoints")).text
    assert "0.99 %" in page
    assert "1.0 %" in page
    assert "1 min 23 s" in page


def test_a_checkpoint_with_files_cost_and_curve(researcher, lora):
    lora.files.create(name="adapter_model.safetensors", sha256="e" * 64, size=40)
    page = researcher.get(reverse("generation:checkpoint", args=[lora.pk])).text
    assert "e" * 64 in page
    assert "1.0\xa0GB" in page
    assert "<polyline" in page
    assert "The loss goes from 4.00 at the first step to 0.04 at the last" in page
    assert "style=" not in page
    assert "Nothing rests on it" in page


def test_a_checkpoint_says_who_uses_it(researcher, base, lora, corpus):
    run = make_run(corpus, ["a"], system="base, greedy", checkpoint=base)
    page = researcher.get(reverse("generation:checkpoint", args=[base.pk])).text
    assert reverse("generation:run", args=[run.pk]) in page
    assert reverse("generation:checkpoint", args=[lora.pk]) in page
    assert "nobody trained it here" in page
    assert researcher.get(reverse("generation:checkpoint", args=[base.pk + 900])).status_code == 404


def test_only_an_admin_sees_and_uses_deletion(researcher, admin, checkpoint_store, lora):
    address = reverse("generation:checkpoint_delete", args=[lora.pk])
    shown = reverse("generation:checkpoint", args=[lora.pk])
    assert address not in researcher.get(shown).text
    assert researcher.post(address).status_code == 403
    assert address in admin.get(shown).text
    assert admin.get(address).status_code == 405
    admin.post(address)
    assert not Checkpoint.objects.filter(pk=lora.pk).exists()
    assert AuditEntry.objects.get(action="checkpoint deleted").actor_name == "a-admin"


def test_an_admin_states_what_training_cost_elsewhere(admin, researcher, base):
    brought = make_checkpoint("brought", "full", base=base, trainable=1000)
    make_checkpoint("brought adapter", "lora", base=base, training_seconds=930.0)
    address = reverse("generation:checkpoint_training", args=[brought.pk])
    shown = reverse("generation:checkpoint", args=[brought.pk])
    assert address not in researcher.get(shown).text
    assert researcher.get(address).status_code == 403
    assert address in admin.get(shown).text
    assert 'value="1000"' in admin.get(address).text
    facts = {
        "time": "2:35:00",
        "steps": 900,
        "trainable": 990,
        "memory": 1.5,
        "device": "A100",
        "price": "4 EUR",
    }
    response = admin.post(address, facts, follow=True)
    for words in ("2 h 35 min", "900", "990 (99 %)", "1.5\xa0GB", "A100", "4 EUR", "Stated by a-admin"):
        assert words in response.text
    assert 'value="02:35:00"' in admin.get(address).text
    assert checkpoint_rows()[-1].seconds_share == 0.1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"time": "soon"}, "Enter a valid duration"),
        ({"time": "0"}, "Give a time above 0"),
        ({"time": "-5"}, "Give a time above 0"),
        ({"memory": "nan"}, "Enter a number"),
        ({"trainable": 1001}, "more than the 1,000"),
        ({"steps": 0}, "greater than or equal to 1"),
    ],
)
def test_training_facts_that_cannot_be_are_refused(admin, base, facts, words):
    brought = make_checkpoint("brought", "full", base=base)
    response = admin.post(reverse("generation:checkpoint_training", args=[brought.pk]), facts)
    assert response.status_code == 422
    assert words in response.text
    brought.refresh_from_db()
    assert brought.training_record == {}


def test_a_checkpoint_in_use_stays_and_the_page_says_why(admin, base, lora):
    response = admin.post(reverse("generation:checkpoint_delete", args=[base.pk]), follow=True)
    assert "cannot be deleted" in response.text
    assert Checkpoint.objects.filter(pk=base.pk).exists()


def test_a_fine_tuning_is_queued_and_a_worker_woken(
    researcher, base, corpus, woken, django_capture_on_commit_callbacks
):
    form = {"base": base.pk, "dataset": corpus.pk, "adaptation": "full", "name": "tuned", "steps": 7}
    with django_capture_on_commit_callbacks(execute=True):
        response = researcher.post(reverse("generation:finetune"), form)
    assert response.headers["Location"] == reverse("generation:checkpoints")
    queued = FinetuneJob.objects.get()
    assert (queued.base, queued.adaptation, queued.name, queued.steps) == (base, "full", "tuned", 7)
    assert woken == [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "base"}, "choose another name"),
        ({"steps": 0}, "greater than or equal to 1"),
        ({"base": ""}, "required"),
    ],
)
def test_a_fine_tuning_that_cannot_be_is_refused(researcher, base, corpus, woken, change, words):
    form = {"base": base.pk, "dataset": corpus.pk, "adaptation": "full", "name": "tuned", "steps": 7}
    response = researcher.post(reverse("generation:finetune"), form | change)
    assert response.status_code == 422
    assert words in response.text
    assert not FinetuneJob.objects.exists()
    assert woken == []


def test_an_adapter_is_no_base(researcher, lora):
    assert "adapter" not in str(researcher.get(reverse("generation:finetune")).context["form"]["base"])


def test_progress_of_a_fine_tuning(researcher, base, corpus):
    job(base, corpus, state="running", step=25, seconds=50.0, loss_curve=[[25, 1.234]])
    page = researcher.get(reverse("generation:checkpoints_live")).text
    assert "<html" not in page
    assert "data-live-next" in page
    assert "step 25 of 100" in page
    assert "loss 1.23" in page
    assert "No worker listens" in page
    assert "left" not in page.partition("step 25")[2].partition("</p>")[0]
    make_worker()
    page = researcher.get(reverse("generation:checkpoints_live")).text
    assert "about 2 min 30 s left" in page
    assert "No worker listens" not in page


def test_a_page_where_nothing_goes_on_rests(researcher, base):
    assert "data-live-next" not in researcher.get(reverse("generation:checkpoints_live")).text


def test_cancel_and_try_again(researcher, base, corpus, woken, django_capture_on_commit_callbacks):
    begun = job(base, corpus, state="running", step=3)
    researcher.post(reverse("generation:finetune_cancel", args=[begun.pk]))
    begun.refresh_from_db()
    assert begun.state == "cancelled"
    with django_capture_on_commit_callbacks(execute=True):
        researcher.post(reverse("generation:finetune_again", args=[begun.pk]))
    again = FinetuneJob.objects.get()
    assert (again.state, again.step, again.name, again.steps) == ("queued", 0, "new adapter", 100)
    assert woken == [1]


def test_trying_again_under_a_name_that_is_taken_by_now_says_so(researcher, base, corpus):
    failed = job(base, corpus, state="failed", name=base.name)
    response = researcher.post(reverse("generation:finetune_again", args=[failed.pk]), follow=True)
    assert "choose another name" in response.text


def test_the_list_costs_the_same_for_few_and_many(researcher, base, django_assert_num_queries):
    for number in range(1, 8):
        corpus = make_corpus(1, name=f"corpus {number}")
        job(base, corpus, name=f"job {number}", state="running" if number % 2 else "failed")
        make_checkpoint(f"lora {number}", "lora", base=base)
        with django_assert_num_queries(LIST_QUERIES):
            researcher.get(reverse("generation:checkpoints"))
