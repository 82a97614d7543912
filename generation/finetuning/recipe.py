"""What a fine-tune is asked for and what it gave: plain types, and their messages. Imports no torch."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from generation.inference import wire
from generation.inference.errors import InferenceError
from generation.inference.protocol import StoredCheckpoint

Adaptation = Literal["full", "lora"]
DEFAULT_LEARNING_RATES: dict[Adaptation, float] = {"full": 1e-4, "lora": 1e-3}


class FinetuningFailed(InferenceError):  # noqa: N818 - names the event
    """The fine-tune gave no checkpoint; the message says why."""


class FinetuningStopped(InferenceError):  # noqa: N818 - names the event
    """The caller asked for the fine-tune to stop."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train. ``learning_rate`` None means the default of the adaptation; LoRA settings are for LoRA.

    ``warmup_ratio`` of the steps raise the learning rate linearly to its peak, the others lower it to zero.
    Pairs of more than ``max_length`` tokens, prompt and text together, are refused, never cut.
    """

    adaptation: Adaptation
    steps: int = 200
    batch_size: int = 8
    learning_rate: float | None = None
    warmup_ratio: float = 0.1
    lora_rank: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    max_length: int = 160
    seed: int = 1

    def __post_init__(self) -> None:
        if min(self.steps, self.batch_size, self.lora_rank, self.lora_alpha, self.max_length) < 1:
            raise ValueError(f"steps, batch size, rank, alpha and length are at least 1: {self}")
        if not 0 <= self.warmup_ratio <= 1 or not 0 <= self.lora_dropout < 1:
            raise ValueError(f"the warm-up is a share of the steps, the dropout one below 1: {self}")
        if self.learning_rate is not None and self.learning_rate <= 0:
            raise ValueError(f"the learning rate is above 0, not {self.learning_rate}")

    @property
    def peak_learning_rate(self) -> float:
        """The learning rate asked for, or the adaptation's default."""
        return self.learning_rate or DEFAULT_LEARNING_RATES[self.adaptation]


@dataclass(frozen=True)
class TrainingPair:
    """A prompt and the text that should follow it, white space between them included in ``text``.

    In a classification ``prompt`` is the text to classify, ``second`` the one beside it where there are two,
    and ``text`` the label's name.
    """

    prompt: str
    text: str
    second: str | None = None

    def __post_init__(self) -> None:
        if not self.prompt or not self.text:
            raise ValueError("a training pair needs a prompt and a text")


@dataclass(frozen=True)
class FinetuneRequest:
    """Train ``base`` on the JSON-lines file ``pairs`` and write the checkpoint into ``output_folder``.

    With ``labels``, in the order of the head's outputs, a classification is learnt, else writing texts.
    """

    base: StoredCheckpoint
    pairs: str
    recipe: Recipe
    output_folder: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingProgress:
    """After a step: its batch's loss (nats a token written, or a text classified) and the seconds so far."""

    step: int
    steps: int
    loss: float
    seconds: float


@dataclass(frozen=True)
class FinetuneResult:
    """What a fine-tune cost. ``wall_seconds`` is training alone, without loading and saving.

    ``peak_memory_bytes`` is the process's peak resident memory on a CPU, the peak of allocated device memory
    on a GPU; ``bytes_on_disk`` counts every file written; ``loss_curve`` holds a (step, loss) for each step.
    """

    wall_seconds: float
    steps: int
    parameters_total: int
    parameters_trainable: int
    peak_memory_bytes: int
    bytes_on_disk: int
    loss_curve: list[tuple[int, float]]
    device: str
    versions: dict[str, str]


@dataclass(frozen=True)
class FinetuneFailure:
    """The worker's last message when it gives no checkpoint."""

    reason: str


Reply = TrainingProgress | FinetuneResult | FinetuneFailure
REPLIES: dict[str, type[Reply]] = {
    "TrainingProgress": TrainingProgress,
    "FinetuneResult": FinetuneResult,
    "FinetuneFailure": FinetuneFailure,
}


def encode(message: FinetuneRequest | Reply) -> str:
    """Write a message as one line of JSON, without the line end."""
    return wire.encode(message)


def decode_request(line: str) -> FinetuneRequest:
    """Read a request; raises ProtocolError naming what does not fit."""
    request: FinetuneRequest = wire.decode(line, {"FinetuneRequest": FinetuneRequest})
    return request


def decode_reply(line: str) -> Reply:
    """Read a reply; raises ProtocolError naming what does not fit."""
    reply: Reply = wire.decode(line, REPLIES)
    return reply


def write_pairs(pairs: Iterable[TrainingPair], path: Path) -> int:
    """Write pairs as the JSON-lines file that a FinetuneRequest names; gives their number."""
    lines = [json.dumps(asdict(pair), ensure_ascii=False) for pair in pairs]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def read_pairs(path: Path) -> list[TrainingPair]:
    """Read a file of ``write_pairs``; raises FinetuningFailed naming the line that is not a pair."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            content = json.loads(line)
            pairs.append(TrainingPair(content["prompt"], content["text"], content.get("second")))
        except (ValueError, KeyError, TypeError) as error:
            message = f"{path}, line {number} is not a pair of prompt and text: {line[:200]!r} ({error})"
            raise FinetuningFailed(message) from error
    if not pairs:
        raise FinetuningFailed(f"{path} holds no training pairs")
    return pairs
