"""The services that a larger installation uses: PostgreSQL for the tests' database, Redis and RabbitMQ."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.conftest import skip_unless_ci
from tests.generation.conftest import checkpoint_store, tiny_gpt2, tiny_tokenizer, write_corpus
from tests.generation.test_tasks import site

__all__ = ["checkpoint_store", "site", "tiny_gpt2", "tiny_tokenizer", "write_corpus"]

BROKERS = {
    "redis": os.environ.get("EVALSITE_TEST_REDIS_URL", "redis://127.0.0.1:6379/15"),
    "rabbitmq": os.environ.get("EVALSITE_TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        skip_unless_ci("DATABASE_URL names no PostgreSQL: use make test-services")


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a file system of its own that holds 48 MiB."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        # Not a service that CI could offer: many containers may not mount, whoever the account is.
        pytest.skip(f"this account may not mount a small disk: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def broker() -> Callable[[str], str]:
    """Call with `redis` or `rabbitmq` for its address, once something listens there."""

    def address(kind: str) -> str:
        url = urlsplit(BROKERS[kind])
        try:
            socket.create_connection((url.hostname, url.port), timeout=5).close()
        except OSError as error:
            skip_unless_ci(f"no {kind} answers at {url.hostname}:{url.port} ({error})")
        return BROKERS[kind]

    return address
