"""Each kind of item by keyboard alone in a window of 320 pixels."""

import os

import pytest
from playwright.sync_api import expect

from ratings.models import Judgement, Rater
from ratings.services.invitations import create_invitations
from tests.ratings.views.test_rater_kinds import labelled, part

__all__ = ["labelled"]
pytestmark = pytest.mark.browser
KINDS = ["identify", "two_afc", "abx", "triangle", "preference"]


@pytest.fixture
def start(open_page, live_server, make_study):
    """Call with a part to stand before its first item, past consent and practice."""

    def begin(asked):
        study = make_study(parts=(asked,), raters=2)
        link = create_invitations(study=study, n=1)[0].token
        Rater.objects.filter(study=study, place=1).update(
            consented_at="2026-01-01T00:00Z", consent_sha256=study.consent_sha256, practised=9
        )
        page = open_page(viewport={"width": 320, "height": 640})
        page.goto(f"{live_server.url}/rate/{link}/next/")
        return page

    return begin


def fits(page, name):
    if folder := os.environ.get("EVALSITE_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for target in page.locator("#stage .choice, #stage .button").filter(visible=True).all():
        assert target.bounding_box()["height"] >= 44


def next_by_keyboard(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator("#save-status")).to_have_text("Saved")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_by_keyboard_alone(start, kind):
    page = start(part(kind, confidence_steps=3, asks_comment=True))
    fits(page, kind)
    total = Rater.objects.get(place=1).assignments.count()
    for number in range(1, total + 1):
        expect(page.locator("h1")).to_contain_text(f"Item {number} of")
        next_by_keyboard(page, "2", "3")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Judgement.objects.filter(live=True, kind=kind).count() == total


def test_a_label_check_by_keyboard_asks_twice(labelled, start):
    page = start(part("label_check"))
    fits(page, "label_check")
    expect(page.get_by_text("Label given by a system")).to_have_count(0)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Label given by a system")).to_be_visible()
    fits(page, "label_check_second")
    next_by_keyboard(page, "2")
    expect(page.locator("h1")).to_contain_text("Item 2 of")
    first = Judgement.objects.get(live=True)
    assert (first.own_label, first.accepts) == ("positive", False)


def test_digits_in_a_comment_answer_nothing(start):
    page = start(part("two_afc", asks_comment=True))
    page.get_by_label("Comment, if you like").fill("")
    page.get_by_label("Comment, if you like").press("2")
    assert page.get_by_role("radio", checked=True).count() == 0
