"""Raters who do as the page's script does: each answer is sent again, under one key, until it is taken."""

import random
import re
import threading
import uuid
from dataclasses import dataclass

import requests

RETRY_SECONDS = 0.1


@dataclass(frozen=True)
class Taken:
    """An answer that the site has said to be saved."""

    place: str
    stars: int
    key: str


class AnsweringRater(threading.Thread):
    """Answers every item of a link, then goes on changing answers, until told to stop."""

    def __init__(self, site: str, link: str, seed: int) -> None:
        super().__init__(daemon=True)
        self._site, self._link = site, f"/rate/{link}/next/"
        self._rng = random.Random(seed)
        self._session = requests.Session()
        self._stopping = threading.Event()
        self.taken: list[Taken] = []
        self.unexpected: list[str] = []
        self.sent_again = 0

    def stop(self) -> None:
        self._stopping.set()
        self.join(60)
        self._session.close()

    def run(self) -> None:
        places: dict[str, tuple[str, int]] = {}
        while not self._stopping.is_set() and (page := self._item()):
            for name in sorted(set(re.findall(r'name="(stars-[^"]+)"', page))):
                address = re.findall(r'data-answer="([^"]+)"', page)[0]
                places[name] = (address, self._answer(address, name, 0))
            form = {name: str(stars) for name, (_, stars) in places.items() if name in page}
            self._post(re.findall(r'action="(/rate/[^"]+/item/[^"]+)"', page)[0], form)
        while not self._stopping.is_set() and places:
            name = self._rng.choice(sorted(places))
            address, before = places[name]
            places[name] = (address, self._answer(address, name, before))

    def _item(self) -> str:
        """The page of the next item; empty once all were handed in."""
        while not self._stopping.is_set():
            response = self._ask("GET", self._link)
            if response is not None and response.ok:
                return response.text if "data-answer" in response.text else ""
        return ""

    def _answer(self, address: str, name: str, before: int) -> int:
        stars = self._rng.choice([stars for stars in range(1, 6) if stars != before])
        key = uuid.uuid4().hex
        if self._post(address, {"place": name, "stars": str(stars), "key": key, "client_ms": "900"}):
            self.taken.append(Taken(name, stars, key))
            return stars
        return before

    def _post(self, address: str, fields: dict[str, str]) -> bool:
        """Send until it is taken; False where it was stopped before that."""
        while not self._stopping.is_set():
            token = self._session.cookies.get("csrftoken", "")
            response = self._ask("POST", address, fields | {"csrfmiddlewaretoken": token})
            if response is not None and response.ok:
                return True
            self.sent_again += 1
        return False

    def _ask(
        self, method: str, address: str, fields: dict[str, str] | None = None
    ) -> requests.Response | None:
        try:
            response = self._session.request(method, self._site + address, data=fields, timeout=15)
        except requests.RequestException:
            self._stopping.wait(RETRY_SECONDS)
            return None
        if not response.ok:
            if response.status_code != 503:
                self.unexpected.append(f"{method} {response.status_code}: {response.text[:300]}")
            self._stopping.wait(RETRY_SECONDS)
        return response
