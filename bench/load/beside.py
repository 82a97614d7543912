"""What goes on beside the raters: a generation run that never ends, and an upload after another."""

import base64
import json
import os
import threading
import time
from http.client import HTTPConnection
from typing import Any

PIECE = 4 << 20
FILE = 96 << 20
RATE = 8 << 20  # bytes a second
LOOK_SECONDS = 2.0


class Beside(threading.Thread):
    """A thread that goes on until `end`; `done` counts what it finished, `trouble` what went wrong."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ending = threading.Event()
        self.done = 0
        self.trouble: list[str] = []

    def run(self) -> None:
        while not self.ending.is_set():
            try:
                self.once()
            except Exception as error:
                self.trouble.append(f"{type(self).__name__}: {type(error).__name__}: {error}")
                self.ending.wait(1)

    def once(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        self.ending.set()
        self.join(60)


class Uploads(Beside):
    """Sends a file of a checkpoint by tus, drops the upload, and begins the next; `done` in bytes."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__()
        self.port, self.token = port, token

    def once(self) -> None:
        upload = json.loads(self.ask("POST", "/api/v1/uploads/", self.named(), kind="application/json")[1])
        try:
            self.send(upload["id"])
        finally:
            self.ask("DELETE", f"/api/v1/uploads/{upload['id']}/")

    def named(self) -> bytes:
        return json.dumps({"name": f"load {time.time()}", "adaptation": "pretrained"}).encode()

    def send(self, upload: int) -> None:
        name = base64.b64encode(b"model.safetensors").decode()
        about = {"Upload-Length": str(FILE), "Upload-Metadata": f"filename {name}"}
        headers, _ = self.ask("POST", f"/uploads/{upload}/files/", b"", **about)
        place = headers["Location"].split(f":{self.port}")[-1]
        piece = os.urandom(PIECE)
        for offset in range(0, FILE, PIECE):
            if self.ending.wait(PIECE / RATE):
                return
            kind = "application/offset+octet-stream"
            self.ask("PATCH", place, piece, kind=kind, **{"Upload-Offset": str(offset)})
            self.done += PIECE

    def ask(
        self, method: str, address: str, body: bytes = b"", *, kind: str = "", **headers: str
    ) -> tuple[Any, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        every = {"Authorization": f"Token {self.token}", "Tus-Resumable": "1.0.0", **headers}
        if kind:
            every["Content-Type"] = kind
        connection.request(method, address, body, every)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        if response.status >= 400:
            raise RuntimeError(f"{method} {address}: {response.status} {text[:200]!r}")
        return response.headers, text


class Generation(Beside):
    """Starts a run over a corpus whenever none is under way; `done` counts runs that finished."""

    def __init__(self, system: Any, dataset: Any) -> None:
        super().__init__()
        self.system, self.dataset = system, dataset
        self.under_way = 0

    def once(self) -> None:
        from generation.models import Run
        from generation.services.runs import start_run
        from generation.tasks import wake_workers

        run = Run.objects.filter(pk=self.under_way).first()
        if run is None or run.state not in ("queued", "running"):
            if run is not None:
                self.done += run.state == "done"
                if run.state != "done":
                    self.trouble.append(f"run {run.pk} {run.state}: {run.error}")
            self.under_way = start_run(system=self.system, dataset=self.dataset).pk
            wake_workers()
        self.ending.wait(LOOK_SECONDS)
