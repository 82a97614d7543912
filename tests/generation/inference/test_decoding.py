"""Texts do not depend on how prompts are batched; every prompt is answered once, whatever runs out."""

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import GenerationConfig

from generation.inference.decoding import encode_prompt, write_texts
from generation.inference.limits import BatchLimits, Unanswered
from generation.inference.loading import LoadedSystem, load_network, load_tokenizer
from generation.inference.packing import pack_linears
from generation.inference.protocol import Decoding, GeneratedText, Prompt

SLOTS = ["food[Chinese]", "area[riverside]", "near[Café Rouge]", "priceRange[£20-25]"]
PROMPTS = [
    Prompt(
        100 + number,
        f"Facts: {', '.join(SLOTS[: 1 + number % 4])}, name[The {'Eagle' * (number % 3)}]\nDescription:",
    )
    for number in range(12)
]
PAPER = Decoding(num_beams=10, length_penalty=0.9, no_repeat_ngram_size=4, max_new_tokens=12)
ONE_BY_ONE = BatchLimits(tokens=10_000, rows=1)


@pytest.fixture(scope="module", params=["tiny_gpt2", "tiny_llama"])
def system(request: pytest.FixtureRequest) -> LoadedSystem:
    folder: Path = request.getfixturevalue(request.param)
    network = load_network(folder, device=torch.device("cpu"), dtype=torch.float32)
    pack_linears(network)
    return LoadedSystem(network, load_tokenizer(folder))


def answers(
    system: LoadedSystem, decoding: Decoding, limits: BatchLimits, prompts: list[Prompt] = PROMPTS
) -> dict[int, GeneratedText]:
    texts: dict[int, GeneratedText] = {}
    for batch in write_texts(system, prompts, decoding, limits=limits):
        assert not isinstance(batch, Unanswered)
        for text in batch:
            assert text.id not in texts
            texts[text.id] = text
    return texts


@pytest.mark.parametrize(
    "decoding", [Decoding(max_new_tokens=24), Decoding(max_new_tokens=24, no_repeat_ngram_size=2), PAPER]
)
def test_batches_of_any_size_give_the_same_texts(system: LoadedSystem, decoding: Decoding) -> None:
    alone = answers(system, decoding, ONE_BY_ONE)
    assert sorted(alone) == [prompt.id for prompt in PROMPTS]
    assert len({text.text for text in alone.values()}) > 3, "the tiny network says the same to everything"
    for rows in (3, 8, 12):
        assert answers(system, decoding, BatchLimits(tokens=10_000, rows=rows)) == alone
    assert answers(system, decoding, BatchLimits(tokens=300, rows=12), PROMPTS[::-1]) == alone


def test_a_batch_says_what_plain_generate_says_to_each_prompt_alone(system: LoadedSystem) -> None:
    texts = answers(system, Decoding(max_new_tokens=16), BatchLimits(tokens=10_000, rows=12))
    plain = GenerationConfig(do_sample=False, max_new_tokens=16, eos_token_id=0, pad_token_id=0)
    for prompt in PROMPTS:
        tokens = torch.tensor([encode_prompt(system.tokenizer, prompt.text)])
        sequence = system.network.generate(
            input_ids=tokens, attention_mask=torch.ones_like(tokens), generation_config=plain
        )
        written = system.tokenizer.decode(sequence[0, tokens.shape[1] :], skip_special_tokens=True)
        assert texts[prompt.id].text == written.strip().split("\n")[0].strip()


def test_texts_are_one_line_and_their_tokens_are_counted(system: LoadedSystem) -> None:
    for text in answers(system, Decoding(max_new_tokens=24), BatchLimits(10_000, 8)).values():
        assert "\n" not in text.text
        assert text.text == text.text.strip()
        assert 1 <= text.tokens <= 24
        assert text.finished or text.tokens == 24


class OutOfRoom:
    """A network whose allocator gives out beyond some rows, or at a prompt with a token that it dislikes."""

    def __init__(self, network: Any, error: Exception, *, rows: int, disliked: int = -1) -> None:
        self._network = network
        self._error = error
        self._rows = rows
        self._disliked = disliked
        self.tried: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def base_model(self, **options: Any) -> Any:
        self._check(options["input_ids"], options["past_key_values"].rows)
        return self._network.base_model(**options)

    def generate(self, **options: Any) -> Any:
        self._check(options["input_ids"], len(options["input_ids"]))
        return self._network.generate(**options)

    def _check(self, ids: torch.Tensor, rows: int) -> None:
        if not self.tried or self.tried[-1] != rows:
            self.tried.append(rows)
        if rows > self._rows or (ids.shape[1] > 1 and (ids == self._disliked).any()):
            raise self._error


NO_ROOM = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    MemoryError(),
]
MANY = [Prompt(number, f"{number} {PROMPTS[3].text}") for number in range(40)]


@pytest.mark.parametrize("error", NO_ROOM)
def test_half_as_many_are_written_at_once_until_they_fit(system: LoadedSystem, error: Exception) -> None:
    expected = answers(system, Decoding(max_new_tokens=8), ONE_BY_ONE, MANY)
    tight = OutOfRoom(system.network, error, rows=12)
    found = answers(
        LoadedSystem(tight, system.tokenizer), Decoding(max_new_tokens=8), BatchLimits(10_000, 40), MANY
    )
    assert found == expected
    assert tight.tried == [40, 20, 10]


@pytest.mark.parametrize("error", NO_ROOM)
def test_a_beam_search_without_room_is_halved_until_it_fits(system: LoadedSystem, error: Exception) -> None:
    decoding = Decoding(num_beams=2, max_new_tokens=8)
    expected = answers(system, decoding, ONE_BY_ONE)
    tight = OutOfRoom(system.network, error, rows=3)
    assert answers(LoadedSystem(tight, system.tokenizer), decoding, BatchLimits(10_000, 24)) == expected
    assert tight.tried == [12, 6, 3, 6, 3]


@pytest.mark.parametrize("num_beams", [1, 2])
def test_only_the_prompt_that_never_fits_is_given_up(system: LoadedSystem, num_beams: int) -> None:
    worst = Prompt(7, f"~{MANY[7].text}")
    prompts = [*MANY[:7], worst, *MANY[8:12]]
    (disliked,) = encode_prompt(system.tokenizer, "~")
    tight = OutOfRoom(system.network, MemoryError(), rows=12, disliked=disliked)
    decoding = Decoding(num_beams=num_beams, max_new_tokens=2)
    replies = list(
        write_texts(LoadedSystem(tight, system.tokenizer), prompts, decoding, limits=BatchLimits(10_000, 12))
    )
    unanswered = [reply for reply in replies if isinstance(reply, Unanswered)]
    assert [reply.id for reply in unanswered] == [7]
    assert all("out of memory with this prompt alone" in reply.reason for reply in unanswered)
    answered = [text.id for reply in replies if not isinstance(reply, Unanswered) for text in reply]
    assert sorted(answered) == [number for number in range(12) if number != 7]


def test_another_error_is_not_taken_for_a_lack_of_memory(system: LoadedSystem) -> None:
    broken = OutOfRoom(system.network, RuntimeError("CUDA error: device-side assert"), rows=0)
    with pytest.raises(RuntimeError, match="device-side assert"):
        answers(LoadedSystem(broken, system.tokenizer), Decoding(), BatchLimits(10_000, 12))


def test_a_prompt_longer_than_the_network_allows_is_given_up_alone(system: LoadedSystem) -> None:
    long = Prompt(1, "name[The Eagle] " * 60)
    replies = list(write_texts(system, [long, PROMPTS[0]], Decoding(), limits=ONE_BY_ONE))
    assert isinstance(replies[0], Unanswered)
    assert replies[0].id == 1
    assert "exceed the network's" in replies[0].reason
    assert isinstance(replies[1], tuple)
    assert replies[1][0].id == PROMPTS[0].id


def test_repetition_is_forbidden_within_the_text_but_the_prompt_may_be_copied(system: LoadedSystem) -> None:
    decoding = Decoding(max_new_tokens=40, no_repeat_ngram_size=1)
    calls: list[int] = []
    prompt = Prompt(1, "".join(chr(number) for number in range(33, 127)))
    (batch,) = write_texts(
        system, [Prompt(1, prompt.text[:70])], decoding, limits=ONE_BY_ONE, on_token=lambda: calls.append(1)
    )
    assert isinstance(batch, tuple)
    tokens = encode_prompt(system.tokenizer, batch[0].text)
    assert len(calls) == batch[0].tokens
    assert len(set(tokens)) > 10
    assert set(tokens) & set(encode_prompt(system.tokenizer, prompt.text[:70])), (
        "no token of the prompt is used"
    )


def test_limits_are_larger_on_a_gpu() -> None:
    cpu, gpu = (BatchLimits.for_device(torch.device(name)) for name in ("cpu", "cuda"))
    assert cpu.tokens < gpu.tokens
    assert cpu.rows < gpu.rows
