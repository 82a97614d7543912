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


def test_only_what_fits_is_shown(page, comparison):
    page.locator("[name=trial-kind][value=identify]").check()
    expect(page.locator("[name=trial-foil]")).to_be_hidden()
    page.locator("[name=trial-kind][value='']").check()
    expect(page.locator("[name=trial-target]")).to_be_hidden()
    page.get_by_label("Ask for stars").uncheck()
    expect(page.locator("[name=stars-items]")).to_be_hidden()
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
    page.locator("[name=trial-kind][value='']").check()
    for name in ("name", "question", "low_anchor", "high_anchor"):
        page.locator(f"[name=criteria-3-{name}]").fill(f"a {name}")
    page.locator("[name=criteria-0-DELETE]").check()
    page.locator("[name=claims-0-DELETE]").check()
    page.get_by_role("button", name="Store the draft").click()
    expect(page.get_by_role("heading", name="Balance of the plan")).to_be_visible()
    assert list(Criterion.objects.values_list("name", flat=True)) == ["naturalness", "quality", "a name"]
    assert list(Part.objects.values_list("kind", flat=True)) == ["stars"]


def test_it_fits_320_pixels(page):
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
