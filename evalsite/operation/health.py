"""Whether this process lives, and whether it should be sent visitors."""

import shutil
from collections.abc import Callable
from functools import cache
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LEAST_BYTES_FREE = 256 << 20  # below that, an answer may no longer be stored


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - every view gets a request
    """This process answers; nothing else is asked, so that a slow database restarts no web server."""
    return JsonResponse({"alive": True})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - every view gets a request
    """200 while visitors can be served, 503 with what is wrong otherwise. The broker may be down."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "migrations": _migrations_are_applied,
        "disk": _disk_has_room,
    }
    found = {name: _holds(check) for name, check in checks.items()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cast("tuple[int]", cursor.fetchone()) == (1,)


def _migrations_are_applied() -> bool:
    applied = MigrationRecorder(connection).applied_migrations()
    return all(node in applied for node in _last_migrations())


@cache
def _last_migrations() -> list[tuple[str, str]]:
    """The last migration of each app, which stay the same as long as the process lives."""
    leaves: list[tuple[str, str]] = MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()
    return leaves


def _disk_has_room() -> bool:
    return shutil.disk_usage(settings.VAR_DIR).free >= LEAST_BYTES_FREE
