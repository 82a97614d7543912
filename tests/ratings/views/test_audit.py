import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from ratings.models import Assignment, Study


@pytest.fixture
def signed_in(client, researcher):
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)
    return client


def test_the_audit_is_run_from_the_studys_page(signed_in, study):
    address = reverse("ratings:study_audit", args=[study.slug])
    assert address in signed_in.get(reverse("ratings:study", args=[study.slug])).content.decode()
    page = signed_in.post(address).content.decode()
    assert "No row fails." in page
    assert "Names and keys" in page


def test_a_failing_row_is_said_first_and_in_ones_own_language(signed_in, study):
    Study.objects.update(public_title="Texts by CANARY-label-full")
    address = reverse("ratings:study_audit", args=[study.slug])
    assert "1 row fails" in signed_in.post(address).content.decode()
    page = signed_in.post(address, headers={"Accept-Language": "vi"})
    assert '<html lang="vi"' in page.content.decode()


def test_what_cannot_be_audited_says_why(signed_in, study):
    Assignment.objects.all().delete()
    response = signed_in.post(reverse("ratings:study_audit", args=[study.slug]), follow=True)
    assert "shows nobody anything" in response.content.decode()
