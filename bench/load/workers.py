"""Several worker processes on one run: throughput against their number, and whether anything is done twice.

Usage: python bench/load/workers.py [--engine sqlite|postgresql] [--chunk-seconds S] [--chunks N] [N ...]

Each worker is a process with the product's own supervisor; its inference process waits for S seconds a chunk
of 64 examples where a GPU would compute, so that this machine's cores do not limit how many workers there
can be. What is measured is all the rest: claiming, leases, storing, settling.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from run import ROOT, site
from waiting_inference import ASKED

COUNTS = (1, 2, 4, 8, 16)
POLL_SECONDS = 0.01
MOST_SECONDS = 600


def serve(folder: Path, name: str, seconds: float) -> None:
    """One worker: get ready, wait for the start, work until nothing is left."""
    import django

    django.setup()
    from django.conf import settings

    from generation.inference.process import InferenceProcess
    from generation.worker.supervisor import Supervisor

    InferenceProcess.MODULE = "bench.load.waiting_inference"
    settings.INFERENCE_DEVICE = f"{seconds}:{folder}"
    supervisor = Supervisor()
    (folder / f"ready {name}").touch()
    while not (folder / "start").exists():
        time.sleep(POLL_SECONDS)
    supervisor.work_off(worker=name)
    supervisor.close()


def begin(chunks: int) -> tuple[int, int]:
    """A run of so many chunks, its key and its examples."""
    from django.conf import settings
    from seeding import make_texts

    from evalsite.preparation import prepare
    from generation.models import Checkpoint
    from generation.services.runs import start_run
    from generation.services.systems import ensure_system

    prepare()
    checkpoint = Checkpoint.objects.create(
        name="waits", adaptation="pretrained", architecture="LlamaForCausalLM", parameters=1, bytes=1
    )
    corpus = make_texts("workers", chunks * settings.CHUNK_SIZE)
    run = start_run(system=ensure_system(checkpoint=checkpoint), dataset=corpus)
    return run.pk, run.examples


def measure(options: argparse.Namespace, count: int) -> dict[str, Any]:
    """Seconds from the start until the run is done, and what was done twice."""
    with site(SimpleNamespace(engine=options.engine, server=options.server)) as folder:
        import django

        django.setup()
        key, examples = begin(options.chunks)
        command = [sys.executable, __file__, "--serve", str(folder)]
        command += ["--chunk-seconds", str(options.chunk_seconds)]
        workers = [subprocess.Popen([*command, "--name", f"worker {n}"], cwd=ROOT) for n in range(count)]
        deadline = time.monotonic() + MOST_SECONDS
        try:
            while len(list(folder.glob("ready *"))) < count and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
            (folder / "start").touch()
            for worker in workers:
                worker.wait(max(1.0, deadline - time.monotonic()))
        finally:
            for worker in workers:
                worker.kill()
        return found_of(folder, key, examples)


def found_of(folder: Path, key: int, examples: int) -> dict[str, Any]:
    from generation.models import Chunk, Output, Run

    run = Run.objects.get(pk=key)
    if run.started_at is None or run.finished_at is None:
        raise RuntimeError(f"the run is {run.state} after {MOST_SECONDS} s: {run.error}")
    asked = (folder / ASKED).read_text().split()
    chunks = list(Chunk.objects.filter(run=key))
    return {
        "state": run.state,
        "seconds": (run.finished_at - run.started_at).total_seconds(),
        "examples": examples,
        "outputs": Output.objects.filter(run=key).count(),
        "asked twice": len(asked) - len(set(asked)),
        "claimed again": sum(chunk.attempts > 1 for chunk in chunks),
        "workers": len({chunk.worker for chunk in chunks}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Several workers on one run; see the head of this file.")
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--chunk-seconds", type=float, default=1.0)
    parser.add_argument("--chunks", type=int, default=64)
    parser.add_argument("--serve", type=Path, help="be one of the workers of the site in this folder")
    parser.add_argument("--name", default="")
    parser.add_argument("--one", action="store_true", help="measure one number for another process")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.name, options.chunk_seconds)
        return
    if options.one:
        print(row(options, measure(options, options.counts[0])))
        return
    print(
        f"| workers, {options.engine} | seconds | examples a second | of the ideal | done twice | outputs |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for count in options.counts:
        # A fresh process each, since Django is set up for one database.
        command = [sys.executable, __file__, "--one", str(count), "--engine", options.engine]
        command += ["--server", options.server, "--chunks", str(options.chunks)]
        subprocess.run([*command, "--chunk-seconds", str(options.chunk_seconds)], check=True)


def row(options: argparse.Namespace, found: dict[str, Any]) -> str:
    """A line of the table; `of the ideal` is beside workers that do nothing but wait."""
    count = options.counts[0]
    ideal = -(-options.chunks // count) * options.chunk_seconds
    twice = found["asked twice"] + found["claimed again"]
    return (
        f"| {found['workers']} | {found['seconds']:.1f} | {found['examples'] / found['seconds']:.0f} "
        f"| {ideal / found['seconds']:.0%} | {twice} | {found['outputs']} of {found['examples']} |"
    )


if __name__ == "__main__":
    main()
