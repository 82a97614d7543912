"""Live pages in a real browser: they follow the work, keep the focus, rest, and say when they cannot."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from generation.models import Example, FinetuneJob, Output, Run
from tests.generation.comparisons import make_checkpoint, make_corpus, make_run, make_worker

pytestmark = pytest.mark.browser


@pytest.fixture
def open_signed_in(open_page, live_server, transactional_db):
    """Call for a page at an address of the site, signed in as an admin."""
    user = User.objects.create_superuser("ada")

    def open_one(path, **options):
        client = Client()
        client.force_login(user)
        page = open_page(base_url=live_server.url, **options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return open_one


@pytest.fixture
def run(transactional_db):
    """A run that has 3 of its 10 outputs; a worker listens."""
    make_worker()
    return make_run(make_corpus(10), ["x"] * 3, system="one", state="running", seconds=3.0, new_tokens=15)


def add_outputs(run, n):
    have = run.outputs.count()
    for example in Example.objects.filter(dataset=run.dataset).order_by("position")[have : have + n]:
        Output.objects.create(run=run, example=example, raw="x", text="x", new_tokens=5)


@pytest.mark.parametrize("path", ["/", "/runs/", "/runs/{run}/"])
def test_progress_is_followed_to_the_end(open_signed_in, run, path):
    page = open_signed_in(path.format(run=run.pk))
    expect(page.get_by_text("3 of 10 examples")).to_be_visible()
    page.evaluate("window.untouched = true")
    add_outputs(run, 4)
    expect(page.get_by_text("7 of 10 examples")).to_be_visible()
    add_outputs(run, 3)
    Run.objects.filter(pk=run.pk).update(state="done")
    expect(page.get_by_text("7 of 10 examples")).to_have_count(0)
    expect(page.locator("[data-live-next]")).to_have_count(0)
    expect(page.locator("[data-live-status]")).to_have_text(re.compile("done|over: 1", re.IGNORECASE))
    assert page.evaluate("window.untouched")


def test_focus_and_unfolded_details_stay(open_signed_in, run):
    Run.objects.update(environment={"checkpoint": {"model.safetensors": "a" * 64}})
    page = open_signed_in(f"/runs/{run.pk}/")
    page.get_by_text("SHA-256 of the files").click()
    page.get_by_role("button", name="Cancel").focus()
    add_outputs(run, 1)
    expect(page.get_by_text("4 of 10 examples")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    expect(page.get_by_text("a" * 64)).to_be_visible()


def test_a_button_of_the_part_still_works_after_an_update(open_signed_in, run):
    page = open_signed_in("/runs/")
    add_outputs(run, 1)
    expect(page.get_by_text("4 of 10 examples")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The run is cancelled")).to_be_visible()
    assert Run.objects.get().state == "cancelled"


def test_a_fine_tuning_is_followed_until_its_checkpoint_is_there(open_signed_in, transactional_db):
    base = make_checkpoint("base")
    job = FinetuneJob.objects.create(
        base=base,
        dataset=make_corpus(1),
        adaptation="lora",
        name="adapter",
        steps=50,
        state="running",
        step=1,
    )
    page = open_signed_in("/checkpoints/")
    expect(page.get_by_text("step 1 of 50")).to_be_visible()
    made = make_checkpoint("adapter", "lora", base=base)
    FinetuneJob.objects.filter(pk=job.pk).update(state="done", checkpoint=made)
    expect(page.get_by_role("link", name="adapter")).to_be_visible()


def test_a_page_where_nothing_goes_on_asks_nothing(open_signed_in, transactional_db):
    page = open_signed_in("/runs/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "live/" in request.url else None)
    page.clock.install()
    page.reload()
    asked.clear()
    page.clock.run_for(60_000)
    assert not asked


def test_it_says_that_it_cannot_update_and_recovers_by_itself(open_signed_in, run):
    page = open_signed_in("/runs/")
    page.route("**/runs/live/", lambda route: route.abort())
    expect(page.locator("[data-live-hint]")).to_be_visible(timeout=10_000)
    page.unroute("**/runs/live/")
    add_outputs(run, 2)
    expect(page.get_by_text("5 of 10 examples")).to_be_visible(timeout=10_000)
    expect(page.locator("[data-live-hint]")).to_be_hidden()


def test_it_waits_longer_and_longer_while_the_server_is_away(open_signed_in, run):
    page = open_signed_in("/runs/")
    page.clock.install()
    asked = []
    page.route("**/runs/live/", lambda route: (asked.append(route), route.fulfill(status=503)))
    page.reload()
    for wait in (2, 2, 4, 8, 16, 30, 30):
        before = len(asked)
        page.clock.run_for(1000 * wait - 100)
        assert len(asked) == before
        with page.expect_response("**/runs/live/"):
            page.clock.run_for(100)


def test_signed_out_it_stops_and_offers_a_reload(open_signed_in, run):
    page = open_signed_in("/runs/")
    page.context.clear_cookies()
    expect(page.locator("[data-live-gone]")).to_be_visible(timeout=10_000)
    page.locator("[data-live-gone]").get_by_role("link", name="Reload").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_without_scripts_there_is_a_link_to_reload(open_signed_in, run):
    page = open_signed_in("/runs/", java_script_enabled=False)
    add_outputs(run, 5)
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_text("8 of 10 examples")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/runs/", "/runs/{run}/", "/corpora/", "/corpora/{corpus}/outputs/"])
def test_it_fits_320_pixels(open_signed_in, run, path):
    page = open_signed_in(
        path.format(run=run.pk, corpus=run.dataset_id), viewport={"width": 320, "height": 640}
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 320
