"""The embedded broker: kombu's files, with a reader that survives a message or table cut short by a kill."""

import logging
from queue import Empty
from typing import Any

from kombu.transport import filesystem

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Drops what it cannot read: messages only wake workers, and a sweep finds what they woke them for.

    kombu writes its files in place, so a process killed while it writes one leaves a part of it; kombu's own
    reader ends the worker at such a message, and at such a table of queues at every start.
    """

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - kombu's interface
        try:
            return super()._get(queue)
        except ValueError:
            logger.warning("dropped a message of queue %s that was cut short", queue)
            raise Empty from None

    def _queue_bind(self, exchange: str, routing_key: Any, pattern: Any, queue: str) -> None:
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)
        except ValueError:
            logger.warning("the table of exchange %s was cut short; writing it anew", exchange)
            self.control_folder.joinpath(f"{exchange}.exchange").unlink(missing_ok=True)
            super()._queue_bind(exchange, routing_key, pattern, queue)

    def get_table(self, exchange: str) -> list[Any]:
        """The queues bound to an exchange; none while its table cannot be read."""
        try:
            table: list[Any] = super().get_table(exchange)
        except ValueError:
            return []
        return table


class Transport(filesystem.Transport):
    """kombu's filesystem transport with the channel above."""

    Channel = Channel
