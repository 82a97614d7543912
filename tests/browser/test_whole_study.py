"""The whole way of a study in a real browser: planned, opened, rated on two devices, closed, read."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from ratings.models import Judgement, Rater, Rating, Study
from tests.ratings.conftest import comparison

__all__ = ["comparison"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.fixture
def researcher_page(open_page, live_server, settings) -> Page:
    """A page of a signed-in researcher."""
    settings.SITE_URL = live_server.url
    user = User.objects.create_user("ada", password=PASSWORD)
    user.groups.add(Group.objects.get_or_create(name="researcher")[0])
    page = open_page()
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def plan_study(page: Page, address: str) -> None:
    """Fill in the form: six items in each part, two ratings each, by two raters."""
    page.goto(f"{address}/studies/new/")
    page.get_by_label("Name", exact=True).fill("LoRA against full")
    page.get_by_label("Title for raters").fill("Texts about restaurants")
    for prefix in ("parts-0", "parts-1"):
        page.locator(f"[name={prefix}-items]").fill("3")
        page.locator(f"[name={prefix}-ratings_per_item]").fill("2")
    page.get_by_label("Raters", exact=True).fill("2")
    page.get_by_role("button", name="Store the draft").click()
    expect(page.get_by_role("heading", name="Balance of the plan")).to_be_visible()


def consent(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("checkbox").check()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Start").press("Enter")
    expect(page.get_by_role("heading", name="Practice")).to_be_visible()


def rate(page: Page, items: int | None = None) -> None:
    """Rate so many items, or all, by keyboard alone, with the practice that comes before each part."""
    while items != 0:
        page.wait_for_load_state()
        heading = page.locator("h1").inner_text()
        if heading == "Thank you":
            return
        if heading == "Practice: feedback":
            page.get_by_role("button", name="Go on").press("Enter")
        elif heading == "Practice":
            for group in page.locator("[data-group]").all():
                group.get_by_role("radio").first.press("Space")
            page.keyboard.press("Enter")
        else:
            for _ in range(page.locator("[data-group]").count()):
                page.keyboard.press("2")
            page.keyboard.press("Enter")
            items = None if items is None else items - 1
        page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=heading)


def test_from_the_form_to_the_report(comparison, researcher_page, open_page, live_server) -> None:
    page = researcher_page
    plan_study(page, live_server.url)
    page.get_by_role("button", name="Freeze and open").click()
    expect(page.get_by_text("The study is open and its design frozen")).to_be_visible()
    page.get_by_role("button", name="Make personal links").click()
    links = [line.split("\t")[1] for line in page.locator("#links").input_value().splitlines()]
    assert len(links) == 2

    first = open_page()
    consent(first, links[0])
    rate(first, 2)
    second_device = open_page()
    second_device.goto(links[0])
    assert second_device.url == first.url
    rate(second_device)
    expect(second_device.get_by_role("heading", name="Thank you")).to_be_visible()
    other = open_page()
    consent(other, links[1])
    rate(other)

    assert Rater.objects.exclude(finished_at=None).count() == 2
    study = Study.objects.get()
    page.goto(f"{live_server.url}/studies/{study.slug}/")
    expect(page.get_by_text("2 of 2 raters are done")).to_be_visible()
    page.goto(f"{live_server.url}/studies/{study.slug}/report/")
    assert "stars" not in page.locator("main").inner_text()
    page.goto(f"{live_server.url}/studies/{study.slug}/")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Close for good").click()
    page.get_by_role("button", name="Build it in this request").click()
    expect(page.get_by_role("heading", name="Verdicts", exact=True)).to_be_visible()
    text = page.locator("main").inner_text()
    for words in ("CANARY-system-lora", "naturalness", "undecided", "95 %"):
        assert words in text
    assert Rating.objects.filter(live=True).count() + Judgement.objects.filter(live=True).count() > 12
