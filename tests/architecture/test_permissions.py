"""Every address of the site has a row here that says who may ask for it; an address without a row fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from evalsite.roles import ADMIN, RATER, RESEARCHER
from ratings.models import Study
from ratings.services.completion import close_study
from ratings.services.report_jobs import request_report
from ratings.services.simulation import simulate
from ratings.tasks import build_now
from tests.ratings.conftest import comparison, make_study, plan, researcher, study  # noqa: F401 - fixtures

ALL = frozenset({"anonymous", "rater", "researcher", "owner", "admin"})
SIGNED_IN = ALL - {"anonymous"}
RESEARCHERS = SIGNED_IN - {"rater"}
OWNER = frozenset({"owner", "admin"})  # of the study; for other researchers it does not exist
ADMINS = frozenset({"admin"})


@dataclass(frozen=True)
class Row:
    """Who is let in, and by which method the address is asked for."""

    allowed: frozenset[str]
    method: str = "get"


MATRIX = {
    "home": Row(RESEARCHERS),
    "home_live": Row(RESEARCHERS),
    "login": Row(ALL),
    "logout": Row(ALL, "post"),
    "one_time_sign_in": Row(ALL),  # the token is what lets in
    "set_language": Row(ALL, "post"),
    "audit_log": Row(ADMINS),
    "audit_csv": Row(ADMINS),
    "health": Row(ALL),
    "ready": Row(ALL),
    "figures": Row(frozenset()),  # the token is what lets in
    "api_schema": Row(RESEARCHERS),
    "dataset-list": Row(RESEARCHERS),
    "dataset-detail": Row(RESEARCHERS),
    "example-list": Row(RESEARCHERS),
    "example-detail": Row(RESEARCHERS),
    "checkpoint-list": Row(RESEARCHERS),
    "checkpoint-detail": Row(RESEARCHERS),
    "checkpoint-training": Row(ADMINS, "post"),
    "decodingconfig-list": Row(RESEARCHERS),
    "decodingconfig-detail": Row(RESEARCHERS),
    "system-list": Row(RESEARCHERS),
    "system-detail": Row(RESEARCHERS),
    "run-list": Row(RESEARCHERS),
    "run-detail": Row(RESEARCHERS),
    "run-cancel": Row(RESEARCHERS, "post"),
    "run-resume": Row(RESEARCHERS, "post"),
    "metricscore-list": Row(RESEARCHERS),
    "metricscore-detail": Row(RESEARCHERS),
    "output-list": Row(RESEARCHERS),
    "output-detail": Row(RESEARCHERS),
    "study-list": Row(RESEARCHERS),
    "study-detail": Row(OWNER),
    "study-open": Row(OWNER, "post"),
    "study-close": Row(OWNER, "post"),
    "study-look": Row(OWNER, "post"),
    "study-unblind": Row(OWNER, "post"),
    "study-build-report": Row(OWNER, "post"),
    "study-take-report": Row(OWNER),
    "upload-list": Row(ADMINS),
    "upload-detail": Row(ADMINS),
    "upload-submit": Row(ADMINS, "post"),
    "generation:datasets": Row(RESEARCHERS),
    "generation:dataset": Row(RESEARCHERS),
    "generation:dataset_import": Row(RESEARCHERS),
    "generation:outputs": Row(RESEARCHERS),
    "generation:checkpoints": Row(RESEARCHERS),
    "generation:checkpoints_live": Row(RESEARCHERS),
    "generation:checkpoint": Row(RESEARCHERS),
    "generation:checkpoint_training": Row(ADMINS),
    "generation:checkpoint_delete": Row(ADMINS, "post"),
    "generation:finetune": Row(RESEARCHERS),
    "generation:finetune_cancel": Row(RESEARCHERS, "post"),
    "generation:finetune_again": Row(RESEARCHERS, "post"),
    "generation:runs": Row(RESEARCHERS),
    "generation:runs_live": Row(RESEARCHERS),
    "generation:run": Row(RESEARCHERS),
    "generation:run_live": Row(RESEARCHERS),
    "generation:run_start": Row(RESEARCHERS),
    "generation:run_cancel": Row(RESEARCHERS, "post"),
    "generation:run_resume": Row(RESEARCHERS, "post"),
    "generation:uploads": Row(ADMINS),
    "generation:upload": Row(ADMINS),
    "generation:upload_findings": Row(ADMINS),
    "generation:upload_submit": Row(ADMINS, "post"),
    "generation:upload_cancel": Row(ADMINS, "post"),
    "generation:upload_files": Row(ADMINS, "post"),
    "generation:uploaded_file": Row(ADMINS, "head"),
    # A rater's personal link is what lets in; an unknown one says so to everybody alike.
    "ratings:rater_landing": Row(ALL),
    "ratings:rater_instructions": Row(ALL),
    "ratings:rater_practice": Row(ALL),
    "ratings:rater_quiz": Row(ALL),
    "ratings:rater_leave": Row(ALL),
    "ratings:rater_data": Row(ALL),
    "ratings:rater_account": Row(ALL),
    "ratings:own_places": Row(SIGNED_IN),
    "ratings:rater_left": Row(ALL),
    "ratings:rater_next": Row(ALL),
    "ratings:rater_item": Row(ALL),
    "ratings:rater_answer": Row(ALL, "post"),
    "ratings:rater_pause": Row(ALL),
    "ratings:rater_thanks": Row(ALL),
    "ratings:join": Row(ALL),
    "ratings:studies": Row(RESEARCHERS),
    "ratings:study_new": Row(RESEARCHERS),
    "ratings:study_words": Row(RESEARCHERS, "post"),
    "ratings:study": Row(OWNER),
    "ratings:study_edit": Row(OWNER),
    "ratings:study_live": Row(OWNER),
    "ratings:study_look": Row(OWNER, "post"),
    "ratings:study_unblind": Row(OWNER, "post"),
    "ratings:study_amend": Row(OWNER, "post"),
    "ratings:study_archive": Row(OWNER, "post"),
    "ratings:quality": Row(OWNER),
    "ratings:quality_live": Row(OWNER),
    "ratings:quality_decide": Row(OWNER, "post"),
    "ratings:study_protocol": Row(OWNER),
    "ratings:study_open": Row(OWNER, "post"),
    "ratings:study_invite": Row(OWNER, "post"),
    "ratings:open_link_make": Row(OWNER, "post"),
    "ratings:open_link_end": Row(OWNER, "post"),
    "ratings:study_renew": Row(OWNER, "post"),
    "ratings:study_extend": Row(OWNER, "post"),
    "ratings:study_hand_on": Row(OWNER, "post"),
    "ratings:study_pause": Row(OWNER, "post"),
    "ratings:study_resume": Row(OWNER, "post"),
    "ratings:study_withdraw": Row(OWNER, "post"),
    "ratings:study_simulate": Row(OWNER, "post"),
    "ratings:study_close": Row(OWNER, "post"),
    "ratings:study_delete": Row(OWNER, "post"),
    "ratings:study_consent": Row(OWNER),
    "ratings:study_audit": Row(OWNER, "post"),
    "ratings:run_comparison": Row(RESEARCHERS),
    "ratings:sizes": Row(RESEARCHERS),
    "ratings:size": Row(RESEARCHERS),
    "ratings:size_here": Row(RESEARCHERS, "post"),
    "ratings:size_state": Row(RESEARCHERS),
    "ratings:size_figure": Row(RESEARCHERS),
    "ratings:report": Row(OWNER),
    "ratings:report_build": Row(OWNER, "post"),
    "ratings:report_state": Row(OWNER),
    "ratings:report_figure": Row(OWNER),
    "ratings:report_download": Row(OWNER),
}


def addresses(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name and the arguments of each address of the site."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", list(pattern.pattern.regex.groupindex)


SITE = dict(addresses(get_resolver().url_patterns))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(MATRIX) == set(SITE)


@pytest.fixture
def reported(study: Study) -> Study:  # noqa: F811 - the fixture imported above
    closed = close_study(study=simulate(study=study, seed=1))
    build_now(request_report(study=closed).pk)
    return closed


@pytest.fixture
def people(reported: Study) -> dict[str, User | None]:
    named = {role: User.objects.create_user(f"a {role}") for role in (RATER, RESEARCHER, ADMIN)}
    for role, user in named.items():
        user.groups.add(Group.objects.get(name=role))
    reported.owner.groups.add(Group.objects.get(name=RESEARCHER))
    return {"anonymous": None, "owner": reported.owner} | named


def test_each_address_lets_in_whom_its_row_names(reported: Study, people: dict[str, User | None]) -> None:
    rows = {name: row for name, row in MATRIX.items() if name in SITE}
    found = {
        name: frozenset(person for person, user in people.items() if _lets_in(name, row, reported, user))
        for name, row in rows.items()
    }
    assert found == {name: row.allowed for name, row in rows.items()}


def test_another_researcher_s_study_is_not_there(reported: Study, people: dict[str, User | None]) -> None:
    """Not even that it exists is told: each address of it is a 404 for a researcher who does not own it."""
    owned = {name: row for name, row in MATRIX.items() if row.allowed == OWNER}
    found = {name: _answer(name, row.method, reported, people[RESEARCHER]) for name, row in owned.items()}
    assert found == dict.fromkeys(owned, 404)


METHODS = ("get", "head", "post", "put", "patch", "delete")  # OPTIONS tells what an address takes, never data


def test_no_method_lets_in_whom_the_row_does_not_name(
    reported: Study, people: dict[str, User | None]
) -> None:
    """Whatever the method: who is not named gets no page, no data and no deed, and nothing has changed."""
    before = _everything()
    let_in = [
        (name, person, method, status)
        for name, row in MATRIX.items()
        for person, user in people.items()
        if person not in row.allowed
        for method in METHODS
        for status in [_answer(name, method, reported, user)]
        if status not in (401, 403, 404, 405)
    ]
    assert let_in == []
    assert _everything() == before


def _everything() -> dict[str, int]:
    """How many rows each table of the project has, but for what records who asked."""
    kept = (model for model in apps.get_models() if model._meta.app_label in ("generation", "ratings"))
    return {model._meta.label: model._default_manager.count() for model in kept}


def _answer(name: str, method: str, reported: Study, user: User | None) -> int:
    """The status of an answer, 401 for the way to the sign-in page."""
    response = _asked(name, method, reported, user)
    return 401 if _to_sign_in(response) else response.status_code


def _lets_in(name: str, row: Row, reported: Study, user: User | None) -> bool:
    response = _asked(name, row.method, reported, user)
    turned_away = {401, 403, 404} if row.allowed == OWNER else {401, 403}
    return response.status_code not in turned_away and (name == "logout" or not _to_sign_in(response))


def _asked(name: str, method: str, reported: Study, user: User | None) -> HttpResponse:
    there = {"slug": reported.slug, "language": "en", "name": "ratings-1", "form": "json"}
    arguments = {argument: there.get(argument, "0") for argument in SITE[name]}
    client = Client()
    if user is not None:
        client.force_login(user)
    return getattr(client, method)(reverse(name, kwargs=arguments))


def _to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and urlsplit(response["Location"]).path == reverse("login")
