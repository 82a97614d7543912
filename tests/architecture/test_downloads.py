"""Whatever an address answers: a page of ours, data for programs, or a file that browsers save, not show."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from evalsite.middleware import POLICY
from evalsite.roles import ADMIN
from ratings.models import Study
from ratings.reports.exports import FORMATS
from tests.architecture.test_permissions import MATRIX, SITE, reported
from tests.ratings.conftest import comparison, make_study, plan, researcher, study

__all__ = ["comparison", "make_study", "plan", "reported", "researcher", "study"]

SHOWN = {"text/html", "application/json", "application/problem+json", "application/vnd.oai.openapi"}
SHOWN |= {"text/plain", "image/svg+xml"}
FILES = {
    *("ratings:report_download", "study-take-report", "ratings:study_protocol", "audit_csv"),
}


@pytest.fixture
def browser(reported: Study) -> Client:
    admin = User.objects.create_user("grace")
    admin.groups.add(Group.objects.get(name=ADMIN))
    client = Client()
    client.force_login(admin)
    return client


def test_what_is_no_page_and_no_data_is_sent_as_an_attachment(
    browser: Client,
    reported: Study,
) -> None:
    there = {"slug": reported.slug, "language": "en", "name": "ratings-1", "form": "json"}
    attached = set()
    for name, row in MATRIX.items():
        if row.method != "get":
            continue
        arguments = {each: there.get(each, "0") for each in SITE[name]}
        answer = browser.get(reverse(name, kwargs=arguments))
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Content-Security-Policy"] == POLICY, name
        if answer.get("Content-Disposition", "").startswith("attachment; "):
            attached.add(name)
        elif answer.status_code == 200:
            assert answer["Content-Type"].split(";")[0] in SHOWN, name
    assert attached == FILES


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("address", ["ratings:report_download", "study-take-report"])
def test_every_format_is_an_attachment_and_kept_by_no_cache(
    browser: Client,
    reported: Study,
    address: str,
    form: str,
) -> None:
    answer = browser.get(reverse(address, kwargs={"slug": reported.slug, "form": form}))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{reported.slug}')
    assert "no-store" in answer["Cache-Control"]
