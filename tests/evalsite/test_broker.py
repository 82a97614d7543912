"""The embedded broker delivers, and outlives files that a kill cut short."""

import logging
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

import evalsite.celery  # noqa: F401 - puts our transport in kombu's place
from evalsite.broker import Transport


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    # kombu remembers for the whole process which queues are bound, whatever the folder.
    Transport.global_state.clear()
    messages, control = tmp_path / "messages", tmp_path / "control"
    messages.mkdir()
    control.mkdir()
    folders = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": control}
    options = {name: str(folder) for name, folder in folders.items()}
    return Connection("filesystem://localhost", transport_options=options)


def test_a_message_arrives_once(connection: Connection) -> None:
    with connection, connection.SimpleQueue("gpu") as queue:
        queue.put({"run": 1})
        message = queue.get(timeout=5)
        assert message.payload == {"run": 1}
        message.ack()
        with pytest.raises(Empty):
            queue.get(block=False)


@pytest.mark.parametrize("rest", [b"", b'{"body": "e3', b"\xff\xfe"])
def test_a_message_cut_short_is_dropped_and_the_next_arrives(
    connection: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture, rest: bytes
) -> None:
    (tmp_path / "messages" / "0_cut.gpu.msg").write_bytes(rest)
    with connection, connection.SimpleQueue("gpu") as queue:
        queue.put("whole")
        with caplog.at_level(logging.WARNING):
            assert queue.get(timeout=5).payload == "whole"
    assert "cut short" in caplog.text
    assert not (tmp_path / "messages" / "0_cut.gpu.msg").exists()


def test_a_table_of_queues_cut_short_is_written_anew(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "control" / "gpu.exchange").write_bytes(b'[["gpu", ')
    with connection, connection.SimpleQueue("gpu") as queue:
        queue.put("found")
        assert queue.get(timeout=5).payload == "found"
