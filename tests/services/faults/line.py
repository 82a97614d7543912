"""A line to a server that can be cut and mended."""

import socket
import threading
from contextlib import suppress


class Line:
    """Passes bytes between whoever connects to `port` and the server at `target` of this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = self._listen(0)
        self.port = int(self._listening.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._accept()

    def cut(self) -> None:
        """End every connection, and let none be made."""
        _shut(self._listening)
        with self._guard:
            for end in self._open:
                _shut(end)
            self._open.clear()

    def mend(self) -> None:
        self._listening = self._listen(self.port)
        self._accept()

    def _listen(self, port: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", port), backlog=64)

    def _accept(self) -> None:
        threading.Thread(target=self._serve, args=(self._listening,), daemon=True).start()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            with self._guard:
                self._open |= {near, far}
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while block := source.recv(65536):
                target.sendall(block)
        except OSError:
            pass
        finally:
            _shut(source)
            _shut(target)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
