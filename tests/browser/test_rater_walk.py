"""A rater's way through one study where things go wrong: line, browser, mouse, texts, eyes."""

import pytest
from playwright.sync_api import Page, expect

from ratings.models import Assignment, PresentedText, Rater, Rating, ShownText
from ratings.services.invitations import create_invitations
from tests.ratings.conftest import comparison, make_study, plan, researcher, study

__all__ = ["comparison", "make_study", "plan", "researcher", "study"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 640}
HOSTILE = (
    "<img src=x onerror=document.title='broken'>",
    "left \u202e thgir dna \u2067 unclosed",
    "word " * 20_000,
)


@pytest.fixture
def link(open_page, live_server, study):
    """A personal link, past consent and practice."""
    invitation = create_invitations(study=study, n=1)[0]
    Rater.objects.filter(study=study, place=1).update(
        consented_at="2026-01-01T00:00Z", consent_sha256=study.consent_sha256, practised=9
    )
    return f"{live_server.url}/rate/{invitation.token}/"


def answer_all(page: Page, key: str) -> None:
    for _ in range(page.locator("[data-group]").count()):
        page.keyboard.press(key)


def at(page: Page, number: int) -> None:
    expect(page.locator("h1")).to_contain_text(f"Item {number} of")


def waiting(page: Page) -> int:
    """How many answers the browser keeps."""
    return page.evaluate(
        "Object.keys(localStorage).flatMap(name => JSON.parse(localStorage.getItem(name))).length"
    )


def status(page: Page, words: str) -> None:
    expect(page.locator("#save-status")).to_contain_text(words)


def test_a_flag_pressed_offline_waits_and_goes_on_when_the_line_is_back(open_page, link) -> None:
    page = open_page()
    page.goto(link)
    page.get_by_text("This item cannot be judged").click()
    page.get_by_role("button", name="Go on without an answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in a few words why")
    expect(page.get_by_label("Why?")).to_be_focused()
    page.context.set_offline(True)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("4")
    page.get_by_label("Why?").fill("A text is missing")
    page.get_by_role("button", name="Go on without an answer").click()
    status(page, "Offline")
    assert waiting(page) == 2
    page.context.set_offline(False)
    at(page, 2)
    first = Assignment.objects.get(rater__place=1, position=1)
    assert first.cannot_judge == "A text is missing"
    assert first.completed_at is not None
    assert not Rating.objects.filter(live=True).exists()
    assert waiting(page) == 0


def test_who_answers_after_a_flag_offline_has_not_flagged(open_page, link) -> None:
    page = open_page()
    page.goto(link)
    page.context.set_offline(True)
    page.get_by_text("This item cannot be judged").click()
    page.get_by_label("Why?").fill("A text is missing")
    page.get_by_role("button", name="Go on without an answer").click()
    status(page, "Offline")
    page.get_by_role("radio").first.focus()
    answer_all(page, "4")
    page.context.set_offline(False)
    status(page, "Saved")
    page.keyboard.press("Enter")
    at(page, 2)
    first = Assignment.objects.get(rater__place=1, position=1)
    assert (first.cannot_judge, first.completed_at is None) == ("", False)
    assert set(Rating.objects.filter(live=True).values_list("stars", flat=True)) == {4}


def test_what_a_form_holds_leaves_the_browser_only_after_the_servers_answer(open_page, link) -> None:
    page = open_page()
    page.goto(link)
    page.context.set_offline(True)
    answer_all(page, "5")
    status(page, "Offline")
    kept = waiting(page)
    held: list[int] = []
    page.route("**/item/*/answer/", lambda route: route.abort())
    page.route("**/item/*/", lambda route: (held.append(waiting(page)), route.continue_()))
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    at(page, 2)
    assert kept > 1
    assert held[0] == kept
    assert waiting(page) == 0
    assert Rating.objects.filter(live=True).count() == kept


def test_a_double_click_and_a_key_held_down_do_one_thing(open_page, link) -> None:
    page = open_page()
    page.goto(link)
    page.keyboard.down("3")
    page.keyboard.down("3")
    page.keyboard.up("3")
    expect(page.locator("#stage input:checked")).to_have_count(1)
    answer_all(page, "3")
    button = page.get_by_role("button", name="Next")
    button.click()
    at(page, 2)
    expect(page.locator("h1")).to_be_focused()
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    assert page.locator("#stage input:focus").count() == 0  # not even asked to answer what just came
    button.click()
    expect(page.get_by_role("radio").first).to_be_focused()


def test_hostile_texts_are_shown_as_they_are(open_page, link) -> None:
    shown = ShownText.objects.filter(assignment__rater__place=1, assignment__position=1)
    for place, text in zip(shown.order_by("position"), HOSTILE, strict=True):
        PresentedText.objects.filter(showings=place).update(text=text)
    page = open_page(viewport=NARROW)
    page.goto(link)
    at(page, 1)
    texts = page.locator(".judged-text")
    for number, text in enumerate(HOSTILE):
        assert texts.nth(number).text_content() == text
    assert page.title().startswith("Item 1 of")
    assert page.locator("#stage img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    # The override ends with its text: what follows is laid out from left to right again.
    row = page.locator(".star-row").nth(3).get_by_role("radio")
    assert row.first.bounding_box()["x"] < row.last.bounding_box()["x"]
    answer_all(page, "2")
    page.keyboard.press("Enter")
    at(page, 2)
