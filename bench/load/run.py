"""One load run against a site of its own: raters with pauses, beside a generation run and an upload.

Usage: python bench/load/run.py [--raters N] [--seconds N] [--engine sqlite|postgresql] [--stored N] …

Prints times, throughput, refusals and what the processes used, and holds every acknowledged answer against
the database. Ends with status 1 where the site broke its word: 500 raters within 0.5 s (95 of 100 requests)
and 1 s (99), no 5xx, nothing locked, every answer kept.
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

MOST_P95, MOST_P99 = 500, 1000  # milliseconds
BROKEN = re.compile(r"database is locked|OperationalError|Traceback|Internal Server Error")
EXAMPLES_GENERATED = 512


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="One load run; see the head of this file.")
    parser.add_argument("--raters", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=600, help="after all raters have arrived")
    parser.add_argument("--think", default="5,10", help="seconds of pause before each request: least,most")
    parser.add_argument("--arrive", type=int, default=0, help="raters a second; 0: all within 20 s")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432", help="of PostgreSQL")
    parser.add_argument("--stars", type=int, default=4, help="items in stars, eight questions each")
    parser.add_argument("--trials", type=int, default=24, help="items of two texts")
    parser.add_argument("--stored", type=int, default=0, help="ratings stored before, half in the same study")
    parser.add_argument("--alone", action="store_true", help="no generation run and no upload beside it")
    parser.add_argument("--web-workers", type=int, default=0, help="web processes; 0: as `make run` has it")
    parser.add_argument("--web-threads", type=int, default=0, help="threads of each; 0: as `make run` has it")
    parser.add_argument("--locust", default="", help="the program; by default an environment of its own")
    parser.add_argument("--logs", type=Path, help="a folder that keeps what the processes said")
    parser.add_argument("--json", type=Path, help="a file to which the figures are added as one line")
    return parser.parse_args()


@contextlib.contextmanager
def site(options: argparse.Namespace) -> Iterator[Path]:
    """A folder of state with an empty database, and Django set up for it; all of it goes in the end."""
    folder = Path(tempfile.mkdtemp(prefix="evalsite-load-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ |= {
        "EVALSITE_VAR": str(folder),
        "EVALSITE_PORT": str(port),
        "EVALSITE_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "evalsite.settings",
        "OMP_NUM_THREADS": "1",
        "EVALSITE_THREADS": "1",
    }
    name = f"evalsite_load_{secrets.token_hex(4)}" if options.engine == "postgresql" else ""
    os.environ.pop("DATABASE_URL", None)
    if name:
        os.environ["DATABASE_URL"] = f"{options.server}/{name}"
        command_of(options.server, f'CREATE DATABASE "{name}"')
    try:
        yield folder
    finally:
        if name:
            from django.db import connections

            connections.close_all()
            command_of(options.server, f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(folder)


def command_of(server: str, sentence: str) -> None:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sentence)


def seed(options: argparse.Namespace, folder: Path) -> tuple[list[int], Any, Any]:
    """The studies' keys; what generates, with the corpus; writes down what the load generator needs."""
    from django.contrib.auth.models import Group, User
    from django.urls import reverse
    from rest_framework.authtoken.models import Token
    from seeding import make_network, make_others, make_people, make_texts

    from evalsite.login_links import link_for
    from evalsite.preparation import ensure_admin, prepare
    from evalsite.roles import RESEARCHER
    from generation.services.checkpoints import register_checkpoint
    from generation.services.systems import ensure_system

    prepare()
    admin = ensure_admin()
    owner = User.objects.create_user("researcher")
    owner.groups.add(Group.objects.get(name=RESEARCHER))
    if options.stored:
        make_others(owner, options.stored // 2)
    links, studies = make_people(
        owner, options.raters, stars=options.stars, trials=options.trials, stored=options.stored // 2
    )
    record = folder / "record"
    record.mkdir()
    (record / "people.json").write_text(json.dumps(links))
    watched = {"sign_in": link_for(owner), "live": reverse("ratings:study_live", args=[studies[0].slug])}
    (record / "researcher.json").write_text(json.dumps(watched))
    (record / "token").write_text(Token.objects.create(user=admin).key)
    if options.alone:
        return [study.pk for study in studies], None, None
    make_network(folder / "network")
    checkpoint = register_checkpoint(folder=folder / "network", name="load", adaptation="pretrained")
    corpus = make_texts("to generate", EXAMPLES_GENERATED)
    return [study.pk for study in studies], ensure_system(checkpoint=checkpoint), corpus


@contextlib.contextmanager
def running(options: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """The web server and, unless alone, a worker, as `make run` starts them, by name."""
    import psutil
    from django.conf import settings

    from evalsite.launcher import HOST, Launcher
    from evalsite.management.commands.run import WEB, WORKER

    web = list(WEB.command)
    if options.web_workers:
        web[-1:-1] = ["--workers", str(options.web_workers)]
    if options.web_threads:
        web[-1:-1] = ["--blocking-threads", str(options.web_threads)]
    commands = {"web": web} if options.alone else {"web": web, "worker": list(WORKER.command)}
    with contextlib.ExitStack() as stack:
        processes = {}
        for name, command in commands.items():
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
            stack.callback(end, process)
            processes[name] = psutil.Process(process.pid)
        Launcher(ROOT).wait_for(f"http://{HOST}:{settings.PORT}/health/", seconds=60)
        yield processes


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def use_of(process: Any) -> tuple[float, float]:
    """Seconds of processor and megabytes, shared ones divided, of a process with all that it started."""
    import psutil

    seconds = megabytes = 0.0
    for each in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            times = each.cpu_times()
            seconds += times.user + times.system
            megabytes += each.memory_full_info().pss / 1e6
    return seconds, megabytes


def database_processes(options: argparse.Namespace) -> float:
    """Seconds of processor that PostgreSQL has given to this run's database by now; 0 for SQLite."""
    import psutil
    from django.db import connection

    if options.engine != "postgresql":
        return 0.0
    name, seconds = str(connection.settings_dict["NAME"]), 0.0
    for process in psutil.process_iter(["cmdline", "cpu_times"]):
        if name in " ".join(process.info["cmdline"] or ()) and "postgres:" in process.info["cmdline"][0]:
            seconds += process.info["cpu_times"].user + process.info["cpu_times"].system
    return seconds


def connections(options: argparse.Namespace) -> int:
    """Connections to this run's database that are open now, this process's own left out."""
    from django.db import connection

    if options.engine != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0]) - 1


def locust(options: argparse.Namespace) -> str:
    """The load generator's program, installed once into an environment of its own."""
    if options.locust:
        return str(options.locust)
    home = ROOT / "var" / "load"
    program = home / "bin" / "locust"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        wanted = str(Path(__file__).with_name("requirements.txt"))
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", "-r", wanted], check=True)
    return str(program)


def play(options: argparse.Namespace, folder: Path, processes: dict[str, Any]) -> dict[str, list[float]]:
    """Let the raters work; the processors' and memory use of each process meanwhile."""
    import psutil
    from django.conf import settings

    arriving = options.arrive or max(1, options.raters // 20)
    warm_up = options.raters / arriving
    command = [
        *(locust(options), "--headless", "--only-summary", "--loglevel", "ERROR"),
        *("--locustfile", str(Path(__file__).with_name("raters.py"))),
        *("--host", f"http://127.0.0.1:{settings.PORT}", "--users", str(options.raters + 1)),
        *("--spawn-rate", str(arriving), "--run-time", f"{options.seconds + warm_up:.0f}s"),
        *("--stop-timeout", "60s"),
    ]
    surroundings = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    surroundings |= {"LOAD_RECORD": str(folder / "record"), "LOAD_THINK": options.think}
    with (folder / "locust.log").open("wb") as log:
        playing = subprocess.Popen(command, env=surroundings, stdout=log, stderr=log)
    watched = {**processes, "load generator": psutil.Process(playing.pid)}
    begun = {name: use_of(process)[0] for name, process in watched.items()}
    start, most = time.monotonic(), dict.fromkeys(watched, (0.0, 0.0))
    database, most_connections = [database_processes(options)] * 2, 0
    try:
        while playing.poll() is None:
            for name, process in watched.items():
                with contextlib.suppress(psutil.Error):
                    seconds, megabytes = use_of(process)
                    most[name] = (max(seconds, most[name][0]), max(megabytes, most[name][1]))
            database[1] = max(database[1], database_processes(options))
            most_connections = max(most_connections, connections(options))
            time.sleep(2)
    finally:
        if playing.poll() is None:
            end(playing)
    spent = time.monotonic() - start
    used = {name: [(most[name][0] - begun[name]) / spent, most[name][1]] for name in watched}
    if options.engine == "postgresql":
        used["database"] = [(database[1] - database[0]) / spent, 0.0]
        used["connections"] = [float(most_connections), 0.0]
    return used


def broken_lines(folder: Path) -> list[str]:
    """What the processes said that they should never say."""
    return [
        f"{log.name}: {line}"
        for log in (folder / "web.log", folder / "worker.log", folder / "locust.log")
        if log.exists()
        for line in log.read_text(errors="replace").splitlines()
        if BROKEN.search(line)
    ]


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Everything about one run."""
    import django

    django.setup()
    from beside import Generation, Uploads
    from checking import missing_answers, times_by_kind
    from django.conf import settings

    studies, system, corpus = seed(options, folder)
    token = (folder / "record" / "token").read_text()
    beside = [] if options.alone else [Generation(system, corpus), Uploads(settings.PORT, token)]
    with running(options, folder) as processes:
        for each in beside:
            each.start()
        used = play(options, folder, processes)
        for each in beside:
            each.end()
        answers = missing_answers(folder / "record", studies)
    if options.logs:
        options.logs.mkdir(parents=True, exist_ok=True)
        for log in folder.glob("*.log"):
            shutil.copy(log, options.logs)
    arriving = options.arrive or max(1, options.raters // 20)
    return {
        "options": {key: str(value) for key, value in vars(options).items()},
        "times": times_by_kind(folder / "record", warm_up=options.raters / arriving),
        "answers": answers,
        "used": used,
        "beside": {type(each).__name__: each.done for each in beside},
        "generated": generated(),
        "trouble": [line for each in beside for line in each.trouble][:20],
        "broken": broken_lines(folder)[:20],
    }


def generated() -> int:
    """Tokens that the worker wrote."""
    from django.db.models import Sum

    from generation.models import Run

    return int(Run.objects.aggregate(tokens=Sum("new_tokens"))["tokens"] or 0)


def tell(found: dict[str, Any]) -> bool:
    """Print it all; whether the site kept its word."""
    print(
        f"{'requests':16} {'n':>7} {'a second':>9} {'p50':>7} {'p95':>7} {'p99':>7} {'most':>7} 5xx refused"
    )
    for kind, row in found["times"].items():
        print(
            f"{kind:16} {row['n']:7.0f} {row['a second']:9.1f} {row['p50']:7.1f} {row['p95']:7.1f} "
            f"{row['p99']:7.1f} {row['most']:7.0f} {row['5xx']:3} {row['refused']:7}"
        )
    for name, (amount, megabytes) in found["used"].items():
        if name == "connections":
            print(f"connections to the database: at most {amount:.0f}")
        else:
            print(f"{name}: {amount:.2f} cores" + (f", at most {megabytes:.0f} MB" if megabytes else ""))
    print(f"beside it: {found['beside']}, tokens written: {found['generated']}")
    print(f"answers: {found['answers']}")
    for line in (*found["trouble"], *found["broken"]):
        print(f"trouble: {line}")
    raters, answers = found["times"]["raters"], found["answers"]
    wrong = ("missing", "other", "beyond", "lost on return")
    kept = {
        f"p95 below {MOST_P95} ms": raters["p95"] < MOST_P95,
        f"p99 below {MOST_P99} ms": raters["p99"] < MOST_P99,
        "no 5xx and no request refused": not any(
            row["5xx"] or row["refused"] for row in found["times"].values()
        ),
        "every answer kept, once": not any(answers[name] for name in wrong),
        "nothing locked or raised": not found["broken"] and not found["trouble"],
    }
    print("; ".join(f"{name}: {'yes' if holds else 'NO'}" for name, holds in kept.items()))
    return all(kept.values())


def main() -> int:
    options = arguments()
    with site(options) as folder:
        found = measure(options, folder)
    if options.json:
        with options.json.open("a") as lines:
            lines.write(json.dumps(found) + "\n")
    return 0 if tell(found) else 1


if __name__ == "__main__":
    sys.exit(main())
