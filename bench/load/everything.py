"""Every load run behind docs/scaling.md, one after another and unattended, with its tables at the end.

Usage: python bench/load/everything.py [--seconds N] [--step-seconds N] [--only PART ...] [--into FOLDER]

Parts: long (500 raters for 600 s on each engine), raters (50, 100, 200, 500 and on, until it breaks), stored
(times against ratings stored), workers (throughput against workers of one run). About an hour and a half on a
machine that does nothing else. FOLDER gets the figures of each run as a line of JSON, and the tables.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENGINES = ("sqlite", "postgresql")
PARTS = ("long", "raters", "stored", "workers")
STEPS = (50, 100, 200, 500, 1000, 2000, 4000)
MOST_P95 = 500  # milliseconds, above which a step counts as broken and the next is left out
PROCESSES = ("web", "worker", "load generator", "database")
WRONG = ("missing", "other", "beyond", "lost on return")


def played(options: argparse.Namespace, **asked: object) -> dict[str, Any] | None:
    """One run of `run.py`; None where it came to no figures."""
    lines = options.into / "runs.jsonl"
    before = lines.read_text() if lines.exists() else ""
    command = [sys.executable, str(HERE / "run.py"), "--json", str(lines)]
    command += ["--locust", options.locust, "--server", options.server]
    for name, value in asked.items():
        command += [f"--{name}", str(value)]
    with (options.into / "said.txt").open("a") as said:
        said.write(f"== {asked}\n")
        said.flush()
        subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, check=False)
    after = lines.read_text() if lines.exists() else ""
    return json.loads(after.splitlines()[-1]) if after != before else None


def row(raters: int, found: dict[str, Any] | None) -> str:
    """A line of the table of runs."""
    if found is None:
        return f"| {raters} | the run came to no end: see said.txt |"
    times, answers, used = found["times"], found["answers"], found["used"]
    people = times["raters"]
    refused = sum(kind["5xx"] + kind["refused"] for kind in times.values())
    cores = " + ".join(f"{used[name][0]:.1f}" for name in PROCESSES if name in used)
    return (
        f"| {raters} | {people['a second']:.0f} | {people['p50']:.0f} | {people['p95']:.0f} "
        f"| {people['p99']:.0f} | {people['most']:.0f} | {refused} | {len(found['broken'])} "
        f"| {answers['acknowledged']} | {sum(answers[name] for name in WRONG)} | {cores} "
        f"| {found['generated']} | {found['beside'].get('Uploads', 0) >> 20} |"
    )


HEADS = (
    *("raters", "requests a second", "p50, ms", "p95", "p99", "longest", "refused", "log lines of trouble"),
    *("answers acknowledged", "of these lost, changed or doubled", "cores: " + " + ".join(PROCESSES)),
    *("tokens written", "MiB uploaded"),
)


def table_of_runs(title: str, rows: list[str]) -> str:
    return "\n".join([title, "", f"| {' | '.join(HEADS)} |", f"|{' ---: |' * len(HEADS)}", *rows, ""])


def long_runs(options: argparse.Namespace) -> list[str]:
    tables = []
    for engine in ENGINES:
        found = played(options, raters=500, seconds=options.seconds, engine=engine)
        tables.append(table_of_runs(f"500 raters for {options.seconds} s, {engine}", [row(500, found)]))
    return tables


def steps_of_raters(options: argparse.Namespace) -> list[str]:
    tables = []
    for engine in ENGINES:
        rows = []
        for raters in STEPS:
            found = played(options, raters=raters, seconds=options.step_seconds, engine=engine)
            rows.append(row(raters, found))
            people = found["times"]["raters"] if found else {"p95": MOST_P95, "5xx": 1}
            if people["p95"] >= MOST_P95 or people["5xx"]:
                break
        tables.append(table_of_runs(f"More and more raters, {options.step_seconds} s each, {engine}", rows))
    return tables


def tables_of(script: str, options: argparse.Namespace) -> list[str]:
    """What a script that prints a table says of each engine."""
    said = []
    for engine in ENGINES:
        command = [sys.executable, str(HERE / script), "--engine", engine, "--server", options.server]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        said.append(ran.stdout + (f"ended with {ran.returncode}\n" if ran.returncode else ""))
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description="Every load run; see the head of this file.")
    parser.add_argument("--seconds", type=int, default=600, help="of the long runs")
    parser.add_argument("--step-seconds", type=int, default=120, help="of each step of raters")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--into", type=Path, default=HERE.parents[1] / "var" / "load-runs")
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432", help="of PostgreSQL")
    parser.add_argument("--locust", default="")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    parts = {
        "long": long_runs,
        "raters": steps_of_raters,
        "stored": lambda given: tables_of("growth.py", given),
        "workers": lambda given: tables_of("workers.py", given),
    }
    for name in options.only:
        for table in parts[name](options):
            print(table, flush=True)
            with (options.into / "tables.md").open("a") as tables:
                tables.write(f"{table}\n")


if __name__ == "__main__":
    main()
