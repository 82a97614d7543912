"""Crawl everything a rater receives for the names and keys of systems, runs and checkpoints."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from scipy import stats

from ratings.blinding import practice_item
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Rater, ShownText
from ratings.services.completion import close_study

CANARY = re.compile(r"canary", re.IGNORECASE)
# FIRST_KEY and what follows it, as a word of its own: a request's random number may hold such digits.
KEY = re.compile(r"(?<![0-9A-Za-z])7340\d{4}(?![0-9A-Za-z])")
STATIC = re.compile(r'(?:src|href)="/static/([^"]+)"')
OWN_NUMBER = "X-Request-ID"
IMPORT = re.compile(r'from "\./([^"]+)"')


class Crawl:
    """Every response of a rater's way through a study, as text with its headers."""

    def __init__(self, client, link):
        self.client = client
        self.link = link
        self.received = []

    def keep(self, response):
        # A request's own number is random, and may by chance hold any digits.
        headers = "\n".join(
            f"{name}: {value}" for name, value in response.headers.items() if name != OWN_NUMBER
        )
        cookies = response.cookies.output()
        self.received.append("\n".join([headers, cookies, response.content.decode()]))
        return response

    def at(self, page, *tokens):
        return reverse(f"ratings:rater_{page}", args=[self.link, *tokens])

    def walk(self, rater):
        keep, client, at = self.keep, self.client, self.at
        keep(client.get(at("landing")))
        keep(client.get(at("item", "unknown")))
        keep(client.post(at("landing"), {"consent": rater.study.consent_sha256}))
        keep(client.get(at("instructions")))
        address = keep(client.get(at("next")))["Location"]
        while address != at("thanks"):
            page = keep(client.get(address)).content.decode()
            if address == at("practice"):
                self.practise(page, address)
            else:
                self.rate(page, address)
            address = keep(client.get(at("next")))["Location"]
        keep(client.get(at("thanks")))

    def practise(self, page, address):
        feedback = self.keep(self.client.post(address, first_choices(page))).content.decode()
        done = re.search(r'name="done" value="([^"]+)"', feedback).group(1)
        self.keep(self.client.post(address, {"done": done}))

    def rate(self, page, address):
        form = first_choices(page)
        place, value = next(iter(form.items()))
        answer = {"choice": value} if place == "choice" else {"place": place, "stars": value}
        self.keep(self.client.post(f"{address}answer/", answer | {"key": place}))
        self.keep(self.client.post(f"{address}answer/", {"place": "nonsense"}))
        self.keep(self.client.post(address, {}))
        self.keep(self.client.post(address, form, headers={"X-Rater-Script": "1"}))

    def static_files(self):
        names = {name for text in self.received for name in STATIC.findall(text)}
        names |= {f"js/{name}" for script in names for name in IMPORT.findall(static_text(script))}
        return names


def first_choices(page):
    form = {}
    for name, value in re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"', page):
        form.setdefault(name, value)
    return form


def static_text(name):
    return Path(finders.find(name)).read_text(encoding="utf-8")


@pytest.fixture
def crawl(client, invited):
    crawl = Crawl(client, invited.link)
    crawl.walk(invited.rater)
    return crawl


def test_no_name_and_no_key_reaches_a_rater(crawl, study, invited):
    close_study(study=study)
    crawl.keep(crawl.client.get(crawl.at("landing"), follow=True))
    invited.rater.refresh_from_db()
    assert invited.rater.finished_at is not None
    assert len(crawl.received) > 30
    everything = [*crawl.received, *map(static_text, crawl.static_files())]
    for text in everything:
        assert not CANARY.search(text)
        assert not KEY.search(text)


def test_the_crawl_would_find_a_leak(crawl, study):
    """The canaries are where a careless template would take them from."""
    names = [study.name, *(row.run.system.name for row in study.systems.all())]
    assert all(CANARY.search(name) for name in names)
    assert all(KEY.search(str(row.run_id)) for row in study.systems.all())
    assert {"js/rater.js", "js/rater_queue.js", "css/rater.css"} <= crawl.static_files()


def test_nothing_is_cached_and_nothing_identifies_a_body(crawl):
    for received in crawl.received:
        assert "no-store" in received
        assert "ETag" not in received
        assert "Last-Modified" not in received


class Skeleton(HTMLParser):
    """A page without its words: tags and attribute names in order."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))


def test_long_and_short_texts_have_the_same_markup_and_headers(client, consented):
    item = consented.rater.assignments.filter(part__kind="two_afc").first()
    address = reverse("ratings:rater_item", args=[consented.link, item.token])
    seen = []
    for text in ("Short.", "Long and longer. " * 500):
        shown = item.shown_texts.first()
        shown.presented.text = text
        shown.presented.save()
        response = client.get(address)
        headers = {
            k: v for k, v in response.headers.items() if k not in {"Content-Length", "Expires", OWN_NUMBER}
        }
        seen.append((Skeleton(response.content.decode()).tags, headers))
    assert seen[0] == seen[1]


def test_tokens_tell_nothing_about_the_system(make_study):
    """No character of a token at any place goes with the system beyond chance."""
    for seed in range(4):
        parts = (PartPlan(kind="stars", items=20, ratings_per_item=4, criteria=DEFAULT_CRITERIA),)
        make_study(name=f"CANARY-{seed}", parts=parts, seed=seed)
    rows = list(ShownText.objects.values_list("token", "presented__origins__system__position"))
    assert len(rows) > 800
    pvalues = []
    for place in range(22):
        counts = defaultdict(lambda: [0, 0, 0])
        for token, system in rows:
            counts[token[place]][system - 1] += 1
        pvalues.append(stats.chi2_contingency(np.array(list(counts.values()))).pvalue)
    assert min(pvalues) > 1e-5
    assert len({token for token, _ in rows}) == ShownText.objects.count()


def test_practice_tokens_differ_between_raters(study, client):
    raters = list(Rater.objects.select_related("study").filter(study=study))
    tokens = [text.token for rater in raters for text in practice_item(rater).texts]
    assert len(tokens) == len(set(tokens))
