import json

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import ADMIN, RESEARCHER
from ratings.models import Report
from ratings.reports.exports import FORMATS
from ratings.services.completion import close_study
from ratings.services.exclusions import exclude_rater
from ratings.services.simulation import simulate

MOST_PAGE_QUERIES = 19  # the fingerprint reads exclusions by hand and every kind of answer, too


@pytest.fixture
def signed_in(client, researcher):
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)
    return client


@pytest.fixture
def closed(make_study):
    return close_study(study=simulate(study=make_study(), seed=3))


@pytest.fixture
def built(signed_in, closed):
    signed_in.post(address(closed, "report_build"), {"here": "1"})
    return closed


def address(study, name="report", *more):
    return reverse(f"ratings:{name}", args=[study.slug, *more])


def addresses(study):
    return [
        address(study),
        address(study, "report_state"),
        address(study, "report_figure", "en", "claims"),
        *(address(study, "report_download", form) for form in FORMATS),
    ]


def test_locked_before_closing(signed_in, study):
    page = signed_in.get(address(study)).content.decode()
    assert "locked until the study is closed" in page
    assert signed_in.post(address(study, "report_build")).status_code == 404
    for other in addresses(study)[1:]:
        assert signed_in.get(other).status_code == 404
    assert not Report.objects.exists()


def test_built_here_and_read(built, signed_in):
    page = signed_in.get(address(built)).content.decode()
    assert page.index("Verdicts") < page.index("Stars by system")
    assert "a program gave these answers" in page
    assert "Whether CANARY-label-lora is non-inferior" in page or "non-inferior to" in page
    assert "style=" not in page


def test_not_built_yet_says_what_to_do(signed_in, closed):
    page = signed_in.get(address(closed)).content.decode()
    assert "Build the report" in page
    assert "a program gave these answers" in page


def test_figures_are_pictures(built, signed_in):
    response = signed_in.get(address(built, "report_figure", "vi", "claims"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert signed_in.get(address(built, "report_figure", "en", "nothing")).status_code == 404


def test_every_format_can_be_downloaded(built, signed_in):
    for form, export in FORMATS.items():
        response = signed_in.get(address(built, "report_download", form))
        assert response["Content-Type"] == export.media_type
        assert response["Content-Disposition"] == f'attachment; filename="{built.slug}{export.ending}"'
    assert signed_in.get(address(built, "report_download", "exe")).status_code == 404
    downloaded = signed_in.get(address(built, "report_download", "json")).content.decode()
    assert downloaded == Report.objects.get().document
    assert json.loads(downloaded)["study"]["simulated"] is True


def test_asked_by_the_button_it_waits_for_a_worker(closed, signed_in):
    response = signed_in.post(address(closed, "report_build"), follow=True)
    assert "data-report-state" in response.content.decode()
    assert signed_in.get(address(closed, "report_state")).json() == {
        "under_way": True,
        "steps_done": 0,
        "steps": 0,
    }


def test_a_change_after_building_is_said(built, signed_in):
    assert "has changed since it was built" not in signed_in.get(address(built)).content.decode()
    exclude_rater(rater=built.raters.first(), reason="Asked for it.", actor=built.owner)
    assert "has changed since it was built" in signed_in.get(address(built)).content.decode()


def test_others_find_nothing(built, client, django_user_model):
    other = django_user_model.objects.create_user("eve")
    other.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(other)
    for each in addresses(built):
        assert client.get(each).status_code == 404
    assert client.post(address(built, "report_build")).status_code == 404
    client.logout()
    for each in addresses(built):
        assert client.get(each).status_code == 302
    other.groups.add(Group.objects.get(name=ADMIN))
    client.force_login(other)
    assert client.get(address(built)).status_code == 200


def test_the_page_costs_few_queries(built, signed_in, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_PAGE_QUERIES):
        signed_in.get(address(built))


def test_a_report_of_an_earlier_form_is_built_anew(built, signed_in):
    Report.objects.update(document='{"study": {"name": "as it was long ago"}}')
    page = signed_in.get(address(built))
    assert page.status_code == 200
    assert "has not been built yet" in page.content.decode()
    assert signed_in.get(address(built, "report_download", "json")).status_code == 404
    assert signed_in.get(address(built, "report_figure", "en", "claims")).status_code == 404
    signed_in.post(address(built, "report_build"), {"here": "1"})
    assert "Verdicts" in signed_in.get(address(built)).content.decode()
