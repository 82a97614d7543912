"""Sixty raters at once, each through all seven kinds, by HTTP against the server that operation uses."""

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from generation.models import Dataset, Example
from ratings.design.kinds import KINDS, PART_KINDS
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Assignment, Judgement, Rater, Rating, ShownText
from ratings.services.invitations import create_invitations
from tests.ratings.views.test_rater_kinds import LABELS, fields
from tests.ratings.views.test_rater_leaks import CANARY, IMPORT, KEY, OWN_NUMBER, STATIC

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
RATERS = 60
RADIO = re.compile(r'type="radio" name="([^"]+)" value="([^"]+)"')
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@dataclass
class Browser:
    """One rater's browser: its cookies, all that it received, and every answer that was acknowledged."""

    address: str
    link: str
    script: bool
    choose: random.Random
    received: list[str] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self):
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), NoRedirect()
        )

    def at(self, page, *tokens):
        return reverse(f"ratings:rater_{page}", args=[self.link, *tokens])

    def send(self, path, form=None, **headers):
        """One request; gives status, headers and body, and keeps them."""
        body = None if form is None else urlencode(form).encode()
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with self.opener.open(request, timeout=60) as response:
                found = response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                found = error.code, error.headers, error.read().decode()
        status, headers, text = found
        lines = [f"{name}: {value}" for name, value in headers.items() if name != OWN_NUMBER]
        self.received.append("\n".join([*lines, text]))
        self.statuses[status] += 1
        return status, headers, text

    def answers(self, page):
        """What this rater chooses of all that the page asks."""
        options = defaultdict(list)
        for name, value in RADIO.findall(page):
            options[name].append(value)
        chosen = {name: self.choose.choice(values) for name, values in options.items()}
        return fields(page) | chosen | {"csrfmiddlewaretoken": CSRF.search(page)[1]}

    def rate_all(self):
        """From the consent to the thanks; with a script some pages come as parts, as in a real browser."""
        _, _, page = self.send(self.at("landing"))
        consent = re.search(r'name="consent" value="([^"]+)"', page)[1]
        csrf = CSRF.search(page)[1]
        self.send(self.at("landing"), {"consent": consent, "csrfmiddlewaretoken": csrf})
        self.send(self.at("instructions"))
        path = self.send(self.at("next"))[1]["Location"]
        while path != self.at("thanks"):
            page = self.send(path)[2]
            path = self.practise(path, page) if path == self.at("practice") else self.rate(path, page)
        self.send(path)

    def practise(self, path, page):
        while True:
            status, headers, page = self.send(path, self.answers(page))
            if status == 302:
                return self.send(headers["Location"])[1]["Location"]

    def rate(self, path, page):
        """Hand in items from the one at `path` on; gives where to go for the next page."""
        script = {"X-Rater-Script": "1"} if self.script else {}
        while True:
            form = self.answers(page)
            self.save_one(path, form)
            status, headers, body = self.send(path, form, **script)
            if status == 200 and headers.get("Content-Location", path) == path:
                page = body  # the own label was taken, and a system's is asked about
                self.keep(path, form)
                continue
            assert status in (200, 204, 302), (status, body)
            self.keep(path, form)
            following = headers.get("Location") or headers["Content-Location"]
            if status != 200:
                return self.send(following)[1]["Location"] if following == self.at("next") else following
            path, page = following, body

    def save_one(self, path, form):
        """Save one answer as it is given, as the page's script does, and send it twice."""
        stars = [name for name in form if name.startswith("stars-")]
        if self.script and stars:
            answer = {"place": stars[0], "stars": form[stars[0]], "key": stars[0][:60]}
            answer["csrfmiddlewaretoken"] = form["csrfmiddlewaretoken"]
            for _ in range(2):
                status, _, body = self.send(f"{path}answer/", answer)
                assert (status, json.loads(body)) == (200, {"saved": True})

    def keep(self, path, form):
        token = path.rstrip("/").rsplit("/", maxsplit=1)[1]
        self.acknowledged.setdefault(token, {}).update(form)


@pytest.fixture
def server(transactional_db):
    """The address of a web server, as `run` starts it, on the tests' database."""
    call_command("collectstatic", interactive=False, verbosity=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "8", "evalsite.wsgi:application"]
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "EVALSITE_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield wait_for(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()


def database_url():
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    who = f"{place['USER']}:{place['PASSWORD']}" if place["PASSWORD"] else place["USER"]
    return f"postgresql://{who}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


def wait_for(address, process):
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5):
                return address
        except OSError:  # refused, or slow on a busy machine
            time.sleep(0.1)
    pytest.fail("the web server did not answer")


def part_of(kind):
    """A part of which each rater is given one item, with practice before some of the kinds."""
    named = {"target": "CANARY-label-full", "foil": "CANARY-label-lora"}
    return PartPlan(
        kind=kind,
        items=3,
        ratings_per_item=20,
        practice=int(kind in ("stars", "two_afc", "label_check")),
        criteria=DEFAULT_CRITERIA if kind == "stars" else (),
        **{role: named[role] for role in KINDS[kind].roles},
    )


@pytest.fixture
def study(make_study, comparison):
    Dataset.objects.update(labels=LABELS)
    Example.objects.update(label="positive")
    parts = tuple(part_of(kind) for kind in PART_KINDS)
    return make_study(parts=parts, raters=RATERS)


def test_sixty_raters_lose_nothing_and_learn_nothing(study, server):
    links = [invitation.token for invitation in create_invitations(study=study, n=RATERS)]
    planned = plan_of(study)
    browsers = [
        Browser(address=server, link=link, script=number % 2 == 0, choose=random.Random(number))
        for number, link in enumerate(links)
    ]
    started = time.monotonic()
    with ThreadPoolExecutor(RATERS) as pool:
        list(pool.map(Browser.rate_all, browsers))
    requests = sum(sum(browser.statuses.values()) for browser in browsers)
    print(f"\n{requests} requests by {RATERS} raters in {time.monotonic() - started:.1f} s")  # noqa: T201
    assert set().union(*(browser.statuses for browser in browsers)) <= {200, 204, 302}
    assert_all_is_stored(browsers)
    assert plan_of(study) == planned
    assert_balanced(study)
    assert_nothing_leaked(browsers, server)


def plan_of(study):
    """Who sees which texts where, which answering must not change."""
    return set(
        ShownText.objects.filter(assignment__rater__study=study).values_list(
            "assignment__rater__place", "assignment__position", "position", "presented"
        )
    )


def assert_all_is_stored(browsers):
    """Each acknowledged answer is there and live, and nothing else is."""
    assert Rater.objects.filter(finished_at=None).count() == 0
    assert Assignment.objects.filter(completed_at=None).count() == 0
    stars = {
        (token, f"stars-{shown}-{criterion}", str(value))
        for token, shown, criterion, value in Rating.objects.filter(live=True).values_list(
            "assignment__token", "shown__token", "criterion__position", "stars"
        )
    }
    others = set()
    for row in Judgement.objects.filter(live=True).select_related("assignment", "chosen"):
        token, chosen = row.assignment.token, row.chosen.token if row.chosen else ""
        if row.kind == "preference":
            others.add((token, "preference", f"{chosen}:{row.strength}" if chosen else "tie"))
        elif row.kind == "label_check":
            others.add((token, "own_label", row.own_label))
            others.add((token, "accepts", "yes" if row.accepts else "no"))
        else:
            others.add((token, "choice", chosen))
    sent = {
        (token, name, value)
        for browser in browsers
        for token, form in browser.acknowledged.items()
        for name, value in form.items()
        if name not in ("csrfmiddlewaretoken", "client_ms", "done")
    }
    assert len(sent) > RATERS * len(PART_KINDS)
    assert sent == stars | others
    assert Rating.objects.filter(live=False).count() == 0  # what was sent twice is one


def assert_balanced(study):
    """Each item has its raters, each rater as many items, and each layout comes as often, but for one."""
    for each in study.parts.all():
        done = Assignment.objects.filter(part=each, completed_at__isnull=False)
        assert set(Counter(done.values_list("item", flat=True)).values()) == {each.ratings_per_item}
        loads = Counter(done.values_list("rater", flat=True))
        counts = [loads[rater] for rater in study.raters.values_list("pk", flat=True)]
        assert max(counts) - min(counts) <= 1
        for item in each.items.judged().filter(cannot_be_told=False):
            orders = defaultdict(list)
            rows = ShownText.objects.filter(assignment__item=item).order_by("assignment", "position")
            for assignment, text in rows.values_list("assignment", "presented"):
                orders[assignment].append(text)
            first = Counter(order[0] for order in orders.values())
            assert max(first.values()) - min(first.values()) <= each.ratings_per_item // 2


def assert_nothing_leaked(browsers, server):
    """No canary's name and no key of a system, run or checkpoint in anything that was sent."""
    outsider = browsers[0]
    for path in ("/api/v1/studies/", "/api/v1/systems/", "/studies/", "/health/"):
        outsider.send(path)
    pages = [text for browser in browsers for text in browser.received]
    static = {name for text in pages for name in STATIC.findall(text)}
    texts = {}
    for name in sorted(static):
        texts[name] = outsider.send(f"/static/{name}")[2]
    for name in {f"js/{name}" for text in texts.values() for name in IMPORT.findall(text)} - static:
        texts[name] = outsider.send(f"/static/{name}")[2]
    assert "js/rater_queue.js" in texts
    for text in outsider.received[-len(texts) - 4 :] + pages:
        assert not CANARY.search(text)
        assert not KEY.search(text)
