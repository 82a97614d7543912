"""Celery's entry points: wake a worker, sweep up what nobody was woken for, score what is finished."""

import logging
from functools import cache
from typing import Any

from celery import Task, shared_task
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError

from generation.selectors.scores import unscored_runs
from generation.selectors.workers import listening_workers
from generation.services.queue import give_up_exhausted, pieces_waiting
from generation.services.scoring import claim_scoring, score_run
from generation.services.upload_checking import (
    check_upload,
    claim_upload,
    fail_exhausted_uploads,
    uploads_waiting,
)
from generation.services.uploads import expire_uploads
from generation.worker.presence import Presence
from generation.worker.supervisor import supervisor

WAKE_SECONDS = 60
WORK_QUEUE = "gpu"
# Each worker has a sweep asked for, so that one for each worker from each sweep would be the square of them.
WAKES_A_SWEEP = 4

logger = logging.getLogger(__name__)


# Acknowledged when it begins: the database knows what is to be done, and brokers do not wait for hours.
@shared_task(acks_late=False, bind=True)
def work(self: Task[[], None]) -> None:
    """Claim and carry out work until there is none."""
    supervisor().work_off(worker=self.request.hostname or "")


@shared_task(acks_late=False)
def sweep() -> None:
    """Fail what was tried too often, wake workers where work waits, have finished runs scored."""
    give_up_exhausted()
    fail_exhausted_uploads()
    expire_uploads()
    if pieces_waiting():
        transaction.on_commit(lambda: _send_wakes(most=WAKES_A_SWEEP))
    if uploads_waiting():
        wake_checkers()
    for run_id in unscored_runs().values_list("pk", flat=True):
        score.apply_async((run_id,), expires=WAKE_SECONDS)


@shared_task(acks_late=False)
def score(run_id: int) -> None:
    """Score a finished run; a message that comes twice, or while another scores, does nothing."""
    run = claim_scoring(run_id=run_id)
    if run is not None:
        score_run(run=run)


@shared_task(acks_late=False)
def check_uploads() -> None:
    """Check uploads that were handed in, until there is none."""
    while (upload := claim_upload()) is not None:
        check_upload(upload=upload)


def wake_checkers() -> None:
    """Have uploads checked, once the transaction under way is committed; never raises, as wake_workers."""
    transaction.on_commit(lambda: _send(check_uploads))


def wake_workers() -> None:
    """Tell as many workers as have something to do, once the transaction under way is committed.

    Never raises: where the broker cannot be reached this is logged, and a sweep finds the work.
    """
    transaction.on_commit(_send_wakes)


def _send_wakes(*, most: int | None = None) -> None:
    _send(work, times=wakes(pieces_waiting(), listening_workers().count(), most=most))


def wakes(pieces: int, workers: int, *, most: int | None = None) -> int:
    """How many messages wake `workers` for so many pieces of work: one each, at least one, `most` at most."""
    wanted = max(1, min(pieces, workers))
    return wanted if most is None else min(wanted, most)


def _send(task: Task[[], None], times: int = 1) -> None:
    try:
        for _ in range(times):
            task.apply_async(expires=WAKE_SECONDS, retry=False)
    except (OperationalError, KombuError, OSError) as error:
        logger.warning("the broker cannot be reached, so no worker was woken; a sweep will: %s", error)


@cache
def _presence(worker: str) -> Presence:
    return Presence(worker)


@worker_ready.connect
def _begin(sender: Any, **_: Any) -> None:
    sweep.apply_async(expires=WAKE_SECONDS)
    if WORK_QUEUE in sender.app.amqp.queues.consume_from:
        _presence(sender.hostname).start()


@worker_shutting_down.connect
def _hand_back(**_: Any) -> None:
    supervisor().stop()


@worker_shutdown.connect
def _end(sender: Any, **_: Any) -> None:
    supervisor().close()
    if WORK_QUEUE in sender.app.amqp.queues.consume_from:
        _presence(sender.hostname).stop()
