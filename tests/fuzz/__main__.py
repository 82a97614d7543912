"""Break good files and give them to the readers: `python -m tests.fuzz 1000000 [TARGET …] [--start N]`.

Prints for each target how many cases there were, how many were taken, how many a second, and each way in
which the reader broke, with the number of the first case; `--show NUMBER` prints that case's bytes.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from tests.fuzz.mutations import mutated  # noqa: E402 - after Django is set up
from tests.fuzz.targets import TARGETS  # noqa: E402


def main() -> int:
    """The exit status is the number of ways in which readers broke, at most 100."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("cases", type=int)
    options.add_argument("targets", nargs="*", default=[], choices=[*TARGETS, []])
    options.add_argument("--start", type=int, default=0)
    options.add_argument("--show", type=int)
    asked = options.parse_args()
    names = asked.targets or list(TARGETS)
    if asked.show is not None:
        sys.stdout.write(f"{mutated(TARGETS[names[0]].seeds, names[0], asked.show)!r}\n")
        return 0
    return min(sum(_fuzz(name, asked.start, asked.cases) for name in names), 100)


def _fuzz(name: str, start: int, cases: int) -> int:
    target, broke, taken, began = TARGETS[name], Counter[str](), 0, time.perf_counter()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder, "file")
        for number in range(start, start + cases):
            try:
                taken += target.run(path, mutated(target.seeds, name, number))
            except Exception as error:
                kind = f"{type(error).__name__}: {str(error)[:100]}"
                broke[kind] += 1
                if broke[kind] == 1 and len(broke) <= 20:
                    sys.stdout.write(f"{name} {number}: {kind}\n")
    seconds = time.perf_counter() - began
    sys.stdout.write(
        f"{name}: {cases:,} cases from {start:,}, {taken:,} taken, {sum(broke.values()):,} broke it in "
        f"{len(broke)} ways, {cases / seconds:,.0f} a second\n"
    )
    sys.stdout.flush()
    return len(broke)


if __name__ == "__main__":
    sys.exit(main())
