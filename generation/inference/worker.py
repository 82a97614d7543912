"""The inference process: says what it is, then answers request after request until its parent is gone."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
import transformers

from generation.inference.cache import Head, SystemCache
from generation.inference.classifying import choose_labels
from generation.inference.decoding import write_texts
from generation.inference.lifeline import Lifeline, take_lifeline
from generation.inference.limits import BatchLimits, Unanswered
from generation.inference.loading import choose_device, dtype_for
from generation.inference.protocol import (
    Classify,
    Failed,
    Finished,
    GeneratedText,
    Outputs,
    Progress,
    Ready,
    Request,
    decode_request,
    encode,
)
from generation.inference.versions import library_versions

HEARTBEAT_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass
class _Answer:
    """The replies to one request as they go out."""

    lifeline: Lifeline
    request: Request
    waiting: set[int]
    started: float = field(default_factory=time.monotonic)
    batch_started: float = field(default_factory=time.monotonic)
    last_sign: float = 0.0
    new_tokens: int = 0

    def progress(self) -> None:
        """Say where the request stands."""
        self.last_sign = time.monotonic()
        total = len(self.request.prompts)
        done = total - len(self.waiting)
        seconds = self.last_sign - self.started
        self._send(Progress(self.request.request, done, total, self.new_tokens, seconds))

    def heartbeat(self) -> None:
        """Say so again when nothing was said for a second."""
        if time.monotonic() - self.last_sign >= HEARTBEAT_SECONDS:
            self.progress()

    def outputs(self, texts: tuple[GeneratedText, ...]) -> None:
        """Give a finished batch."""
        now = time.monotonic()
        tokens = sum(text.tokens for text in texts)
        self._send(Outputs(self.request.request, texts, tokens, now - self.batch_started))
        self.batch_started = now
        self.new_tokens += tokens
        self.waiting.difference_update(text.id for text in texts)
        self.progress()

    def failed(self, reason: str, ids: tuple[int, ...]) -> None:
        """Give up on some prompts."""
        self._send(Failed(self.request.request, reason, ids))
        self.waiting.difference_update(ids)

    def finished(self) -> None:
        """Say that every prompt was answered."""
        self._send(Finished(self.request.request))

    def _send(self, reply: Progress | Outputs | Failed | Finished) -> None:
        self.lifeline.reply(encode(reply))


def answer(lifeline: Lifeline, cache: SystemCache, request: Request, limits: BatchLimits) -> None:
    """Write the texts or choose the labels of one request; what goes wrong is Failed for the prompts left."""
    replies = _Answer(lifeline, request, {prompt.id for prompt in request.prompts})
    try:
        torch.manual_seed(request.seed)
        for texts in _answers(cache, request, limits, replies):
            if isinstance(texts, Unanswered):
                replies.failed(texts.reason, (texts.id,))
            else:
                replies.outputs(texts)
    except Exception as error:
        logger.exception("request %s failed", request.request)
        replies.failed(f"{type(error).__name__}: {error}", tuple(sorted(replies.waiting)))
        if isinstance(error, torch.AcceleratorError):
            replies.finished()
            sys.exit("a device that has reported an error computes nothing more in this process")
    replies.finished()


def _answers(
    cache: SystemCache, request: Request, limits: BatchLimits, replies: _Answer
) -> Iterator[tuple[GeneratedText, ...] | Unanswered]:
    """Load the system and give what it says, batch after batch."""
    head = Head(len(request.labels), request.seed) if isinstance(request, Classify) else None
    system = cache.load(request.system, head)
    replies.started = replies.batch_started = time.monotonic()
    replies.progress()
    if isinstance(request, Classify):
        yield from choose_labels(
            system, request.prompts, request.labels, limits=limits, on_batch=replies.heartbeat
        )
    else:
        yield from write_texts(
            system, request.prompts, request.decoding, limits=limits, on_token=replies.heartbeat
        )


def main() -> None:
    """Serve until standard input ends."""
    lifeline = take_lifeline()
    logging.basicConfig(level=logging.INFO)
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(lifeline.threads)
    device = choose_device(lifeline.device)
    dtype = dtype_for(device)
    cache = SystemCache(device, dtype)
    limits = BatchLimits.for_device(device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    ready = Ready(os.getpid(), name, str(dtype).removeprefix("torch."), library_versions())
    lifeline.reply(encode(ready))
    for line in lifeline.requests:
        answer(lifeline, cache, decode_request(line), limits)


if __name__ == "__main__":
    main()
