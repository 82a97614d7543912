"""The study's form in a real browser: rows without a reload, only what fits, and a preview beside it."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from ratings.models import Criterion, Part, Study

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_page, live_server, client, researcher, comparison):
    """The form of a new study, of a signed-in researcher."""
    return form_page(open_page(), live_server, client, researcher)


def form_page(page, live_server, client, researcher):
    researcher.groups.add(Group.objects.get(name="researcher"))
    client.force_login(researcher)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{live_server.url}/studies/new/")
    page.get_by_label("Name", exact=True).fill("LoRA against full")
    page.get_by_label("Title for raters").fill("Texts about restaurants")
    return page


def test_a_criterion_is_added_and_claimed_without_a_reload(page):
    page.get_by_role("button", name="Add a criterion").click()
    page.get_by_role("button", name="Add a criterion").click()
    expect(page.locator("[name=criteria-4-name]")).to_be_focused()
    for name, words in [
        ("name", "charm"),
        ("question", "Is it charming?"),
        ("low_anchor", "no"),
        ("high_anchor", "yes"),
    ]:
        page.locator(f"[name=criteria-4-{name}]").fill(words)
    page.get_by_role("button", name="Add a claim").click()
    page.locator("[name=claims-3-about]").select_option("stars:")
    page.locator("[name=claims-3-criterion]").fill("charm")
    page.locator("[name=claims-3-margin]").fill("0.5")
    page.get_by_role("button", name="Store the draft").click()
    expect(page.get_by_role("heading", name="Balance of the plan")).to_be_visible()
    assert list(Criterion.objects.values_list("name", flat=True))[-1] == "charm"
    assert Study.objects.get().claims.get(criterion__name="charm").margin == 0.5


def test_parts_are_added_without_a_reload_and_what_does_not_fit_is_not_sent(page):
    page.locator("[name=parts-1-training]").fill("2")
    page.locator("[name=parts-1-kind]").select_option("abx")
    for number in (2, 3):
        page.get_by_role("button", name="Add a part").click()
        expect(page.locator(f"[name=parts-{number}-kind]")).to_be_focused()
        page.locator(f"[name=parts-{number}-kind]").select_option("preference")
        page.locator(f"[name=parts-{number}-target]").select_option(label="CANARY-system-full")
        page.locator(f"[name=parts-{number}-foil]").select_option(label="CANARY-system-pre")
        page.locator(f"[name=parts-{number}-items]").fill("2")
        page.locator(f"[name=parts-{number}-ratings_per_item]").fill("1")
    expect(page.get_by_role("group", name="Part 4")).to_be_visible()
    page.get_by_role("button", name="Store the draft").click()
    expect(page.get_by_role("heading", name="Balance of the plan")).to_be_visible()
    kinds = ["stars", "abx", "preference", "preference"]
    assert list(Part.objects.values_list("kind", flat=True)) == kinds


def test_only_what_fits_is_shown(page, comparison):
    kind = page.locator("[name=parts-1-kind]")
    kind.select_option("identify")
    expect(page.locator("[name=parts-1-foil]")).to_be_hidden()
    expect(page.locator("[name=parts-1-training]")).to_be_visible()
    kind.select_option("label_check")
    expect(page.locator("[name=parts-1-target]")).to_be_hidden()
    expect(page.locator("[name=criteria-0-part]")).to_be_hidden()
    kind.select_option("stars")
    expect(page.locator("[name=criteria-0-part]")).to_be_visible()
    page.locator("[name=parts-0-kind]").select_option("")
    kind.select_option("")
    expect(page.locator("[name=parts-0-items]")).to_be_hidden()
    expect(page.locator("[name=criteria-0-name]")).to_be_hidden()
    about = page.locator("[name=claims-0-about]")
    about.select_option("metric:bleu")
    expect(page.locator("[name=claims-0-criterion]")).to_be_hidden()
    page.locator(f"[name=run_{comparison.runs['pre'].pk}]").uncheck()
    options = page.locator("[name=pair-system_a] option:not([disabled])").all_inner_texts()
    assert sorted(options) == ["CANARY-system-full", "CANARY-system-lora", "–"]


def test_enter_stores_and_the_preview_opens_beside(page):
    page.locator("[name=instructions]").fill("Read **well**.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="See what raters read").click()
    expect(opened.value.locator("strong")).to_have_text("well")
    assert not Study.objects.exists()
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Balance of the plan")).to_be_visible()
    assert Study.objects.get().instructions == "Read **well**.\n"


def test_without_scripts_the_empty_row_takes_one_more(open_page, live_server, client, researcher, comparison):
    page = form_page(open_page(java_script_enabled=False), live_server, client, researcher)
    page.locator("[name=parts-1-kind]").select_option("")
    page.locator("[name=parts-2-kind]").select_option("identify")
    page.locator("[name=parts-2-target]").select_option(label="CANARY-system-pre")
    page.locator("[name=parts-2-items]").fill("2")
    page.locator("[name=parts-2-ratings_per_item]").fill("1")
    for name in ("name", "question", "low_anchor", "high_anchor"):
        page.locator(f"[name=criteria-3-{name}]").fill(f"a {name}")
    page.locator("[name=criteria-0-DELETE]").check()
    page.locator("[name=claims-0-DELETE]").check()
    page.get_by_role("button", name="Store the draft").click()
    expect(page.get_by_role("heading", name="Balance of the plan")).to_be_visible()
    assert list(Criterion.objects.values_list("name", flat=True)) == ["naturalness", "quality", "a name"]
    assert list(Part.objects.values_list("kind", flat=True)) == ["stars", "identify"]


def test_it_fits_320_pixels(page):
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
