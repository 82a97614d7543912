"""Consent on the raters' pages, in their language, and what becomes of those who decline."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from ratings.models import ConsentText, PlatformIdentity, Rater
from ratings.services.invitations import create_invitations
from ratings.services.open_links import create_open_link

VIETNAMESE = "Bạn được mời đánh giá các văn bản ngắn.\n"


@pytest.fixture
def study(make_study):
    return make_study(consent_translations={"vi": VIETNAMESE})


@pytest.fixture
def landing(invited):
    return reverse("ratings:rater_landing", args=[invited.link])


@pytest.fixture
def join(study, researcher):
    def address(**codes):
        given = {"completion_code": "DONE", **codes}
        token = create_open_link(study=study, actor=researcher, platform="prolific", **given)
        return reverse("ratings:join", args=[token]) + "?PROLIFIC_PID=5f0c"

    return address


def everything_of(rater):
    return list(Rater.objects.filter(pk=rater.pk).values())


def test_the_text_is_in_the_language_of_the_pages(client, study, invited, landing):
    page = client.get(landing, headers={"Accept-Language": "vi"}).content.decode()
    text = study.consent_texts.get(language="vi")
    assert VIETNAMESE.strip() in page
    assert f'name="consent" value="{text.sha256}"' in page
    client.post(landing, {"consent": text.sha256}, headers={"Accept-Language": "vi"})
    invited.rater.refresh_from_db()
    assert (invited.rater.consent_language, invited.rater.language) == ("vi", "vi")


def test_who_declines_leaves_nothing_and_may_come_again(client, invited, landing):
    before = everything_of(invited.rater)
    page = client.post(landing, {"decline": ""})
    assert b"Nothing about you was stored" in page.content
    assert everything_of(invited.rater) == before
    assert client.get(landing).status_code == 200


def test_declining_on_a_platform_leaves_the_place_free_and_gives_the_code(client, study, join):
    address = join(declined_code="N0C0NSENT")
    page = client.post(address, {"decline": ""}).content.decode()
    assert "https://app.prolific.com/submissions/complete?cc=N0C0NSENT" in page
    assert not PlatformIdentity.objects.exists()
    assert not study.raters.exclude(token_hash=None, consented_at=None).exists()


def test_without_such_a_code_nothing_is_claimed(client, join):
    page = client.post(join(), {"decline": ""}).content.decode()
    assert "prolific.com" not in page
    assert "DONE" not in page


def test_a_rater_inside_cannot_decline_by_an_old_page(client, consented, landing):
    assert client.post(landing, {"decline": ""}).status_code == 302


@pytest.fixture
def amending(client, study):
    study.owner.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(study.owner)
    return reverse("ratings:study_consent", args=[study.slug])


def test_a_researcher_amends_the_text_while_raters_come(client, study, amending):
    create_invitations(study=study, n=1)
    assert VIETNAMESE.strip() in client.get(amending).content.decode()
    sent = {"language": "vi", "text": "Xin chào.", "reason": "A mistake in it."}
    refused = client.post(amending, sent | {"reason": ""})
    assert refused.status_code == 422
    assert "Xin chào." in refused.content.decode()
    page = client.post(amending, sent, follow=True).content.decode()
    assert "Version 2, vi" in page
    assert ConsentText.objects.get(version=2).text == "Xin chào.\n"
