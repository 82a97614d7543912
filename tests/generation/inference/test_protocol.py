"""The messages of inference: what they hold survives the wire, and what makes no sense is refused."""

from dataclasses import replace

import pytest

from generation.inference import protocol
from generation.inference.errors import ProtocolError
from generation.inference.protocol import Decoding, Generate, Prompt, StoredCheckpoint, SystemFiles

REQUEST = Generate(
    "run-1/chunk-2",
    SystemFiles(StoredCheckpoint("/base", {"config.json": "ab"}), StoredCheckpoint("/lora", {})),
    Decoding(num_beams=10, length_penalty=0.9, no_repeat_ngram_size=4),
    (Prompt(7, "Facts: name[Café Rouge], priceRange[£20-25]\nDescription:"), Prompt(8, "b")),
    seed=3,
)


def test_a_request_survives_the_wire() -> None:
    assert protocol.decode_request(protocol.encode(REQUEST)) == REQUEST
    alone = replace(REQUEST, system=SystemFiles(StoredCheckpoint("/base", {})))
    assert protocol.decode_request(protocol.encode(alone)) == alone


@pytest.mark.parametrize(
    "reply",
    [
        protocol.Ready(1, "cpu", "float32", {"torch": "2"}),
        protocol.Progress("r", 1, 2, 30, 0.5),
        protocol.Outputs("r", (protocol.GeneratedText(7, "A pub.", 4, finished=True),), 4, 0.25),
        protocol.Failed("r", "out of memory", (7, 8)),
        protocol.Finished("r"),
    ],
)
def test_a_reply_survives_the_wire(reply: protocol.Reply) -> None:
    assert protocol.decode_reply(protocol.encode(reply)) == reply


def test_a_reply_is_no_request() -> None:
    with pytest.raises(ProtocolError, match="unknown kind"):
        protocol.decode_request(protocol.encode(protocol.Finished("r")))


@pytest.mark.parametrize("name", ["", ".", "..", "../config.json", "/etc/passwd", "a\\b", "a\0b"])
def test_a_file_outside_the_folder_cannot_be_named(name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        StoredCheckpoint("/base", {name: "ab"})


@pytest.mark.parametrize("setting", [{"num_beams": 0}, {"max_new_tokens": 0}, {"no_repeat_ngram_size": -1}])
def test_an_impossible_decoding_is_refused(setting: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="decoding needs"):
        Decoding(**setting)


def test_prompts_must_be_told_apart_and_not_be_empty() -> None:
    with pytest.raises(ValueError, match="same id"):
        replace(REQUEST, prompts=(Prompt(7, "a"), Prompt(7, "b")))
    with pytest.raises(ValueError, match="prompt 9 is empty"):
        Prompt(9, "")
