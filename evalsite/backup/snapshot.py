"""Reads that all see the database as it was at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Within this, every read sees the same state, and no writer waits for it.

    Must not be used inside a transaction: the first read of the block decides what is seen.
    """
    if connection.vendor == "sqlite":
        # atomic() would take the write lock at BEGIN (ADR 6); a deferred transaction in WAL mode takes none.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
