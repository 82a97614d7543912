"""The Celery application. The database is the queue of record: messages only wake workers."""

import os
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")
TRANSPORT_ALIASES["filesystem"] = "evalsite.broker:Transport"

app = Celery("evalsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def start_clock(**_: Any) -> None:
    """Let each worker send the periodic tasks itself, from a thread.

    There is no beat to forget, and a killed worker leaves none behind, as it would leave the process that
    Celery's --beat starts. Sweeping twice changes nothing.
    """
    clock: Any = EmbeddedService(app, thread=True, scheduler_cls=app.conf.beat_scheduler)
    clock.start()
