"""What one request, one chunk and one sweep cost, in milliseconds of processor, for `bench/scaling.py`."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

ROUNDS = 12
WATCHED_RATERS = 400


def service_times() -> dict[str, float]:
    """The fields of `scaling.Times` that can be measured without PostgreSQL."""
    from run import site

    with site(SimpleNamespace(engine="sqlite", server="")):
        import django

        django.setup()
        from django.contrib.auth.models import User

        from evalsite.preparation import prepare

        prepare()
        owner = User.objects.create_user("researcher")
        return requests(owner) | chunk() | watching(owner)


@contextmanager
def held() -> Iterator[list[float]]:
    """Milliseconds of processor from each transaction's beginning to its last query."""
    from django.db import connection

    times: list[float] = []
    began = [0.0]

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if sql.startswith("BEGIN"):
            began[0] = time.process_time()
            times.append(0.0)
        elif connection.in_atomic_block:
            times[-1] = 1000 * (time.process_time() - began[0])
        return found

    with connection.execute_wrapper(note):
        yield times


def requests(owner: Any) -> dict[str, float]:
    """Of a save and a hand-in: the web process's time and how long it holds the lock."""
    import growth
    from seeding import make_people

    from ratings.models import Rater
    from ratings.models.raters import link_hash
    from ratings.services.invitations import give_consent

    links, studies = make_people(owner, 8, stars=ROUNDS, trials=2)
    visitor = growth.Visitor(clock=time.process_time)
    with held() as times:
        for link in links[::2]:
            rater = Rater.objects.get(token_hash=link_hash(link))
            give_consent(rater=rater, consent_sha256=studies[0].consent_sha256, language="en")
            Rater.objects.filter(pk=rater.pk).update(practised=1)
            times.pop()  # of the consent
            growth.rate(visitor, link, rater.assignments.order_by("position")[0].token)
    # A save and a hand-in take turns.
    return {
        "save_web": statistics.median(visitor.times["save an answer"]),
        "hand_in_web": statistics.median(visitor.times["hand in, get the next"]),
        "save_lock": statistics.median(times[0::2]),
        "hand_in_lock": statistics.median(times[1::2]),
    }


def chunk() -> dict[str, float]:
    """All that a worker writes for a chunk of 64 examples: claimed, renewed ten times, stored, settled."""
    from django.conf import settings
    from seeding import make_texts

    from generation.inference.protocol import GeneratedText
    from generation.models import Checkpoint, Chunk
    from generation.services import chunks, leases
    from generation.services.queue import claim_next
    from generation.services.runs import start_run
    from generation.services.systems import ensure_system

    checkpoint = Checkpoint.objects.create(
        name="waits", adaptation="pretrained", architecture="LlamaForCausalLM", parameters=1, bytes=1
    )
    corpus = make_texts("chunks", ROUNDS * settings.CHUNK_SIZE)
    start_run(system=ensure_system(checkpoint=checkpoint), dataset=corpus)

    def work() -> None:
        claimed = claim_next(worker="measured")
        for _ in range(10):
            leases.renew(claimed)
        texts = [
            GeneratedText(key, "A pub by the river.", tokens=6, finished=True) for key in claimed.example_ids
        ]
        chunks.save_outputs(chunk=claimed, texts=texts, seconds=1.0)
        chunks.finish_chunk(chunk=claimed)

    from generation.tasks import sweep

    with held() as times:
        whole = [spent(work) for _ in range(ROUNDS)]
    # Renewals are single statements, which hold the lock too: as long as one takes.
    row = Chunk.objects.first()
    renewed = statistics.median(spent(lambda: leases.held(row).update(error="")) for _ in range(ROUNDS))
    return {
        "chunk_lock": sum(times) / ROUNDS + 10 * renewed,
        "chunk_database": statistics.median(whole),
        "sweep_database": statistics.median(spent(sweep) for _ in range(ROUNDS)),
    }


def watching(owner: Any) -> dict[str, float]:
    """Of the live page of a study, a thousand assignments."""
    from seeding import make_study

    from ratings.models import Assignment
    from ratings.selectors.dashboard import study_dashboard

    study = make_study(owner, "load", "Watched", WATCHED_RATERS, stars=ROUNDS, trials=2)
    assigned = Assignment.objects.filter(rater__study=study).count()
    counted = statistics.median(spent(lambda: study_dashboard(study)) for _ in range(3))
    return {"watch_web_a_thousand": 1000 * counted / assigned}


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of processor."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)
