"""A rater's whole way through a study by HTTP, inside this process; everything received is kept."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from ratings.errors import StudyPlanInvalid
from ratings.models import Assignment, Judgement, Rater, Rating, Remark, Study
from ratings.models.raters import link_hash

MOST_ITEMS = 40
FIELDS = ("choice", "preference", "own_label", "accepts")
MOST_PARTS = 10  # of an item: own label and a system's, or its texts one at a time; then the feedback
_MOST_STEPS = 60


@dataclass(frozen=True)
class Received:
    """One response: its headers, cookies and body as text."""

    address: str
    status: int
    headers: dict[str, str]
    body: str

    @property
    def everything(self) -> str:
        """All of it as one text."""
        # A request's own number is random, and may by chance hold any digits.
        said = "\n".join(f"{name}: {value}" for name, value in self.headers.items() if name != "X-Request-ID")
        return f"{said}\n{self.body}"


@dataclass
class Visitor:
    """A browser with a rater's personal link."""

    rater: Rater
    link: str
    received: list[Received] = field(default_factory=list)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def at(self, page: str, *tokens: str) -> str:
        """The address of one of the rater's pages."""
        return reverse(f"ratings:rater_{page}", args=[self.link, *tokens])

    def get(self, address: str, **headers: str) -> HttpResponse:
        """Ask for a page."""
        with override(get_language()):
            response = self.client.get(address, headers=headers, **host())
        return self._keep(address, cast("HttpResponse", response))

    def post(self, address: str, form: dict[str, str], **headers: str) -> HttpResponse:
        """Send a form."""
        with override(get_language()):
            response = self.client.post(address, form, headers=headers, **host())
        return self._keep(address, cast("HttpResponse", response))

    def timed(self, address: str) -> float:
        """Seconds until a page is there; it is not kept."""
        with override(get_language()):
            start = perf_counter()
            self.client.get(address, **host())
            return perf_counter() - start

    def _keep(self, address: str, response: HttpResponse) -> HttpResponse:
        headers = dict(response.headers) | {"Set-Cookie": response.cookies.output()}
        body = response.content.decode(errors="replace")
        self.received.append(
            Received(address=address, status=response.status_code, headers=headers, body=body)
        )
        return response


def visitor(study: Study) -> Visitor:
    """A rater of the study who begins anew with a fresh link; only for a transaction that is rolled back.

    Raises StudyPlanInvalid where no rater has anything to rate.
    """
    rater = (
        study.raters.filter(assignments__isnull=False)
        .order_by("finished_at", "consented_at", "place")
        .first()
    )
    if rater is None:
        raise StudyPlanInvalid(f"'{study}' shows nobody anything, so there is nothing to audit.")
    Rating.objects.filter(assignment__rater=rater).delete()
    Judgement.objects.filter(assignment__rater=rater).delete()
    Remark.objects.filter(assignment__rater=rater).delete()
    Assignment.objects.filter(rater=rater).update(completed_at=None, client_ms=None)
    link = secrets.token_urlsafe(16)
    Rater.objects.filter(pk=rater.pk).update(
        token_hash=link_hash(link),
        link_expires_at=timezone.now() + timedelta(days=1),
        consented_at=None,
        consent_sha256="",
        consent_language="",
        consent_version=None,
        practised=0,
        quiz_attempts=0,
        quiz_passed_at=None,
        finished_at=None,
        withdrawn_at=None,
    )
    return Visitor(rater=Rater.objects.select_related("study").get(pk=rater.pk), link=link)


def walk(visited: Visitor) -> list[str]:
    """From consent through practice to the items, each answered in every way; the items' tokens.

    Every page's first form is sent with its first answers until the first item is there.
    """
    address = visited.at("landing")
    for _step in range(_MOST_STEPS):
        response = visited.get(address)
        if response.status_code in (301, 302):
            address = response.headers["Location"]
            continue
        if "/item/" in address:
            break
        if address == visited.at("quiz"):  # which asks for no text; who fails it would not go on
            Rater.objects.filter(pk=visited.rater.pk).update(quiz_passed_at=timezone.now())
            address = visited.at("next")
            continue
        page = Forms(response.content.decode())
        answered = visited.post(address, page.first_answers()) if page.posts else None
        moved = answered.headers.get("Location", "") if answered is not None else ""
        for _part in range(MOST_PARTS):
            if answered is None or moved:
                break
            answered = visited.post(address, Forms(answered.content.decode()).first_answers())
            moved = answered.headers.get("Location", "")
        address = moved or visited.at("next")
    visited.get(visited.at("instructions"))
    tokens = list(
        Assignment.objects.filter(rater=visited.rater).order_by("position").values_list("token", flat=True)
    )[:MOST_ITEMS]
    for token in tokens:
        _rate(visited, token)
    for name in ("leave", "data", "thanks"):
        visited.get(visited.at(name))
    return tokens


def _rate(visited: Visitor, token: str) -> None:
    address = visited.at("item", token)
    form = Forms(visited.get(address).content.decode()).first_answers()
    for name, value in form.items():
        if name in FIELDS or name.startswith("stars-"):
            answer = {name: value} if name in FIELDS else {"place": name, "stars": value}
            visited.post(visited.at("answer", token), answer | {"key": name})
            break
    visited.post(visited.at("answer", token), {"place": "nonsense"})
    visited.post(address, {})
    visited.post(address, form, **{"X-Rater-Script": "1"})
    open_ = Assignment.objects.filter(token=token, completed_at=None)
    for _part in range(MOST_PARTS):
        if not open_.exists():
            break
        following = Forms(visited.get(address).content.decode()).first_answers()
        visited.post(address, following, **{"X-Rater-Script": "1"})


class Forms(HTMLParser):
    """The first form of a page that posts, which is not the choice of language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.posts = False
        self._inside = False
        self._fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the fields of a form, the first of each name; a button is sent only where it is pressed."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.posts and given.get("action") != reverse("set_language"):
            self.posts = self._inside = given.get("method", "").lower() == "post"
        named = tag in ("input", "textarea") and self._inside and given.get("name")
        if named and given["name"] != "csrfmiddlewaretoken":
            self._fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._inside = False

    def first_answers(self) -> dict[str, str]:
        """What a rater sends who takes the first of everything."""
        return dict(self._fields)


class Skeleton(HTMLParser):
    """A page without its words: tags and attribute names in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, tuple(name for name, _value in attrs)))


def without_chance(body: str, *secret: str) -> str:
    """A body without what differs each time it is asked for: the form's token, and `secret` addresses."""
    for each in secret:
        body = body.replace(each, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body)


def item_pages(received: list[Received]) -> Iterator[Received]:
    """The responses that show an item."""
    return (each for each in received if "/item/" in each.address and "judged-text" in each.body)


def host() -> dict[str, Any]:
    """What makes a request inside this process one to the site."""
    return {
        "SERVER_NAME": urlsplit(settings.SITE_URL).hostname or "localhost",
        "secure": settings.SITE_URL.startswith("https"),
    }
