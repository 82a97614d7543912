"""The messages between a supervisor and the inference process, and the plain types they are made of."""

from dataclasses import dataclass, field

from generation.inference import wire


@dataclass(frozen=True)
class StoredCheckpoint:
    """A read-only folder and the SHA-256 (hex) of each file in it that may be read, by plain file name."""

    folder: str
    files: dict[str, str]

    def __post_init__(self) -> None:
        for name in self.files:
            if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
                raise ValueError(f"{name!r} is not a plain file name")


@dataclass(frozen=True)
class SystemFiles:
    """What a system is loaded from: full weights alone, or a base and the adapter put on it."""

    checkpoint: StoredCheckpoint
    adapter: StoredCheckpoint | None = None


@dataclass(frozen=True)
class Decoding:
    """How texts are searched for: greedy with one beam, else beam search. Nothing is sampled."""

    num_beams: int = 1
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    max_new_tokens: int = 64

    def __post_init__(self) -> None:
        if self.num_beams < 1 or self.max_new_tokens < 1 or self.no_repeat_ngram_size < 0:
            raise ValueError(
                f"decoding needs at least one beam and one new token, and no negative n-gram: {self}"
            )


@dataclass(frozen=True)
class Prompt:
    """The text to go on from or to classify, under the caller's own number.

    `pair` is the second text where a classification compares two.
    """

    id: int
    text: str
    pair: str | None = None

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError(f"prompt {self.id} is empty")


@dataclass(frozen=True)
class Generate:
    """One request: write a text for each prompt. Every prompt's id comes back once, in Outputs or Failed."""

    request: str
    system: SystemFiles
    decoding: Decoding
    prompts: tuple[Prompt, ...]
    seed: int

    def __post_init__(self) -> None:
        _check_ids(self)


@dataclass(frozen=True)
class Classify:
    """One request: choose one of ``labels`` for each prompt; answered as Generate is.

    A head that the checkpoint does not bring is initialised freshly from ``seed``. ``labels`` stand in the
    order of the head's outputs, unless the checkpoint names the same labels in another order.
    """

    request: str
    system: SystemFiles
    labels: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    seed: int

    def __post_init__(self) -> None:
        _check_ids(self)
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError(
                f"request {self.request}: labels are at least two and all different: {self.labels}"
            )


Request = Generate | Classify


def _check_ids(request: Request) -> None:
    if len({prompt.id for prompt in request.prompts}) != len(request.prompts):
        raise ValueError(f"request {request.request}: two prompts have the same id")


@dataclass(frozen=True)
class Ready:
    """The process is up: its pid, where and in which precision it computes, and its libraries' versions."""

    pid: int
    device: str
    dtype: str
    versions: dict[str, str]


@dataclass(frozen=True)
class Progress:
    """Where a request stands: prompts answered, tokens written and seconds spent so far (loading excluded).

    Sent once the system is loaded, after each batch and about once a second within one: what goes wrong
    before the first is the system's fault or the machine's, never a prompt's.
    """

    request: str
    done: int
    total: int
    new_tokens: int
    seconds: float


@dataclass(frozen=True)
class GeneratedText:
    """One output: ``tokens`` new tokens, ``finished`` when the network ended it rather than the limit.

    In a classification ``text`` is the label of the highest score, ``scores`` each label's probability.
    """

    id: int
    text: str
    tokens: int
    finished: bool
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Outputs:
    """The texts of one finished batch, with its tokens and seconds."""

    request: str
    outputs: tuple[GeneratedText, ...]
    new_tokens: int
    seconds: float


@dataclass(frozen=True)
class Failed:
    """No text will come for these prompts, and why. The process goes on with the next request."""

    request: str
    reason: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Finished:
    """The last message of a request: every prompt has been answered."""

    request: str


Reply = Ready | Progress | Outputs | Failed | Finished

REQUESTS: dict[str, type[Request]] = {"Generate": Generate, "Classify": Classify}
REPLIES: dict[str, type[Reply]] = {cls.__name__: cls for cls in (Ready, Progress, Outputs, Failed, Finished)}


def encode(message: Request | Reply) -> str:
    """Write a message as one line of JSON, without the line end."""
    return wire.encode(message)


def decode_request(line: str) -> Request:
    """Read a request; raises ProtocolError naming what does not fit."""
    request: Request = wire.decode(line, REQUESTS)
    return request


def decode_reply(line: str) -> Reply:
    """Read a reply; raises ProtocolError naming what does not fit."""
    reply: Reply = wire.decode(line, REPLIES)
    return reply
