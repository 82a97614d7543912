"""Stars for an item's texts one after another: what is shown, what is kept, and what comes next."""

import re

import pytest
from django.urls import reverse

from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Assignment, Rater, Rating
from ratings.services.invitations import create_invitations, give_consent
from tests.ratings.views.test_rater_leaks import first_choices

ONE = PartPlan(
    kind="stars",
    items=4,
    ratings_per_item=2,
    practice=1,
    criteria=DEFAULT_CRITERIA,
    one_at_a_time=True,
    confidence_steps=3,
)
SCRIPT = {"X-Rater-Script": "1"}


@pytest.fixture
def study(make_study):
    return make_study(parts=(ONE,), raters=2)


@pytest.fixture
def link(study):
    return create_invitations(study=study, n=1)[0].token


@pytest.fixture
def rater(study, link):
    found = Rater.objects.select_related("study").get(study=study, place=1)
    give_consent(rater=found, consent_sha256=study.consent_sha256, language="en")
    return found


@pytest.fixture
def assignment(rater):
    """An item whose three texts differ."""
    Rater.objects.filter(pk=rater.pk).update(practised=1)
    item = rater.assignments.filter(shown_texts__position=3).first()
    return Assignment.objects.get(pk=item.pk)


@pytest.fixture
def page(client, link, assignment):
    """Call with a form (None to get) and `text` for the page that comes."""

    def ask(form=None, text=None, **headers):
        address = reverse("ratings:rater_item", args=[link, assignment.token])
        address += f"?text={text}" if text else ""
        return client.get(address) if form is None else client.post(address, form, headers=headers)

    return ask


def shown(response):
    """The places of the texts on a page."""
    return [int(place) for place in re.findall(r'aria-labelledby="text-(\d)"', response.content.decode())]


def stars(response, value="3"):
    """The same answer to all that the page asks."""
    return dict.fromkeys(first_choices(response.content.decode()), value)


def test_each_text_brings_the_next_and_the_last_the_next_item(page, assignment):
    first = page()
    assert shown(first) == [1]
    assert "Text 1 of 3" in first.content.decode()
    assert "How sure are you?" not in first.content.decode()
    second = page(stars(first))
    assert (second.status_code, shown(second)) == (200, [2])
    assert "still open" not in second.content.decode()
    third = page(stars(second), **SCRIPT)
    assert (third.status_code, shown(third)) == (200, [3])
    assert third["Content-Location"] == reverse(
        "ratings:rater_item", args=[third["Content-Location"].split("/")[2], assignment.token]
    )
    assert "How sure are you?" in third.content.decode()
    unsure = page({name: value for name, value in stars(third).items() if name != "confidence"})
    assert (unsure.status_code, shown(unsure)) == (422, [3])
    assert page(stars(unsure, "2")).status_code == 302
    assignment.refresh_from_db()
    assert assignment.completed_at is not None
    assert Rating.objects.filter(assignment=assignment, live=True).count() == 3 * 3


def test_an_open_question_keeps_the_text(page):
    first = page()
    name, *_ = first_choices(first.content.decode())
    again = page({name: "3"})
    assert (again.status_code, shown(again)) == (422, [1])
    assert (page({}).status_code, shown(page({}))) == (422, [1])


def test_a_text_that_was_answered_can_be_gone_back_to_and_no_other(page):
    page(stars(page()))
    assert shown(page()) == [2]
    assert shown(page(text=1)) == [1]
    assert shown(page(text=3)) == [2]
    assert shown(page(text=9)) == [2]
    back = page(stars(page(text=1), "1"))
    assert shown(back) == [2]


def test_the_time_of_an_item_is_that_of_all_its_texts(page, assignment):
    for spent in (3000, 4000, 5000):
        page(stars(page()) | {"client_ms": spent})
    assignment.refresh_from_db()
    assert assignment.client_ms == 12_000


def test_practice_comes_one_text_at_a_time_too(client, link, rater):
    address = reverse("ratings:rater_practice", args=[link])
    seen = []
    response = client.get(address)
    while "Practice: feedback" not in response.content.decode():
        seen += shown(response)
        hidden = re.findall(r'type="hidden" name="text" value="(\d)"', response.content.decode())
        response = client.post(address, stars(response) | {"text": hidden[0]})
    assert len(seen) > 1
    assert seen == list(range(1, len(seen) + 1))
    assert Rating.objects.count() == 0
