"""The sample corpus keeps what its README promises: counts, form, faithful and distinct texts."""

import re
from pathlib import Path

import pytest

from generation.formats.corpus import Corpus
from generation.formats.e2e import SLOT_NAMES, read_e2e
from generation.formats.text_files import read_rows, read_text
from generation.metrics.slot_venues import LANDMARKS, NAMES
from generation.metrics.slots import slot_error_rate, slot_errors

SAMPLES = Path(__file__).resolve().parents[3] / "generation" / "samples"
TRAIN = SAMPLES / "restaurants_train.csv"
TEST = SAMPLES / "restaurants_test.csv"
CLOSED_SLOTS = {
    "eatType": {"restaurant", "pub", "coffee shop"},
    "food": {"Chinese", "English", "Fast food", "French", "Indian", "Italian", "Japanese"},
    "priceRange": {"cheap", "moderate", "high", "less than £20", "£20-25", "more than £30"},
    "customer rating": {"low", "average", "high", "1 out of 5", "3 out of 5", "5 out of 5"},
    "area": {"riverside", "city centre"},
    "familyFriendly": {"yes", "no"},
}
both_files = pytest.mark.parametrize("path", [TRAIN, TEST], ids=["train", "test"])


def venues(corpus: Corpus, slot: str) -> set[str]:
    return {value for example in corpus.examples for name, value in example.slots if name == slot}


@pytest.mark.parametrize(("path", "examples", "references"), [(TRAIN, 205, 4), (TEST, 62, 3)])
def test_the_counts_are_those_of_the_readme(path: Path, examples: int, references: int) -> None:
    corpus = read_e2e(path)
    assert len(corpus.examples) == examples
    assert {len(example.references) for example in corpus.examples} == {references}


@both_files
def test_equal_meaning_representations_are_adjacent(path: Path) -> None:
    rows = [row for _, row in read_rows(path, read_text(path), ",")][1:]
    in_file_order = [(mr, text) for mr, text in rows]
    grouped = [(example.source, text) for example in read_e2e(path).examples for text in example.references]
    assert in_file_order == grouped


@both_files
def test_slots_stand_in_e2e_order_with_the_values_of_e2e(path: Path) -> None:
    for example in read_e2e(path).examples:
        names = [name for name, _ in example.slots]
        assert 3 <= len(names) <= len(SLOT_NAMES)
        assert names[0] == "name"
        assert names == sorted(names, key=SLOT_NAMES.index)
        for name, value in example.slots:
            assert name in ("name", "near") or value in CLOSED_SLOTS[name], example.source


@both_files
def test_the_venues_are_our_own(path: Path) -> None:
    corpus = read_e2e(path)
    assert (venues(corpus, "name") | venues(corpus, "near")).isdisjoint({*NAMES, *LANDMARKS})


@both_files
def test_every_text_says_its_slots_and_no_others(path: Path) -> None:
    examples = read_e2e(path).examples
    errors = {text: slot_errors(example.slots, text) for example in examples for text in example.references}
    assert slot_error_rate(errors.values()).value == 0, [
        (text, found.missing, found.added, found.wrong)
        for text, found in errors.items()
        if found.missing or found.added or found.wrong
    ]


@both_files
def test_names_and_places_near_are_said_verbatim(path: Path) -> None:
    for example in read_e2e(path).examples:
        said = [value for name, value in example.slots if name in ("name", "near")]
        for text in example.references:
            assert all(value in text for value in said), text


def test_no_two_texts_are_alike_and_no_meaning_representation_is_in_both_files() -> None:
    train, test = read_e2e(TRAIN), read_e2e(TEST)
    # Slots as a set: the same facts in another order would leak from one file to the other all the same.
    assert {frozenset(example.slots) for example in train.examples}.isdisjoint(
        frozenset(example.slots) for example in test.examples
    )
    texts = [text for corpus in (train, test) for example in corpus.examples for text in example.references]
    assert len({" ".join(re.findall(r"[\w£&]+", text.lower())) for text in texts}) == len(texts)


def test_some_venues_are_new_in_the_test_file() -> None:
    train, test = read_e2e(TRAIN), read_e2e(TEST)
    assert len(venues(train, "name")) == 35
    assert len(venues(test, "name") - venues(train, "name")) == 10
    assert len(venues(test, "near") - venues(train, "near")) == 4
