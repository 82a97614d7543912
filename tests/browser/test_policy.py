"""Every page of the site, as the table of addresses has them: no breach of the policy, no script's error."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page

from evalsite.middleware import POLICY
from generation.models import Checkpoint
from ratings.models import Assignment, Rater
from ratings.services.invitations import create_invitations, give_consent
from ratings.services.open_links import create_open_link
from tests.architecture.test_permissions import MATRIX, SITE
from tests.browser.test_accessibility import comparison, make_study, plan, researcher, site

__all__ = ["comparison", "make_study", "plan", "researcher", "site"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Files and programs' addresses: a browser saves them or shows no page of ours.
NO_PAGES = re.compile(
    r"-(list|detail|take-report)$|download|protocol|csv$|api_schema|figure|rater_data$|^health$|^ready$|state$"
)


class Listening:
    """A page whose console is kept: the browser tells there of whatever the policy forbade."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: list[str] = []
        self.where = ""
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.told.append(f"{self.where}: {message.text}")

    def visit(self, name: str, address: str) -> None:
        self.where = name
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.headers["content-security-policy"] == POLICY, name
        assert answer.status < 400, f"{name}: {answer.status}"


def one_time_link_parts(user: User) -> dict[str, str]:
    from evalsite.login_links import link_for

    uid, token = link_for(user).rstrip("/").split("/")[-2:]
    return {"uidb64": uid, "token": token}


@pytest.fixture
def arguments(site, comparison, researcher):
    """What fills the placeholders of addresses: of pages of researchers, of raters, of one who joins."""
    opened = site["open"]
    link = create_invitations(study=opened, n=1)[0].token
    rater = Rater.objects.get(study=opened, token_hash__isnull=False)
    give_consent(rater=rater, consent_sha256=opened.consent_sha256, language="en")
    Rater.objects.filter(pk=rater.pk).update(practised=10)
    token = Assignment.objects.filter(rater=rater).order_by("position")[0].token
    run = comparison.runs["lora"]
    return {
        "slug": site["closed"].slug,
        "run": run.pk,
        "dataset": comparison.dataset.pk,
        "checkpoint": Checkpoint.objects.get(systems__runs=run).pk,
        "plan": site["size"].pk,
        "link": link,
        "token": token,
        "join": create_open_link(study=opened, actor=researcher),
    }


def filled(name: str, arguments, site, researcher) -> dict[str, object] | None:
    """The arguments of an address, None where the seeded site has nothing there."""
    if name == "one_time_sign_in":
        return one_time_link_parts(researcher)
    if name == "ratings:join":
        return {"link": arguments["join"]}
    if name == "ratings:study_edit":
        return {"slug": site["draft"].slug}
    wanted = SITE[name]
    return {each: arguments[each] for each in wanted} if set(wanted) <= set(arguments) else None


def test_no_page_breaks_the_policy_or_reports_an_error(
    open_page, site, arguments, live_server, client, researcher
) -> None:
    client.force_login(researcher)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    listening = Listening(open_page())
    listening.page.context.add_cookies([cookie])
    seen = 0
    for name, row in MATRIX.items():
        if row.method != "get" or not row.allowed or NO_PAGES.search(name):
            continue
        kwargs = filled(name, arguments, site, researcher)
        if kwargs is None:
            continue
        listening.visit(name, live_server.url + reverse(name, kwargs=kwargs))
        seen += 1
    for state in ("draft", "open"):
        address = reverse("ratings:study", args=[site[state].slug])
        listening.visit(f"{state} study", live_server.url + address)
    assert listening.told == []
    assert seen > 35


def test_a_violation_would_be_heard(chromium, live_server, db) -> None:
    page = chromium.new_context().new_page()
    listening = Listening(page)
    listening.visit("sign in", live_server.url + reverse("login"))
    with page.expect_event("console"):
        page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.context.close()
    assert "Content Security Policy" in listening.told[0]
