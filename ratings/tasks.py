"""Celery's entry points of this app: build the reports and answer the size plans that were asked for."""

import logging

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import KombuError, OperationalError

from ratings.models import Report, SizePlan
from ratings.reports.build import STEPS, build_report
from ratings.reports.json_export import report_to_json
from ratings.selectors.report_inputs import report_fingerprint
from ratings.services.leased_work import claim, fail, give_up_exhausted, note_step, store, waiting
from ratings.services.retention import retain
from ratings.services.size_plans import answer_size_plan

logger = logging.getLogger(__name__)


@shared_task
def build(report_id: int) -> None:
    """Build one report, unless another builder has it."""
    build_now(report_id)


@shared_task
def plan_size(plan_id: int) -> None:
    """Answer one size plan, unless another worker has it."""
    answer_size_plan(plan_id=plan_id)


@shared_task(acks_late=False)
def build_waiting() -> None:
    """Build and answer what nobody was woken for, or whose worker has vanished."""
    give_up_exhausted(Report)
    give_up_exhausted(SizePlan)
    for report_id in Report.objects.filter(waiting()).values_list("pk", flat=True):
        build_now(report_id)
    for plan_id in SizePlan.objects.filter(waiting()).values_list("pk", flat=True):
        answer_size_plan(plan_id=plan_id)


@shared_task(acks_late=False)
def retain_links() -> None:
    """Delete raters' links in closed studies whose days of keeping them are over."""
    retain()


def build_soon(report_id: int) -> None:
    """Wake a worker for a report once the transaction under way is committed.

    Never raises: where the broker cannot be reached this is logged, and `build_waiting` finds the report.
    """
    transaction.on_commit(lambda: _send(build, report_id))


def plan_size_soon(plan_id: int) -> None:
    """Wake a worker for a size plan, as `build_soon` does for a report."""
    transaction.on_commit(lambda: _send(plan_size, plan_id))


def build_now(report_id: int) -> None:
    """Build a report here; asked twice at once, it is built once. A failure is stored and raised again."""
    token = claim(Report, report_id, steps=STEPS, steps_done=0)
    if token is None:
        return
    study = Report.objects.select_related("study__dataset").get(pk=report_id).study
    try:
        fingerprint = report_fingerprint(study)
        report = build_report(
            study, progress=lambda done: note_step(Report, report_id, token=token, steps_done=done)
        )
        built = {"document": report_to_json(report), "fingerprint": fingerprint, "built_at": timezone.now()}
        store(Report, report_id, token=token, **built)
    except Exception as error:
        fail(Report, report_id, token=token, reason=f"{type(error).__name__}: {error}")
        raise


def _send(task: Task[..., None], key: int) -> None:
    try:
        task.apply_async((key,), retry=False)
    except (OperationalError, KombuError, OSError) as error:
        logger.warning("the broker cannot be reached, so %s waits for the next sweep: %s", task.name, error)
