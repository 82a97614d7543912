"""The rater's page on granian and SQLite: times with 1 and 8 clients, weight, and memory of the web process.

Each time stands beside a static file and a view that only asks the database, through the same server in the
same run. Usage: python bench/rater_page.py
"""

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urljoin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ITEMS, CLIENTS, PROBES = 40, 8, 200
TARGETS = {1: 50, CLIENTS: 150}  # milliseconds at the 95th percentile
PAUSE = 0.25  # seconds; people take longer, so this is the load of many more raters than eight
MOST_KILOBYTES, MOST_MEGABYTES = 100, 200


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Browser:
    """A rater's browser with one connection that is kept open; `times` are milliseconds by kind of request.

    It pauses `pause` seconds on average before each request.
    """

    port: int
    link: str = ""
    pause: float = 0.0
    cookie: str = ""
    times: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, kind: str, address: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send a request and read all of the answer; status, Content-Location and body."""
        headers = {"Cookie": self.cookie, "Accept-Encoding": "identity"}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-Rater-Script": "1"}
        if self.pause:
            time.sleep(self.pause * random.uniform(0.5, 1.5))
        start = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", address, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        self.times.setdefault(kind, []).append(1000 * (time.perf_counter() - start))
        if given := response.getheader("Set-Cookie"):
            self.cookie = given.split(";")[0]
        return response.status, response.getheader("Content-Location") or "", text

    def rate(self, first: str) -> None:
        """Work through all items: fetch, save one answer, hand in and get the next."""
        address = f"/rate/{self.link}/item/{first}/"
        while "/item/" in address:
            status, _, page = self.ask("fetch an item", address)
            assert status == 200, page
            form = dict(re.findall(r'name="(stars-[^"]+)" value="([1-5])"', page))
            form["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
            place = next(iter(form))
            answer = {"place": place, "stars": form[place], "key": place}
            answer["csrfmiddlewaretoken"] = form["csrfmiddlewaretoken"]
            assert self.ask("save an answer", f"{address}answer/", answer)[0] == 200
            status, address, _ = self.ask("hand in, get the next", address, form)
            assert status in (200, 204)


def make_study(raters: int) -> list[tuple[str, str]]:
    """An open study of two systems in stars, four questions a text; each rater's link and first item."""
    from django.contrib.auth.models import User

    from generation.models import Dataset, Example, Output, Run, System
    from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan, StudyPlan, SystemPlan
    from ratings.models import Rater
    from ratings.services.drafting import create_study
    from ratings.services.invitations import create_invitations, give_consent
    from ratings.services.opening import open_study

    dataset = Dataset.objects.create(name="bench", task="e2e", file_name="b.csv", sha256="0" * 64)
    examples = Example.objects.bulk_create(
        Example(dataset=dataset, position=place, source=f"name[Place {place}]", slots=[["name", f"{place}"]])
        for place in range(ITEMS + 2)
    )
    for name in ("a", "b"):
        system = System.objects.create(name=name)
        run = Run.objects.create(system=system, dataset=dataset, state="done", examples=len(examples))
        words = f"is a place in the {name} part of the city centre, by the river. " * 2
        Output.objects.bulk_create(
            Output(run=run, example=each, text=f"Number {each.position} {words}") for each in examples
        )
    stars = PartPlan(kind="stars", items=ITEMS, ratings_per_item=raters, criteria=DEFAULT_CRITERIA)
    plan = StudyPlan(
        name="bench",
        public_title="Texts",
        dataset="bench",
        systems=tuple(SystemPlan(system=name, label=name) for name in ("a", "b")),
        parts=(stars,),
        raters=raters,
        seed=1,
    )
    study = open_study(study=create_study(owner=User.objects.create_user("bench"), plan=plan))
    invited = create_invitations(study=study, n=raters)
    for rater in study.raters.all():
        give_consent(rater=rater, consent_sha256=study.consent_sha256, language="en")
    Rater.objects.update(practised=1)
    firsts = [rater.assignments.order_by("position")[0].token for rater in study.raters.order_by("place")]
    return list(zip([each.token for each in invited], firsts, strict=True))


def percentile(times: list[float], share: float) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[round(100 * share) - 1]


def probe(port: int, kind: str, address: str) -> list[float]:
    browser = Browser(port)
    for _ in range(PROBES):
        browser.ask(kind, address)
    return browser.times[kind]


def report(clients: int, how: str, times: dict[str, list[float]], limits: dict[str, float]) -> None:
    """A line each kind of request."""
    for kind, found in times.items():
        p50, p95 = percentile(found, 0.5), percentile(found, 0.95)
        ratios = ", ".join(f"{p50 / limit:.1f} × {name}" for name, limit in limits.items())
        verdict = "within" if p95 < TARGETS[clients] else "ABOVE"
        print(
            f"{clients} client{'s' * (clients > 1)} {how}, {kind}: p50 {p50:.1f} ms, p95 {p95:.1f} ms "
            f"({verdict} {TARGETS[clients]} ms), n {len(found)}; p50 is {ratios}"
        )


def weigh(port: int, address: str, cookie: str) -> None:
    """The page with all that it links, and what that imports, as sent and without compression."""
    sizes = []
    for encoding in ("gzip", "identity"):
        seen: set[str] = set()
        waiting, total = [address], 0
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", at, headers={"Accept-Encoding": encoding, "Cookie": cookie})
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, at
            total += len(body) + sum(len(name) + len(value) + 4 for name, value in response.getheaders())
            if response.getheader("Content-Encoding") != "gzip":
                found = re.findall(r'(?:src|href)="(/static/[^"]+)"', body.decode())
                found += [urljoin(at, name) for name in re.findall(r'from "(\./[^"]+)"', body.decode())]
                waiting += found
            elif at != address:
                waiting += imports_of(port, at)
        sizes.append((total / 1000, len(seen)))
    verdict = "within" if sizes[1][0] < MOST_KILOBYTES else "ABOVE"
    print(
        f"first page with all it links: {sizes[1][0]:.1f} kB in {sizes[1][1]} files "
        f"({verdict} {MOST_KILOBYTES} kB), {sizes[0][0]:.1f} kB compressed"
    )


def imports_of(port: int, address: str) -> list[str]:
    """What a script imports, asked for without compression."""
    _, _, text = Browser(port).ask("", address)
    return [urljoin(address, name) for name in re.findall(r'from "(\./[^"]+)"', text)]


def measure(port: int, people: list[tuple[str, str]], memory: Callable[[], list[float]]) -> None:
    """Print every figure."""
    static = re.search(r'href="(/static/css/base[^"]*)"', Browser(port).ask("", "/sign-in/")[2])[1]
    probe(port, "", "/health/")
    limits = {
        "a static file": percentile(probe(port, "", static), 0.5),
        "a view that asks the database once": percentile(probe(port, "", "/health/"), 0.5),
    }
    print("; ".join(f"{name}: p50 {value:.1f} ms" for name, value in limits.items()))
    alone = Browser(port, link=people[0][0])
    weigh(port, f"/rate/{alone.link}/item/{people[0][1]}/", "")
    alone.rate(people[0][1])
    report(1, "without a pause", alone.times, limits)
    paced, hurried = people[1 : 1 + CLIENTS], people[1 + CLIENTS :]
    report(CLIENTS, f"pausing {PAUSE} s", rate_together(port, paced, PAUSE), limits)
    # More than one process can do: how long the queue gets, not what a rater meets.
    report(CLIENTS, "without a pause", rate_together(port, hurried, 0.0), limits)
    sizes = memory()
    verdict = "within" if max(sizes) < MOST_MEGABYTES else "ABOVE"
    said = " + ".join(f"{size:.0f}" for size in sizes)
    print(f"memory of the web processes: {said} MB ({verdict} {MOST_MEGABYTES} MB each)")


def rate_together(port: int, people: list[tuple[str, str]], pause: float) -> dict[str, list[float]]:
    """All of them at once, each on a thread."""
    browsers = [Browser(port, link=link, pause=pause) for link, _ in people]
    with ThreadPoolExecutor(len(browsers)) as pool:
        list(pool.map(Browser.rate, browsers, [first for _, first in people]))
    together: dict[str, list[float]] = {}
    for browser in browsers:
        for kind, times in browser.times.items():
            together.setdefault(kind, []).extend(times)
    return together


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        os.environ |= {"EVALSITE_VAR": folder, "EVALSITE_PORT": str(port), "EVALSITE_LOG_LEVEL": "WARNING"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")
        import django

        django.setup()
        import psutil

        from evalsite.launcher import Launcher
        from evalsite.management.commands.run import WEB
        from evalsite.preparation import prepare

        prepare()
        people = make_study(1 + 2 * CLIENTS)
        web = subprocess.Popen(WEB.command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            Launcher(ROOT).wait_for(f"http://127.0.0.1:{port}/health/", seconds=60)
            parent = psutil.Process(web.pid)

            def memory() -> list[float]:
                """Megabytes of granian's parent and of its worker, shared pages divided among them."""
                processes = [parent, *parent.children(recursive=True)]
                return [process.memory_full_info().pss / 1e6 for process in processes]

            measure(port, people, memory)
        finally:
            web.terminate()
            web.wait(20)


if __name__ == "__main__":
    main()
