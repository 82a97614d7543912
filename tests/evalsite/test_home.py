"""The home page says at each stage what there is, what goes on and what to do next."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from evalsite.roles import RATER, RESEARCHER
from generation.models import Dataset, FinetuneJob
from ratings.models import Report
from ratings.services.completion import close_study
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run, make_worker
from tests.ratings.conftest import comparison, make_study, plan, study  # noqa: F401 - fixtures

QUERIES = 18


@pytest.fixture
def researcher(db: None) -> User:
    user = User.objects.create_user("ada")
    user.groups.add(Group.objects.get(name=RESEARCHER))
    return user


@pytest.fixture
def home(researcher: User):
    """Call for the home page's part that changes, as the researcher sees it."""
    client = Client()
    client.force_login(researcher)

    def get() -> str:
        response = client.get(reverse("home_live"))
        assert response.status_code == 200
        return " ".join(response.text.split())

    return get


def train(base, dataset: Dataset, **facts: object) -> FinetuneJob:
    values = {"adaptation": "lora", "name": "adapter", "steps": 100} | facts
    return FinetuneJob.objects.create(base=base, dataset=dataset, **values)


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/", follow=True)
    assert response.redirect_chain == [(f"{reverse('login')}?next=/", 302)]
    assert client.get(reverse("home_live")).status_code == 302


def test_a_rater_has_no_home_page(client: Client, db: None) -> None:
    user = User.objects.create_user("rae")
    user.groups.add(Group.objects.get(name=RATER))
    client.force_login(user)
    assert client.get("/").status_code == 403
    assert client.get(reverse("home_live")).status_code == 403


def test_the_whole_page_holds_the_part_and_its_script(client: Client, researcher: User) -> None:
    client.force_login(researcher)
    page = client.get("/").text
    assert f'data-live="{reverse("home_live")}"' in page
    assert "js/live.js" in page
    assert "stage-report" in page
    assert "Reload" in page.partition("<noscript>")[2].partition("</noscript>")[0]


def test_at_the_beginning_the_next_step_is_a_corpus(home) -> None:
    page = home()
    assert reverse("generation:dataset_import") in page
    assert "No checkpoint yet" in page
    assert "Nothing is written yet" in page
    assert "A study needs the outputs of at least two systems" in page
    assert "until then nobody sees what raters answered" in page
    assert "data-live-next" not in page
    assert "No worker listens" not in page


def test_with_a_base_the_next_steps_are_fine_tuning_and_a_run(home) -> None:
    make_checkpoint("base")
    make_corpus(2)
    page = home()
    assert "1 checkpoint</a>, 0 of them fine-tuned" in page
    assert f'href="{reverse("generation:finetune")}"' in page
    assert f'href="{reverse("generation:run_start")}"' in page


def test_work_under_way_shows_its_progress_and_asks_again_soon(home) -> None:
    base, corpus = make_checkpoint("base"), make_corpus(4)
    train(base, corpus, state="running", step=25, seconds=5.0)
    make_run(corpus, ["a"], system="one", state="running", seconds=2.0, new_tokens=10)
    page = home()
    assert 'data-live-next="2"' in page
    assert "step 25 of 100" in page
    assert "1 of 4 examples" in page
    assert "No worker listens" in page
    assert " left" not in page
    make_worker()
    page = home()
    assert "No worker listens" not in page
    assert "about 15 s left" in page
    assert "about 6 s left" in page


def test_what_failed_is_said_and_can_be_tried_again(home) -> None:
    base, corpus = make_checkpoint("base"), make_corpus(1)
    job = train(base, corpus, state="failed", error="the disk is <full>")
    make_run(corpus, [], system="one", state="failed")
    page = home()
    assert "the disk is &lt;full&gt;" in page
    assert reverse("generation:finetune_again", args=[job.pk]) in page
    assert "1 run failed: see why." in page


def test_two_systems_over_one_corpus_can_be_judged(home) -> None:
    corpus = make_corpus(1)
    make_run(corpus, ["a"], system="one")
    make_run(make_corpus(1, name="other"), ["a"], system="two")
    assert "Plan a study" not in home()
    make_run(corpus, ["b"], system="two")
    page = home()
    assert "Plan a study" in page
    assert reverse("generation:outputs", args=[corpus.pk]) in page


def test_a_study_from_open_to_report(home, study) -> None:  # noqa: F811 - the fixture imported above
    page = home()
    assert reverse("ratings:study", args=[study.slug]) in page
    assert "0 of 4 raters are done" in page
    assert 'data-live-next="10"' in page
    close_study(study=study)
    page = home()
    assert "build its report" in page
    assert "data-live-next" not in page
    Report.objects.create(study=study, state="running", steps=9, steps_done=4)
    page = home()
    assert "step 4 of 9" in page
    assert 'data-live-next="2"' in page
    Report.objects.update(state="done", built_at="2026-01-01T00:00Z")
    assert f"Report of {study.name}" in home()


def test_simulated_raters_are_named_as_such(home, make_study) -> None:  # noqa: F811 - imported above
    study = make_study()  # noqa: F811 - as above
    assert "simulated raters" not in home()
    type(study).objects.update(is_simulated=True)
    assert "simulated raters" in home()


def test_the_queries_do_not_grow(home, researcher: User, django_assert_num_queries) -> None:
    base = make_checkpoint("base")
    for number in range(1, 5):
        corpus = make_corpus(3, name=f"corpus {number}")
        train(base, corpus, name=f"job {number}", state="running", step=1, seconds=1.0)
        train(base, corpus, name=f"broken {number}", state="failed")
        make_run(corpus, ["a"], system="one", state="running", seconds=1.0)
        make_run(corpus, ["a"], system="two")
        make_checkpoint(f"lora {number}", "lora", base=base)
        with django_assert_num_queries(QUERIES):
            home()
