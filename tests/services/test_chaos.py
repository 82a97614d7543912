"""Processes killed at random over one study and one run: nothing acknowledged is lost, nothing is doubled.

EVALSITE_CHAOS says how many kills, on every engine and broker; unset, each process dies once on one of them.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.faults.raters import AnsweringRater, Taken
from tests.services.faults.servers import Server, postgresql, rabbitmq, redis, until
from tests.services.faults.site import TroubledSite, database_of

pytestmark = pytest.mark.services

KILLS = int(os.environ.get("EVALSITE_CHAOS", "0"))
PLACES = ["postgresql+redis", "postgresql+rabbitmq", "sqlite+files"] if KILLS else ["postgresql+redis"]
RATERS = 2
EXAMPLES_A_KILL = 24
STORED = """
    SELECT 'stars-' || shown.token || '-' || criterion.position, rating.stars, rating.key, rating.live
    FROM ratings_rating rating
    JOIN ratings_showntext shown ON shown.id = rating.shown_id
    JOIN ratings_criterion criterion ON criterion.id = rating.criterion_id
"""
OUTPUTS = "SELECT example_id FROM generation_output WHERE run_id IN (SELECT run_id FROM generation_chunk)"


@dataclass(frozen=True)
class Trouble:
    """A site under way, with its servers and the raters who answer it."""

    site: TroubledSite
    servers: list[Server]
    raters: list[AnsweringRater]

    @property
    def faults(self) -> dict[str, Callable[[], None]]:
        """By the name of each process, a way to kill it and, where nobody else does, to start it again."""

        def again(server: Server) -> Callable[[], None]:
            def kill() -> None:
                server.kill()
                server.start()

            return kill

        killed = [self.site.web, self.site.worker, *self.servers]
        return {server.name: again(server) for server in killed} | {
            "the inference process": self.site.kill_inference
        }

    def taken(self) -> list[Taken]:
        return [answer for rater in self.raters for answer in list(rater.taken)]

    def outputs(self) -> list[int]:
        return [example for (example,) in self.site.rows(OUTPUTS)]

    def goes_on(self) -> None:
        """Wait until answers are taken again from each rater and the run goes on, or is over."""
        taken, outputs = [len(rater.taken) for rater in self.raters], len(self.outputs())
        until(
            lambda: all(len(rater.taken) > n for rater, n in zip(self.raters, taken, strict=True)),
            "answers are taken again",
        )
        until(lambda: len(self.outputs()) > outputs or self.site.run_is_over(), "the run goes on", 120)

    def lost_and_doubled(self, taken: list[Taken], outputs: list[int]) -> tuple[int, int]:
        """How much of what was acknowledged is not there, and how much is there more than once."""
        stored = [(place, stars, key) for place, stars, key, _live in self.site.rows(STORED)]
        there, now = set(stored), self.outputs()
        lost = sum((answer.place, answer.stars, answer.key) not in there for answer in taken)
        lost += len(set(outputs) - set(now))
        doubled = len(stored) - len({(place, key) for place, _, key in stored}) + len(now) - len(set(now))
        return lost, doubled

    def settle(self) -> None:
        """Let the raters stop where they are; the last answer that each place was acknowledged is live."""
        for rater in self.raters:
            rater.stop()
        last = {answer.place: answer.stars for answer in self.taken()}
        live = {place: stars for place, stars, _key, is_live in self.site.rows(STORED) if is_live}
        assert live.keys() >= last.keys()
        # One answer of each rater may be on its way as they stop: stored, and not acknowledged.
        assert sum(live[place] != stars for place, stars in last.items()) <= RATERS
        assert [fault for rater in self.raters for fault in rater.unexpected] == []


@contextmanager
def troubled(place: str, folder: Path, network: Path, corpus: Path) -> Iterator[Trouble]:
    engine, broker = place.split("+")
    with ExitStack() as stack:
        servers, database, address = [], "", ""
        if engine == "postgresql":
            server, port = stack.enter_context(postgresql())
            servers.append(server)
            database = database_of(port, "postgres")
        if broker == "redis":
            server, address = redis(folder)
            servers.append(server)
            stack.callback(server.kill)
            server.start()
        elif broker == "rabbitmq":
            server, address = stack.enter_context(rabbitmq(folder))
            servers.append(server)
            server.start()
        site = TroubledSite(folder / "var", database_url=database, broker=address)
        stack.callback(site.end)
        site.fill(raters=RATERS)
        site.begin_run(network, corpus)
        site.web.start()
        site.worker.start()
        raters = [AnsweringRater(site.address, link, seed) for seed, link in enumerate(site.links)]
        for rater in raters:
            rater.start()
        yield Trouble(site, servers, raters)


@pytest.mark.parametrize("place", PLACES)
def test_kills_lose_nothing_that_was_acknowledged(place, tmp_path, tiny_gpt2, write_corpus) -> None:
    rng = random.Random(20)
    corpus = write_corpus(EXAMPLES_A_KILL * (KILLS or 5))
    tally: dict[str, Counter[str]] = {}
    with troubled(place, tmp_path, tiny_gpt2, corpus) as trouble:
        trouble.goes_on()
        names = sorted(trouble.faults)
        order = [rng.choice(names) for _ in range(KILLS)] or rng.sample(names, len(names))
        for name in order:
            time.sleep(rng.uniform(0, 0.5))  # kills strike at any moment of saving and writing
            taken, outputs = trouble.taken(), trouble.outputs()
            trouble.faults[name]()
            trouble.goes_on()
            lost, doubled = trouble.lost_and_doubled(taken, outputs)
            tally.setdefault(name, Counter()).update(times=1, lost=lost, doubled=doubled)
        until(trouble.site.run_is_over, "the run ends", 180)
        trouble.settle()
        assert trouble.site.rows("SELECT state FROM generation_chunk WHERE state <> 'done'") == []
        assert len(trouble.outputs()) == len(set(trouble.outputs())) == EXAMPLES_A_KILL * (KILLS or 5)
        said(place, tally, trouble)
    assert all(not (row["lost"] or row["doubled"]) for row in tally.values()), tally


def said(place: str, tally: dict[str, Counter[str]], trouble: Trouble) -> None:
    again = sum(rater.sent_again for rater in trouble.raters)
    lines = [
        f"{place}: {len(trouble.taken())} answers acknowledged, {again} sent again; kill -9 of",
        f"  {'':24}{'times':>7}{'lost':>7}{'doubled':>9}",
        *(
            f"  {name:24}{row['times']:>7}{row['lost']:>7}{row['doubled']:>9}"
            for name, row in sorted(tally.items())
        ),
    ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
