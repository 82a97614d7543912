"""Where a site of so many raters and GPUs meets its first limit, calculated from measured service times.

Usage: python bench/scaling.py [--times FILE] [--raters N] [--gpus N] [--chunk-seconds S] ...
       python bench/scaling.py --measure > FILE     the times of this machine, for --times

A resource's use is what the load asks of it over what it has (the utilisation law: Denning and Buzen 1978,
doi:10.1145/356733.356735); the first bottleneck is the one nearest to its limit. How long a request then
waits is that of a queue with random arrivals and service (Erlang's M/M/c): a picture, not a promise.
"""

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "load"), str(HERE.parent)]

QUESTIONS = 8  # answers of an item in stars, each saved as it is given, then the item is handed in
SWEEP_SECONDS = 15.0  # each worker sweeps, as CELERY_BEAT_SCHEDULE says
FULL = 0.7  # above this use waiting grows fast, so a site is sized below it


@dataclass(frozen=True, kw_only=True)
class Times:
    """Milliseconds on one core, measured on two shared cores of a virtual machine by --measure.

    `…_web` are of a web process, `…_lock` how long SQLite's write lock is held, `…_database` of PostgreSQL.
    A request of a rater that is not told apart is the mean of eight saves and a hand-in. The bytes, and how
    many connections a worker keeps, were looked at once and are not measured anew.
    """

    save_web: float = 4.1
    hand_in_web: float = 10.3
    save_lock: float = 2.2
    hand_in_lock: float = 3.1
    request_database: float = 2.5
    chunk_lock: float = 8.8
    chunk_database: float = 12.6
    sweep_database: float = 9.0
    watch_web_a_thousand: float = 6.0  # of assignments, each time the live page asks
    answer_bytes: float = 220.0
    page_bytes: float = 3_000.0  # sent for a request on average, compressed


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a site has. A web process uses one core at most, since Python's lock lets one thread compute."""

    name: str
    engine: str
    web_processes: int
    web_cores: int
    threads: int = 8
    database_cores: int = 1
    connections: int = 100
    worker_connections: int = 4


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is asked of it: raters who think `think` seconds before each request, GPUs with a chunk each."""

    raters: int
    gpus: int
    think: float = 7.5
    chunk_seconds: float = 10.0
    watchers: int = 2
    assignments: int = 100_000


@dataclass(frozen=True, kw_only=True)
class Use:
    """How much of one resource is asked for, 1 for all of it; how much may be, and what moves that."""

    resource: str
    share: float
    moves: str
    limit: float = FULL

    @property
    def nearness(self) -> float:
        """The use as a part of its limit."""
        return self.share / self.limit


def mean(times: Times, what: str) -> float:
    """Milliseconds of a rater's average request."""
    save, hand_in = getattr(times, f"save_{what}"), getattr(times, f"hand_in_{what}")
    return float(QUESTIONS * save + hand_in) / (QUESTIONS + 1)


def uses(times: Times, site: Site, load: Load) -> list[Use]:
    """Every resource's use, the one nearest to its limit first."""
    requests = load.raters / load.think
    chunks = load.gpus / load.chunk_seconds
    sweeps = load.gpus / SWEEP_SECONDS
    # The live page asks every 5 s or a second for each 5,000 assignments, whichever is longer.
    looks = load.watchers / max(5.0, load.assignments / 5_000)
    web = requests * mean(times, "web") + looks * times.watch_web_a_thousand * load.assignments / 1000
    computing = min(site.web_processes, site.web_cores)
    found = [
        Use(
            resource="web processes", share=web / 1000 / computing, moves="EVALSITE_WEB_WORKERS, cores, hosts"
        )
    ]
    if site.engine == "sqlite":
        writes = requests * mean(times, "lock") + chunks * times.chunk_lock
        found.append(
            Use(resource="SQLite's one writer", share=writes / 1000, moves="DATABASE_URL: PostgreSQL")
        )
    else:
        work = (
            requests * times.request_database + chunks * times.chunk_database + sweeps * times.sweep_database
        )
        held = site.web_processes * site.threads + load.gpus * site.worker_connections
        found += [
            Use(
                resource="PostgreSQL's processor",
                share=work / 1000 / site.database_cores,
                moves="cores of the database's host",
            ),
            Use(
                resource="PostgreSQL's connections",
                share=held / site.connections,
                moves="max_connections",
                limit=1.0,  # nobody queues for one: there is room, or a refusal
            ),
        ]
    return sorted(found, key=lambda use: use.nearness, reverse=True)


def waiting(share: float, servers: int, service: float) -> tuple[float, float]:
    """Mean and 95th percentile of the time from asking to being served, by M/M/c; endless where full."""
    if share >= 1:
        return math.inf, math.inf
    offered = share * servers
    below = sum(offered**n / math.factorial(n) for n in range(servers))
    all_busy = offered**servers / math.factorial(servers) / (1 - share)
    queued = all_busy / (below + all_busy)
    rate = servers * (1 - share) / service
    late = math.log(queued / 0.05) / rate if queued > 0.05 else 0.0
    # The service itself is random too: its own 95th percentile stands beside the wait.
    return service + queued / rate, max(late + service, service * math.log(20))


def most_raters(times: Times, site: Site, load: Load) -> int:
    """Raters at which the first resource is at its limit; 0 where the GPUs alone need more."""
    lowest, highest = 0, 10_000_000
    while highest - lowest > 1:
        middle = (lowest + highest) // 2
        first = uses(times, site, replace(load, raters=middle))[0]
        lowest, highest = (middle, highest) if first.nearness <= 1 else (lowest, middle)
    return lowest


def report(times: Times, sites: list[Site], load: Load) -> None:
    """A table: for each site its first bottleneck, times, and how many raters it bears."""
    print(
        f"{load.raters:,} raters who think {load.think} s before each request; GPUs: {load.gpus}, a chunk "
        f"each {load.chunk_seconds} s; {load.raters / load.think:.0f} requests and "
        f"{load.gpus / load.chunk_seconds:.1f} chunks a second\n"
    )
    heads = (
        "site",
        "nearest to its limit",
        "used",
        "next",
        "used",
        "request, ms: mean / 95 %",
        "most raters",
    )
    print(f"| {' | '.join(heads)} | moved by |")
    print("| --- | --- | ---: | --- | ---: | ---: | ---: | --- |")
    for site in sites:
        first, second, *_ = uses(times, site, load)
        web = next(use for use in uses(times, site, load) if use.resource == "web processes")
        average, late = waiting(web.share, min(site.web_processes, site.web_cores), mean(times, "web"))
        times_said = "no end" if math.isinf(average) else f"{average:.0f} / {late:.0f}"
        print(
            f"| {site.name} | {first.resource} | {first.share:.0%} | {second.resource} | {second.share:.0%} "
            f"| {times_said} | {most_raters(times, site, load):,} | {first.moves} |"
        )
    answers = load.raters / load.think * QUESTIONS / (QUESTIONS + 1)
    print(
        f"\nStored: {answers * times.answer_bytes * 3600 / 1e6:.0f} MB an hour; sent: "
        f"{load.raters / load.think * times.page_bytes * 8 / 1e6:.1f} Mbit a second."
    )


SITES = [
    Site(name="`make run` on 2 cores", engine="sqlite", web_processes=2, web_cores=2),
    Site(name="SQLite, 8 cores", engine="sqlite", web_processes=8, web_cores=8),
    Site(
        name="PostgreSQL beside it, 8 cores",
        engine="postgresql",
        web_processes=4,
        web_cores=4,
        database_cores=2,
    ),
    Site(
        name="2 web hosts of 8 cores, PostgreSQL on 8",
        engine="postgresql",
        web_processes=16,
        web_cores=16,
        database_cores=8,
        connections=600,
    ),
]


def measured() -> Times:
    """The times of this machine: requests straight into the application, and a chunk's writes."""
    from measuring import service_times

    return replace(Times(), **service_times())


def main() -> None:
    parser = argparse.ArgumentParser(description="The first bottleneck; see the head of this file.")
    parser.add_argument("--measure", action="store_true", help="print this machine's times as JSON")
    parser.add_argument("--times", type=Path, help="a file of --measure")
    parser.add_argument("--raters", type=int, action="append")
    parser.add_argument("--gpus", type=int, action="append")
    parser.add_argument("--think", type=float, default=7.5)
    parser.add_argument("--chunk-seconds", type=float, default=10.0)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(asdict(measured()), indent=2))
        return
    times = Times(**json.loads(options.times.read_text())) if options.times else Times()
    pairs = zip(options.raters or (500, 10_000), options.gpus or (1, 100), strict=True)
    for raters, gpus in pairs:
        load = Load(raters=raters, gpus=gpus, think=options.think, chunk_seconds=options.chunk_seconds)
        report(times, SITES, load)
        print()


if __name__ == "__main__":
    main()
