"""The raters as Locust plays them: consent, practice, stars and two_afc with pauses, lost lines, coming back.

Each request is a line of LOAD_RECORD/requests.csv (when, kind, milliseconds, status), and each answer that
the site acknowledged a line of LOAD_RECORD/acknowledged.csv, which `checking.py` holds against the database.
"""

import csv
import json
import os
import random
import re
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Any

from gevent.pool import Pool
from locust import FastHttpUser, between, constant, events, task

RECORD = Path(os.environ["LOAD_RECORD"])
PEOPLE = deque(json.loads((RECORD / "people.json").read_text()))
LOWEST, HIGHEST = (float(seconds) for seconds in os.environ["LOAD_THINK"].split(","))
COMES_BACK = 0.03  # of the steps: the tab was closed, the link is opened anew
SENT_TWICE = 0.02  # of the answers: the line broke after the site had answered
POLL_SECONDS = 5.0
CONNECTIONS = 4  # at once, of one browser; they stay open until the server closes them

_files = [(RECORD / name).open("w", newline="") for name in ("requests.csv", "acknowledged.csv")]
_requests, _acknowledged = (csv.writer(file) for file in _files)


@events.request.add_listener
def note_request(name: str, response_time: float, response: Any, **_: Any) -> None:
    """Status 0 where no answer came."""
    _requests.writerow([f"{time.time():.3f}", name, f"{response_time:.2f}", response.status_code or 0])


class Researcher(FastHttpUser):
    """Watches an open study's page, which asks for its figures again and again."""

    fixed_count = 1
    wait_time = constant(POLL_SECONDS)

    def on_start(self) -> None:
        self.watched = json.loads((RECORD / "researcher.json").read_text())
        page = self.client.get(self.watched["sign_in"], name="sign in").text
        self.client.post(self.watched["sign_in"], {"csrfmiddlewaretoken": token_of(page)}, name="sign in")

    @task
    def look(self) -> None:
        self.client.get(self.watched["live"], name="live dashboard")


def token_of(page: str) -> str:
    """The form's token against forgery."""
    return re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def fields_of(page: str) -> dict[str, list[str]]:
    """The radio buttons of an item by name, with their values in order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"', page):
        found.setdefault(name, []).append(value)
    return found


def checked_in(page: str) -> dict[str, str]:
    """What the page shows as answered."""
    return dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" required checked', page))


class Rater(FastHttpUser):
    """One person with one link; each step is one request after a pause for thought."""

    wait_time = between(LOWEST, HIGHEST)
    network_timeout = connection_timeout = 60.0

    def on_start(self) -> None:
        self.link = f"/rate/{PEOPLE.popleft()}/"
        self.page = ""
        self.address = ""
        self.given: dict[str, str] = {}
        self.open: list[str] = []
        self.unsent: tuple[dict[str, str], str] | None = None
        self.doing = self.arrive
        # Nobody starts at the same moment as everybody else.
        time.sleep(random.uniform(0, HIGHEST))

    @task
    def step(self) -> None:
        if self.doing == self.answer and random.random() < COMES_BACK:
            self.client.cookiejar.clear()
            self.doing = self.come_back
        self.doing()

    def arrive(self) -> None:
        """The first page, with its style sheets and scripts by connections of their own, as browsers do."""
        if self.get(self.link):
            linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', self.page)
            Pool(CONNECTIONS).map(lambda address: self.client.get(address, name="static"), linked)
            self.doing = self.consent

    def consent(self) -> None:
        consent = re.search(r'name="consent" value="([^"]+)"', self.page)[1]
        if self.post(self.link, {"consent": consent}):
            self.doing = self.go_on

    def go_on(self) -> None:
        if self.get(f"{self.link}next/"):
            self.landed()

    def practise(self) -> None:
        form = {name: random.choice(values) for name, values in fields_of(self.page).items()}
        if self.post(f"{self.link}practice/", form):
            self.doing = self.end_practice

    def end_practice(self) -> None:
        done = re.search(r'name="done" value="([^"]+)"', self.page)[1]
        if self.post(f"{self.link}practice/", {"done": done}):
            self.landed()

    def landed(self) -> None:
        """See which page the site has brought."""
        if f"{self.link}item/" in self.address:
            self.doing = self.answer
            self.given = checked_in(self.page)
            self.open = [name for name in fields_of(self.page) if name not in self.given]
        else:
            self.doing = self.practise if fields_of(self.page) else self.rest

    def come_back(self) -> None:
        """By the link from another device: the same item, with all that was acknowledged."""
        before, given = self.address, self.given
        if not self.get(self.link, kind="come back"):
            return
        self.unsent = None
        self.landed()
        if self.address != before or not given.items() <= self.given.items():
            _acknowledged.writerow(["lost", before, json.dumps(given), json.dumps(self.given), ""])

    def answer(self) -> None:
        """Give one answer, or hand in the item where all are given; what failed is sent again as it was."""
        if not self.open and self.unsent is None:
            self.hand_in()
            return
        if self.unsent is None:
            name = self.open[0]
            value = random.choice(fields_of(self.page)[name])
            self.unsent = ({name: value}, uuid.uuid4().hex)
        (answer, key) = self.unsent
        ((name, value),) = answer.items()
        sent = {"place": name, "stars": value} if name.startswith("stars-") else answer
        times = 2 if random.random() < SENT_TWICE else 1
        for _ in range(times):
            saved = self.post(
                f"{self.address}answer/", {**sent, "key": key, "client_ms": "4000"}, kind="save", keep=True
            )
        if saved:
            self.unsent = None
            self.open.remove(name)
            self.given[name] = value
            _acknowledged.writerow(["answer", self.address.split("/")[-2], name, value, key])

    def hand_in(self) -> None:
        handed = self.address
        if not self.post(handed, {**self.given, "client_ms": "30000"}, kind="hand in"):
            return
        _acknowledged.writerow(["handed in", handed.split("/")[-2], "", "", ""])
        if self.page:
            self.landed()
        else:
            self.doing = self.go_on  # no item comes next, so the site answers with an address alone

    def rest(self) -> None:
        self.get(f"{self.link}thanks/", kind="rest")

    def get(self, address: str, *, kind: str = "open") -> bool:
        return self.ask("GET", address, kind=kind)

    def post(self, address: str, form: dict[str, str], *, kind: str = "open", keep: bool = False) -> bool:
        form = {"csrfmiddlewaretoken": token_of(self.page), **form}
        return self.ask("POST", address, kind=kind, keep=keep, data=form)

    def ask(self, method: str, address: str, *, kind: str, keep: bool = False, **more: Any) -> bool:
        """Ask and keep the page that comes (unless `keep` the one before); whether it is as it should be."""
        headers = {"X-Rater-Script": "1"} if kind in ("save", "hand in") else {}
        with self.client.request(
            method, address, name=kind, headers=headers, catch_response=True, **more
        ) as response:
            if response.status_code not in (200, 204):
                response.failure(f"status {response.status_code}")
                return False
            if not keep:
                self.page = response.text or ""
                self.address = response.headers.get("Content-Location") or ""
            return True


@events.quitting.add_listener
def flush(**_: Any) -> None:
    for file in _files:
        file.close()
