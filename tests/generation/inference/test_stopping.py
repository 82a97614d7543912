"""A text ends at an end token or after its first line that is not blank."""

from typing import Any

import pytest
import torch

from generation.inference.stopping import FirstLineEnds, TokenClasses, classify_tokens, find_ending

END = 0


@pytest.fixture(scope="module")
def classes(tiny_tokenizer: Any) -> TokenClasses:
    return classify_tokens(tiny_tokenizer, vocabulary_size=416, end_ids=[END])


def row(tokenizer: Any, text: str, *more: int) -> torch.Tensor:
    return torch.tensor([*tokenizer(text)["input_ids"], *more])


def test_tokens_are_told_apart(tiny_tokenizer: Any, classes: TokenClasses) -> None:
    for text, line_end, blank in [("\n", True, True), (" ", False, True), ("a", False, False)]:
        (token,) = row(tiny_tokenizer, text)
        assert (bool(classes.line_end[token]), bool(classes.blank[token])) == (line_end, blank)
    assert classes.end.nonzero().flatten().tolist() == [END]
    assert len(classes.blank) == 416
    assert not classes.line_end[400:].any()


class SentencePieceVocabulary:
    """The vocabulary of a tokenizer that writes spaces as ▁ and odd bytes by their number."""

    def get_vocab(self) -> dict[str, int]:
        return {"</s>": 0, "▁pub": 1, "<0x0A>": 2, "▁": 3, "\n": 4}


def test_a_sentencepiece_vocabulary_is_understood() -> None:
    classes = classify_tokens(SentencePieceVocabulary(), vocabulary_size=5, end_ids=[0])
    assert classes.line_end.tolist() == [False, False, True, False, True]
    assert classes.blank.tolist() == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("text", "more", "kept", "finished"),
    [
        ("A pub", (END, END), "A pub", True),
        ("A pub\nName", (), "A pub\n", True),
        ("\n \nA pub\nName", (), "\n \nA pub\n", True),
        ("A pub", (), "A pub", False),
        ("\n\n", (), "\n\n", False),
    ],
)
def test_the_ending_is_found(
    tiny_tokenizer: Any, classes: TokenClasses, text: str, more: tuple[int, ...], kept: str, *, finished: bool
) -> None:
    sequence = row(tiny_tokenizer, text, *more)
    length, ended = find_ending(sequence, classes)
    assert tiny_tokenizer.decode(sequence[:length], skip_special_tokens=True) == kept
    assert ended is finished


def test_rows_stop_one_by_one_and_each_step_is_told(tiny_tokenizer: Any, classes: TokenClasses) -> None:
    steps: list[int] = []
    criterion = FirstLineEnds(classes, prompt_width=2, on_token=lambda: steps.append(1))
    newline, letter = (int(row(tiny_tokenizer, text)[0]) for text in ("\n", "a"))
    rows = torch.tensor(
        [
            [newline, letter, letter, newline],
            [letter, letter, newline, newline],
            [letter, newline, letter, letter],
        ]
    )
    assert criterion(rows, None).tolist() == [True, False, False]
    assert criterion(rows[:, :3], None).tolist() == [False, False, False]
    assert len(steps) == 2
