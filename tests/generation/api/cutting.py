"""A line that can be cut: a TCP relay that drops a connection after a number of bytes."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self


class Line:
    """Relays connections to a port on this machine; `cut_after` bytes upwards the next connection ends."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.cut_after: int | None = None
        self.cuts = 0
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._ends: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for end in self._ends:
            _shut(end)
        for thread in self._threads:
            thread.join()

    def _start(self, target: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                self._start(self._relay, near, socket.create_connection(("127.0.0.1", self._port)))

    def _relay(self, near: socket.socket, far: socket.socket) -> None:
        self._ends += [near, far]
        with near, far:
            answers = threading.Thread(target=self._pump, args=(far, near, False))
            answers.start()
            self._pump(near, far, True)
            answers.join()

    def _pump(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(65536):
                if up and self._is_over(len(block)):
                    break
                target.sendall(block)
        _shut(source)
        _shut(target)

    def _is_over(self, size: int) -> bool:
        with self._lock:
            if self.cut_after is None:
                return False
            self.cut_after -= size
            if self.cut_after > 0:
                return False
            self.cut_after = None
            self.cuts += 1
            return True


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the server at `url`."""
    with Line(int(url.rpartition(":")[2])) as line:
        yield line
