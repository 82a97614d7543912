"""The API by its words: lists with filters and pages, starting and stopping, problems as problem details."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

from generation.models import Dataset, Output, Run, System
from generation.services.corpora import import_dataset
from generation.services.runs import import_outputs
from generation.services.scoring import score_run
from tests.generation.comparisons import make_checkpoint


@pytest.fixture
def researcher(db: None) -> User:
    user = User.objects.create_user("ada")
    user.groups.add(Group.objects.get(name="researcher"))
    return user


@pytest.fixture
def api(researcher: User) -> APIClient:
    client = APIClient()
    client.force_login(researcher)
    return client


@pytest.fixture
def run(dataset: Dataset, tmp_path: Path) -> Run:
    """The finished run of a system whose outputs were written elsewhere."""
    path = tmp_path / "outputs.txt"
    path.write_text("".join(f"Text {n}.\n" for n in range(5)))
    return import_outputs(path=path, dataset=dataset, system_name="elsewhere")


def test_lists_come_in_pages(api: APIClient, run: Run) -> None:
    page = api.get("/api/v1/outputs/", {"run": run.pk, "limit": 2, "offset": 4}).json()
    assert (page["count"], page["next"]) == (5, None)
    assert [row["text"] for row in page["results"]] == ["Text 4."]
    assert page["results"][0]["position"] == 4


def test_a_run_shows_what_it_is_over_and_how_far(api: APIClient, run: Run) -> None:
    row = api.get(f"/api/v1/runs/{run.pk}/").json()
    assert (row["system"], row["dataset"], row["state"]) == ("elsewhere", "places", "done")
    assert (row["examples"], row["outputs"]) == (5, 5)


@pytest.mark.parametrize(
    "path", ["datasets", "examples", "checkpoints", "decodings", "systems", "runs", "metrics", "outputs"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    api: APIClient, run: Run, base, path: str, django_assert_max_num_queries
) -> None:
    # Four of them count the request: a savepoint, its end, the count, and old counts that go with the first.
    with django_assert_max_num_queries(11):
        assert api.get(f"/api/v1/{path}/").status_code == 200


def test_metrics_are_found_by_run_and_name(api: APIClient, run: Run) -> None:
    score_run(run=run)
    (found,) = api.get("/api/v1/metrics/", {"run": run.pk, "metric": "bleu"}).json()["results"]
    assert (found["run"], found["system"], found["dataset"]) == (run.pk, "elsewhere", "places")
    assert (found["metric"], found["examples"]) == ("bleu", 5)
    assert found["signature"].startswith("nrefs:")
    assert {"value", "ci_low", "ci_high", "reason", "interval"} <= set(found)
    assert api.get("/api/v1/metrics/", {"metric": "unheard of"}).status_code == 400


def test_labels_and_second_texts_are_given(api: APIClient, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(
        '{"text": "a", "text_pair": "b", "label": "yes"}\n{"text": "c", "text_pair": "d", "label": "no"}\n'
    )
    dataset = import_dataset(task="classification", path=path, name="pairs")
    assert api.get(f"/api/v1/datasets/{dataset.pk}/").json()["labels"] == ["no", "yes"]
    first = api.get("/api/v1/examples/", {"dataset": dataset.pk}).json()["results"][0]
    assert (first["source"], first["text_pair"], first["label"]) == ("a", "b", "yes")


def test_an_admin_states_what_training_cost(api: APIClient, admin: User) -> None:
    tuned = make_checkpoint("tuned", "full")
    place = f"/api/v1/checkpoints/{tuned.pk}/"
    facts = {"seconds": 90.5, "steps": 7, "device": "A100", "price": "3 EUR"}
    assert api.post(place + "training/", facts, format="json").status_code == 403
    member = APIClient()
    member.force_login(admin)
    row = member.post(place + "training/", facts, format="json").json()
    assert (row["training_seconds"], row["training_steps"], row["training_memory"]) == (90.5, 7, None)
    stated = {"training_device": "A100", "training_price": "3 EUR", "training_stated_by": "grace"}
    assert stated.items() <= api.get(place).json().items()
    for wrong in ({"seconds": -1}, {"trainable": 10**30}):
        refused = member.post(place + "training/", wrong, format="json")
        assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


def test_a_checkpoint_without_a_record_has_empty_words(api: APIClient, base) -> None:
    row = api.get(f"/api/v1/checkpoints/{base.pk}/").json()
    assert (row["training_device"], row["training_price"], row["training_stated_by"]) == ("", "", "")


def test_a_run_is_started_cancelled_and_resumed(api: APIClient, dataset: Dataset, system: System) -> None:
    asked = {"system": system.name, "dataset": dataset.name, "limit": 3}
    started = api.post("/api/v1/runs/", asked, format="json")
    assert (started.status_code, started.json()["state"], started.json()["examples"]) == (201, "queued", 3)
    place = f"/api/v1/runs/{started.json()['id']}/"
    assert api.post(place + "cancel/").json()["state"] == "cancelled"
    assert api.post(place + "resume/").json()["state"] == "queued"
    twice = api.post("/api/v1/runs/", asked, format="json")
    assert twice.status_code == 400
    assert "is running over" in twice.json()["detail"]


def test_a_refusal_is_a_problem_with_one_sentence(api: APIClient, run: Run) -> None:
    answer = api.post(f"/api/v1/runs/{run.pk}/resume/")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    body = answer.json()
    assert (body["status"], body["title"], body["code"]) == (400, "Bad Request", "RunRefused")
    assert "only a stopped run is resumed" in body["detail"]


def test_fields_that_do_not_fit_are_named(api: APIClient, dataset: Dataset) -> None:
    answer = api.post("/api/v1/runs/", {"system": "nobody", "dataset": dataset.name}, format="json")
    assert answer.status_code == 400
    assert "system" in answer.json()["errors"]


@pytest.mark.parametrize("path", ["/api/v1/runs/999999/", "/api/v1/datasets/999999/"])
def test_what_is_not_there_is_a_404(api: APIClient, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such thing here.")


def test_roles_bound_what_is_open(db: None, researcher: User) -> None:
    anyone, rater, member = APIClient(), APIClient(), APIClient()
    rater.force_login(User.objects.create_user("rater"))
    member.force_login(researcher)
    for path in ("datasets", "runs", "outputs", "uploads"):
        assert anyone.get(f"/api/v1/{path}/").status_code in (401, 403)
        assert rater.get(f"/api/v1/{path}/").status_code == 403
    assert member.get("/api/v1/runs/").status_code == 200
    assert member.get("/api/v1/uploads/").status_code == 403


def test_an_upload_begins_and_ends_by_api(admin: User, upload_folder: Path, checkpoint_store: Path) -> None:
    api = APIClient()
    api.force_login(admin)
    begun = api.post("/api/v1/uploads/", {"name": "new", "adaptation": "pretrained"}, format="json")
    assert (begun.status_code, begun.json()["state"]) == (201, "queued")
    place = f"/api/v1/uploads/{begun.json()['id']}/"
    empty = api.post(place + "submit/")
    assert (empty.status_code, empty.json()["detail"][:17]) == (400, "There is no file ")
    lora = api.post("/api/v1/uploads/", {"name": "new2", "adaptation": "lora"}, format="json")
    assert "name the base" in lora.json()["detail"]
    assert api.delete(place).status_code == 204
    assert api.get(place).json()["state"] == "cancelled"


def test_the_rate_is_bounded(api: APIClient, settings) -> None:
    settings.API_RATE = "2/min"
    statuses = [api.get("/api/v1/datasets/").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert int(api.get("/api/v1/datasets/")["Retry-After"]) > 0


def test_output_text_is_given_as_it_is(api: APIClient, run: Run) -> None:
    Output.objects.filter(run=run, example__position=0).update(text="<img src=x onerror=alert(1)>")
    answer = api.get("/api/v1/outputs/", {"run": run.pk, "limit": 1})
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["results"][0]["text"] == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("name", ["a\0b", {"a\0": 1}, ["\0"]])
def test_a_nul_is_refused_before_a_database_sees_it(api: APIClient, name: object) -> None:
    answer = api.post("/api/v1/systems/", {"name": name, "checkpoint": "x"}, format="json")
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "A text holds a NUL character or half a surrogate pair; leave it out.",
    )


def test_half_a_surrogate_pair_is_refused_too(api: APIClient) -> None:
    body = r'{"name": "\ud800", "checkpoint": "x"}'
    answer = api.post("/api/v1/systems/", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
