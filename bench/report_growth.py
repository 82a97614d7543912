"""How a whole report grows with its ratings, from rows in the database to JSON.

Usage: python bench/report_growth.py [N ...]     N of 1000, 10000, 100000, 1000000 (minutes to store)

Each size is stored in a database of its own, as ratings that were collected elsewhere are, and reported on
in a fresh process: two systems, two criteria, half of the items for each rater. The seconds stand beside one
read of the same rows into an array and beside the size before; those of CPU depend less on what else the
machine does. Memory is the process's peak, as a ratio to its start.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# Ratings: raters and items; each rater rates half of the items, two systems on two criteria.
PLANS = {1_000: (10, 50), 10_000: (50, 100), 100_000: (100, 500), 1_000_000: (500, 1_000)}
CRITERIA = ("naturalness", "quality")
SYSTEMS = ("full", "lora")
WORDS = ("The", "Mill", "is", "a", "cheap", "family", "friendly", "pub", "near", "the", "river")


def set_up(folder: Path) -> None:
    """Point Django at a database in `folder`."""
    import django

    os.environ["EVALSITE_VAR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'bench.sqlite3'}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")
    django.setup()


def drawn_ratings(size: int) -> Iterator[tuple[int, int, str, str, int]]:
    """Rater, item, system, criterion and stars, in the order in which raters would give them."""
    from ratings.statistics.simulated_stars import StarsStudy, draw_study

    raters, items = PLANS[size]
    rng = np.random.default_rng(1)
    cubes = [
        draw_study(StarsStudy(raters=raters, items=items, difference=-0.1), rng).cube() for _ in CRITERIA
    ]
    for rater in range(raters):
        for item in np.sort(rng.permutation(items)[: items // 2]).tolist():
            for system, label in enumerate(SYSTEMS):
                for name, cube in zip(CRITERIA, cubes, strict=True):
                    yield rater, item, label, name, int(cube[system, rater, item])


def store(size: int) -> None:
    """Store a closed study of `size` ratings with claims of three kinds."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from ratings.design.claim_plan import ClaimPlan
    from ratings.design.long_ratings import LongRating, LongRatings
    from ratings.models import Assignment
    from ratings.services.importing import import_study

    call_command("migrate", verbosity=0)
    rng = np.random.default_rng(2)
    rows = tuple(
        LongRating(line=line, item=f"i{item}", system=system, rater=f"r{rater}", criterion=name, rating=stars)
        for line, (rater, item, system, name, stars) in enumerate(drawn_ratings(size), start=2)
    )
    texts = {
        (f"i{item}", system): " ".join(rng.choice(WORDS, 12))
        for item in range(PLANS[size][1])
        for system in SYSTEMS
    }
    a, b = SYSTEMS[1], SYSTEMS[0]
    import_study(
        owner=User.objects.create_user("bench"),
        name=f"{size} ratings",
        ratings=LongRatings(
            file_name="bench.csv",
            sha256="1" * 64,
            columns={},
            where={},
            scale=(1, 5),
            is_scale_stated=True,
            ratings=rows,
            texts=texts,
            sources={},
        ),
        claims=(
            *(ClaimPlan(criterion=name, system_a=a, system_b=b, margin=0.2) for name in CRITERIA),
            ClaimPlan(measure="aggregate", relation="ratio_at_least", system_a=a, system_b=b, margin=0.98),
        ),
    )
    Assignment.objects.update(client_ms=9000)


def report(size: int) -> dict[str, float]:
    """Read the rows, then build the report and write it as JSON: seconds, bytes of memory and of JSON."""
    from django.db import connection

    from ratings.models import Study
    from ratings.reports.build import build_report
    from ratings.reports.json_export import report_to_json

    with connection.cursor() as cursor:
        cursor.execute("SELECT assignment_id, shown_id, criterion_id, stars FROM ratings_rating WHERE live")
        start = time.perf_counter()
        read = np.fromiter(cursor, dtype=(np.int64, 4))
        read_seconds = time.perf_counter() - start
    assert len(read) == size
    del read
    before = peak_bytes()
    start, computing = time.perf_counter(), time.process_time()
    document = report_to_json(build_report(Study.objects.get()))
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - computing,
        "read": read_seconds,
        "peak": peak_bytes(),
        "before": before,
        "json": len(document.encode()),
    }


def peak_bytes() -> int:
    """The most memory that this process has held; unlike getrusage's, it leaves out the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def measured(size: int) -> dict[str, float]:
    """Store and report in processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        for step in ("store", "report"):
            command = [sys.executable, __file__, step, folder, str(size)]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(printed)
    return found


def main() -> None:
    if sys.argv[1:2] in (["store"], ["report"]):
        step, folder, size = sys.argv[1:]
        set_up(Path(folder))
        if step == "store":
            store(int(size))
        else:
            print(json.dumps(report(int(size))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000]
    print(
        "ratings     of one read   of the size before   peak of start   peak MB   JSON kB   seconds    of CPU"
    )
    earlier = None
    for size in sizes:
        found = measured(size)
        growth = f"{found['seconds'] / earlier:.1f}" if earlier else "-"
        earlier = found["seconds"]
        print(
            f"{size:>9,} {found['seconds'] / found['read']:>13.0f} {growth:>20} "
            f"{found['peak'] / found['before']:>15.1f} {found['peak'] / 1e6:>9.0f} "
            f"{found['json'] / 1e3:>9.0f} {found['seconds']:>9.1f} {found['cpu']:>9.1f}"
        )


if __name__ == "__main__":
    main()
