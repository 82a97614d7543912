"""The rater's pages in a real browser: by keyboard alone, offline, on a second device, without scripts."""

import pytest
from playwright.sync_api import expect

from ratings.models import Judgement, Rater, Rating
from ratings.services.invitations import create_invitations

pytestmark = pytest.mark.browser


@pytest.fixture
def link(open_page, live_server, study):
    return f"{live_server.url}/rate/{create_invitations(study=study, n=1)[0].token}/"


@pytest.fixture
def at_first_item(link):
    """Put the rater past consent and practice."""
    rater = Rater.objects.select_related("study").get(place=1)
    rater.consented_at, rater.consent_sha256 = "2026-01-01T00:00Z", rater.study.consent_sha256
    rater.practised = 3
    rater.save()
    return rater


def saved(page):
    expect(page.locator("#save-status")).to_have_text("Saved")


def test_a_study_by_keyboard_alone(open_page, link):
    page = open_page()
    page.goto(link)
    tab_to(page, page.get_by_role("checkbox"))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Start"))
    page.keyboard.press("Enter")
    for _ in range(60):
        page.wait_for_load_state()
        heading = page.locator("h1").inner_text()
        if heading == "Thank you":
            break
        work_by_keyboard(page, heading)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    rater = Rater.objects.get(place=1)
    assert rater.finished_at is not None
    assert Rating.objects.filter(live=True).count() + Judgement.objects.filter(live=True).count() > 10
    assert Rating.objects.filter(client_ms=None).count() == 0


def work_by_keyboard(page, heading):
    if heading == "Practice: feedback":
        tab_to(page, page.get_by_role("button", name="Go on"))
        page.keyboard.press("Enter")
    elif heading == "Practice":
        groups = page.locator("[data-group]").count()
        for number in range(groups):
            tab_to(page, page.locator("[data-group]").nth(number).get_by_role("radio").first)
            page.keyboard.press("Space")
        page.keyboard.press("Enter")
    else:
        address = page.url
        for _ in range(page.locator("[data-group]").count()):
            page.keyboard.press("1")
        page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=heading)
    if heading.startswith("Item"):
        assert page.url != address


def tab_to(page, target):
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach it")


def test_numbers_move_on_arrows_move_back_and_z_takes_back(open_page, link, at_first_item):
    page = open_page()
    page.goto(link)
    page.keyboard.press("4")
    page.keyboard.press("2")
    saved(page)
    expect(page.locator("[data-current]")).to_contain_text("Quality")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("5")
    expect(page.locator("#stage input:checked")).to_have_count(2)
    page.keyboard.press("z")
    expect(page.locator("[data-group]").nth(1).locator("input:checked")).to_have_value("2")
    page.keyboard.press("z")
    expect(page.locator("#stage input:checked")).to_have_count(1)
    saved(page)
    page.reload()
    expect(page.locator("#stage input:checked")).to_have_count(1)
    expect(page.locator("[data-group]").first.locator("input:checked")).to_have_value("4")


def test_the_keys_are_shown_and_can_be_switched_off(open_page, link, at_first_item):
    page = open_page()
    page.goto(link)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("3")
    expect(page.locator("#stage input:checked")).to_have_count(0)
    page.reload()
    page.keyboard.press("3")
    expect(page.locator("#stage input:checked")).to_have_count(0)


def test_offline_answers_are_kept_and_sent_when_the_line_is_back(open_page, link, at_first_item):
    page = open_page()
    page.goto(link)
    page.context.set_offline(True)
    page.keyboard.press("3")
    page.keyboard.press("5")
    expect(page.locator("#save-status")).to_contain_text("Offline")
    page.keyboard.press("Enter")
    expect(page.locator("#save-status")).to_contain_text("Offline")
    assert not Rating.objects.exists()
    page.context.set_offline(False)
    saved(page)
    assert sorted(Rating.objects.filter(live=True).values_list("stars", flat=True)) == [3, 5]
    assert Rating.objects.count() == 2


def test_a_second_device_goes_on_and_back_shows_what_was_saved(open_page, link, at_first_item):
    first = open_page()
    first.goto(link)
    first_item = first.url
    for _ in range(first.locator("[data-group]").count()):
        first.keyboard.press("4")
    first.keyboard.press("Enter")
    expect(first.locator("h1")).to_contain_text("Item 2 of")
    first.keyboard.press("2")
    saved(first)
    second = open_page()
    second.goto(link)
    assert second.url == first.url
    expect(second.locator("#stage input:checked")).to_have_count(1)
    first.go_back()
    expect(first.locator("h1")).to_contain_text("Item 1 of")
    assert first.url == first_item
    assert first.locator("#stage input:checked").count() == first.locator("[data-group]").count()


def test_an_open_question_is_pointed_at(open_page, link, at_first_item):
    page = open_page()
    page.goto(link)
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("still open")
    expect(page.locator("[data-group]").nth(1).get_by_role("radio").first).to_be_focused()


def test_without_scripts_the_form_does_it_all(open_page, link, at_first_item):
    page = open_page(java_script_enabled=False)
    page.goto(link)
    for group in page.locator("[data-group]").all():
        group.get_by_role("radio", name="3 of 5").check(force=True)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1")).to_contain_text("Item 2 of")
    assert set(Rating.objects.values_list("stars", flat=True)) == {3}


def test_it_fits_320_pixels_with_targets_of_44(open_page, link, at_first_item):
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(link)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for target in page.locator("#stage .star, #stage .button").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 44


def test_the_first_page_is_light(open_page, link, at_first_item):
    page = open_page()
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body()) if response.ok else 0))
    page.goto(link, wait_until="networkidle")
    assert 0 < sum(sizes) < 100_000
