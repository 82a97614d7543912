"""axe-core finds nothing on any page, in light and dark, 320 pixels wide without sideways scrolling."""

import dataclasses

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import Page

from evalsite import rate_limits
from evalsite.rate_limits import UNKNOWN_LINK
from evalsite.roles import ADMIN
from generation.models import Checkpoint
from ratings.design.size_plan import Assumptions, ClaimToPlan, SizeQuestion
from ratings.models import Assignment, Rater, Study
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.invitations import create_invitations
from ratings.services.report_jobs import request_report
from ratings.services.simulation import simulate
from ratings.services.size_plans import answer_size_plan, request_size_plan
from ratings.tasks import build_now
from tests.ratings.conftest import comparison, make_study, plan, researcher

__all__ = ["comparison", "make_study", "plan", "researcher"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = 320
TRIALS = ("abx", "triangle", "preference")
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


class Checked:
    """A page on which everything that axe-core finds is kept, with where it was."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        """Let axe-core look at what is shown now, with all its rules."""
        self.page.wait_for_load_state()
        self.seen.append(name)
        for violation in Axe().run(self.page).response["violations"]:
            nodes = "; ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:3])
            self.found.append(f"{name}: {violation['id']}: {nodes}")
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            self.found.append(f"{name}: {width} pixels wide")

    def visit(self, name: str, address: str, *, status: int = 200) -> None:
        """Go there and look."""
        response = self.page.goto(address)
        assert response is not None
        assert response.status == status, address
        self.look(name)


@pytest.fixture
def checked(open_page, scheme) -> Checked:
    return Checked(open_page(viewport={"width": NARROW, "height": 640}, color_scheme=scheme))


@pytest.fixture
def site(make_study, plan, researcher):
    """A draft, an open and a closed study with its report, a size, and a link for a rater of the open one."""
    researcher.groups.add(Group.objects.get(name=ADMIN))
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, name="draft"))
    opened = make_study(name="open")
    closed = close_study(study=simulate(study=make_study(name="closed"), seed=1))
    build_now(request_report(study=closed).pk)
    claim = ClaimToPlan(measure="accuracy", relation="equivalent", margin=0.05)
    question = SizeQuestion(claims=(claim,), assumptions=Assumptions(replicates=50))
    size = request_size_plan(owner=researcher, question=question)
    answer_size_plan(plan_id=size.pk)
    return {"draft": draft, "open": opened, "closed": closed, "size": size}


def pages_of(site, comparison) -> dict[str, str]:
    """The main pages of researchers and admins, by name."""
    run = comparison.runs["lora"]
    checkpoint = Checkpoint.objects.get(systems__runs=run)
    own = {
        "home": [],
        "generation:datasets": [],
        "generation:dataset": [comparison.dataset.pk],
        "generation:dataset_import": [],
        "generation:outputs": [comparison.dataset.pk],
        "generation:checkpoints": [],
        "generation:checkpoint": [checkpoint.pk],
        "generation:finetune": [],
        "generation:runs": [],
        "generation:run": [run.pk],
        "generation:run_start": [],
        "generation:uploads": [],
        "audit_log": [],
        "ratings:run_comparison": [comparison.dataset.pk],
        "ratings:studies": [],
        "ratings:study_new": [],
        "ratings:sizes": [],
        "ratings:size": [site["size"].pk],
    }
    found = {name: reverse(name, args=arguments) for name, arguments in own.items()}
    for state in ("draft", "open", "closed"):
        found[f"{state} study"] = reverse("ratings:study", args=[site[state].slug])
    found["edit"] = reverse("ratings:study_edit", args=[site["draft"].slug])
    found["size of a draft"] = f"{found['ratings:sizes']}?study={site['draft'].slug}"
    found["report"] = reverse("ratings:report", args=[site["closed"].slug])
    found["locked report"] = reverse("ratings:report", args=[site["open"].slug])
    return found


@SCHEMES
def test_the_pages_of_researchers_and_admins(
    checked, site, comparison, live_server, client, researcher
) -> None:
    checked.visit("sign in", f"{live_server.url}{reverse('login')}")
    client.force_login(researcher)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    checked.page.context.add_cookies([cookie])
    for name, address in pages_of(site, comparison).items():
        checked.visit(name, f"{live_server.url}{address}")
    checked.page.goto(f"{live_server.url}{reverse('ratings:study', args=[site['open'].slug])}")
    checked.page.get_by_role("button", name="Run the blinding audit").click()
    checked.look("audit")
    checked.page.goto(f"{live_server.url}{reverse('ratings:study', args=[site['open'].slug])}")
    checked.page.get_by_role("button", name="Make personal links").click()
    checked.look("links")
    for _try in range(UNKNOWN_LINK.tries):
        rate_limits.count(UNKNOWN_LINK, "127.0.0.1")
    nowhere = reverse("ratings:rater_landing", args=["nowhere"])
    checked.visit("too many", f"{live_server.url}{nowhere}", status=429)
    checked.visit("not found", f"{live_server.url}/nowhere/", status=404)
    assert checked.found == []


@SCHEMES
def test_the_raters_pages(checked, make_study, plan, live_server, client) -> None:
    trials = tuple(
        dataclasses.replace(plan.parts[1], kind=kind, practice=0, items=2, ratings_per_item=4)
        for kind in TRIALS
    )
    study = make_study(parts=(*plan.parts, *trials))
    link = create_invitations(study=study, n=1)[0].token

    def at(page: str, *tokens: str) -> str:
        return f"{live_server.url}{reverse(f'ratings:rater_{page}', args=[link, *tokens])}"

    page = checked.page
    checked.visit("landing", at("landing"))
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin").click()
    checked.look("instructions")
    _with_an_account(checked, client, at, live_server.url)
    checked.visit("practice", at("practice"))
    for group in page.locator("[data-group]").all():
        group.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Check").click()
    checked.look("feedback")
    rater = Rater.objects.get(study=study, token_hash__isnull=False)
    Rater.objects.update(practised=10)
    for kind in ("stars", "two_afc", *TRIALS):
        token = Assignment.objects.filter(rater=rater, part__kind=kind)[0].token
        checked.visit(kind, at("item", token))
        page.keyboard.press("?")
        checked.look(f"keys of {kind}")
        page.keyboard.press("Escape")
    checked.visit("unknown item", at("item", "unknown"), status=404)
    Assignment.objects.filter(rater=rater).update(completed_at=study.opened_at)
    checked.visit("thanks", at("thanks"))
    Study.objects.update(paused_at=study.opened_at)
    checked.visit("paused", at("landing"), status=503)
    Rater.objects.filter(study=study).update(handed_on_at=study.opened_at)
    checked.visit("handed on", at("landing"), status=410)
    Rater.objects.update(handed_on_at=None)
    Study.objects.update(state="closed", closed_at=study.opened_at, paused_at=None)
    checked.visit("closed", at("landing"), status=410)
    assert checked.found == []
    assert len(checked.seen) == 17 + 2 * len(TRIALS)


def _with_an_account(checked, client, at, site: str) -> None:
    """What somebody who is signed in sees of a place: without it, kept, and as a list."""
    client.force_login(User.objects.create_user("somebody"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    checked.page.context.add_cookies([cookie])
    checked.visit("no places", f"{site}{reverse('ratings:own_places')}")
    checked.visit("an account", at("account"))
    checked.page.get_by_role("button", name="Keep it with my account").click()
    checked.look("places")
    checked.visit("a kept place", at("account"))
    checked.page.context.clear_cookies()
