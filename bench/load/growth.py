"""What a rater's request and the researcher's live page cost as stored ratings grow, half in the same study.

Usage: python bench/load/growth.py [--engine sqlite|postgresql] [N ...]     N of 1000, 100000, 1000000

Requests go straight into the site's WSGI application, one at a time, so that only its own work is measured.
Milliseconds are medians: of this process's processor with SQLite, of the clock with PostgreSQL. Beside each
stands its ratio to the smallest size.
"""

import argparse
import io
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))

from run import site

SIZES = (1_000, 100_000, 1_000_000)
RATERS, STARS, TRIALS = 8, 50, 4
WATCHED = 5  # looks at the live page


class Visitor:
    """Asks the application without a network; `times` are milliseconds by `clock` and kind of request."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        from evalsite.wsgi import application

        self.application, self.clock = application, clock
        self.cookies: dict[str, str] = {}
        self.times: dict[str, list[float]] = {}

    def ask(
        self, kind: str, address: str, form: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body."""
        body = urlencode(form or {}).encode()
        environment: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": address,
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        }
        if kind in ("save an answer", "hand in, get the next"):
            environment["HTTP_X_RATER_SCRIPT"] = "1"
        began: list[Any] = []
        start = self.clock()
        answer = self.application(environment, lambda *given: began.extend(given[:2]))
        text = b"".join(answer).decode()
        answer.close()
        self.times.setdefault(kind, []).append(1000 * (self.clock() - start))
        for name, value in began[1]:
            if name == "Set-Cookie":
                self.cookies.update([value.split(";")[0].split("=", 1)])
        return int(began[0][:3]), dict(began[1]), text


def rate(visitor: Visitor, link: str, first: str) -> None:
    """Work through the items in stars: fetch, save one answer, hand in."""
    address = f"/rate/{link}/item/{first}/"
    while True:
        _, _, page = visitor.ask("fetch an item", address)
        form = dict(re.findall(r'name="(stars-[^"]+)" value="([1-5])"', page))
        if not form:
            return
        form["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        place = next(iter(form))
        answer = {"place": place, "stars": form[place], "key": place}
        answer["csrfmiddlewaretoken"] = form["csrfmiddlewaretoken"]
        status, _, _ = visitor.ask("save an answer", f"{address}answer/", answer)
        if status != 200:
            raise RuntimeError(f"an answer was refused with {status}")
        _, headers, _ = visitor.ask("hand in, get the next", address, form)
        address = headers["Content-Location"]


def times_at(engine: str, server: str, stored: int) -> dict[str, float]:
    """Median milliseconds by kind of request in a site with `stored` ratings."""
    with site(SimpleNamespace(engine=engine, server=server)):
        import django

        django.setup()
        from django.contrib.auth.models import Group, User
        from django.urls import reverse
        from seeding import make_others, make_people

        from evalsite.login_links import link_for
        from evalsite.preparation import prepare
        from evalsite.roles import RESEARCHER
        from ratings.models import Rater
        from ratings.models.raters import link_hash
        from ratings.services.invitations import give_consent

        prepare()
        owner = User.objects.create_user("researcher")
        owner.groups.add(Group.objects.get(name=RESEARCHER))
        make_others(owner, stored // 2)
        links, studies = make_people(owner, RATERS, stars=STARS, trials=TRIALS, stored=stored // 2)
        # All of SQLite's work is this process's own, so that its processor's time tells it without the noise.
        visitor = Visitor(time.process_time if engine == "sqlite" else time.perf_counter)
        for link in links[::2]:
            rater = Rater.objects.get(token_hash=link_hash(link))
            give_consent(rater=rater, consent_sha256=studies[0].consent_sha256, language="en")
            Rater.objects.filter(pk=rater.pk).update(practised=1)
            rate(visitor, link, rater.assignments.order_by("position")[0].token)
        address = re.sub(r"^https?://[^/]+", "", link_for(owner))
        _, _, page = visitor.ask("sign in", address)
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        visitor.ask("sign in", address, {"csrfmiddlewaretoken": token})
        for _ in range(WATCHED):
            visitor.ask("live page of the study", reverse("ratings:study_live", args=[studies[0].slug]))
        del visitor.times["sign in"]
        return {kind: statistics.median(times) for kind, times in visitor.times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Costs as stored ratings grow; see the head of this file.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--one", action="store_true", help="print one size's figures for another process")
    options = parser.parse_args()
    if options.one:
        for kind, value in times_at(options.engine, options.server, options.sizes[0]).items():
            print(f"{kind}\t{value}")
        return
    compare(options)


def compare(options: argparse.Namespace) -> None:
    """A table of all sizes, each measured in a fresh process."""
    import subprocess

    found: dict[str, list[float]] = {}
    for size in options.sizes:
        command = [sys.executable, __file__, "--one", "--engine", options.engine, "--server", options.server]
        ran = subprocess.run([*command, str(size)], check=True, stdout=subprocess.PIPE, text=True)
        for line in ran.stdout.splitlines():
            kind, value = line.split("\t")
            found.setdefault(kind, []).append(float(value))
    heads = " | ".join(f"{size:,}" for size in options.sizes)
    print(f"| milliseconds at ratings stored, {options.engine} | {heads} |")
    print(f"| --- |{' ---: |' * len(options.sizes)}")
    for kind, values in found.items():
        cells = " | ".join(f"{value:.1f} ({value / values[0]:.1f} ×)" for value in values)
        print(f"| {kind} | {cells} |")


if __name__ == "__main__":
    main()
