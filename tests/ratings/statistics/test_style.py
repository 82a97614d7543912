import pytest

from ratings.statistics.results import NotEstimable
from ratings.statistics.style import style_accuracy

PLAIN = [f"Place {number} is a pub near the river." for number in range(40)]
ORNATE = [f"Near the river there is a lovely pub called Place {number}!" for number in range(40)]


def test_a_style_is_told_and_its_absence_is_not():
    told = style_accuracy(PLAIN, ORNATE, seed=1)
    assert told.estimate == 1
    assert told.pvalue < 1e-6
    mixed_a = [pair[number % 2] for number, pair in enumerate(zip(PLAIN, ORNATE, strict=True))]
    mixed_b = [pair[1 - number % 2] for number, pair in enumerate(zip(PLAIN, ORNATE, strict=True))]
    guessed = style_accuracy(mixed_a, mixed_b, seed=1)
    assert guessed.ci_low < 0.5


def test_the_seed_gives_the_same_and_sides_are_alike():
    one = style_accuracy(PLAIN, ORNATE, seed=3)
    assert style_accuracy(PLAIN, ORNATE, seed=3) == one
    assert style_accuracy(ORNATE, PLAIN, seed=3).estimate == one.estimate


def test_identical_pairs_are_left_out():
    found = style_accuracy([*PLAIN, *PLAIN], [*ORNATE, *PLAIN], seed=1)
    assert found.n.items == 40


def test_too_few_pairs_are_refused():
    with pytest.raises(NotEstimable, match="9 pairs of texts differ"):
        style_accuracy(PLAIN[:9], ORNATE[:9], seed=1)
    with pytest.raises(ValueError, match="There are 2 and 1 texts"):
        style_accuracy(PLAIN[:2], ORNATE[:1], seed=1)
