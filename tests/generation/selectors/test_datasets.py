"""Corpora with their counts, and the examples that hold certain words."""

import pytest

from generation.selectors.datasets import datasets_with_counts, examples_of
from tests.generation.comparisons import make_corpus, make_run

pytestmark = pytest.mark.django_db


def test_counts_do_not_multiply() -> None:
    corpus = make_corpus(3, references=4)
    make_run(corpus, ["a"], system="one")
    make_run(corpus, ["a", "b"], system="two")
    empty = make_corpus(0, name="empty")
    rows = {row.pk: row for row in datasets_with_counts()}
    row, other = rows[corpus.pk], rows[empty.pk]
    assert (row.n_examples, row.n_references, row.n_runs, row.has_outputs) == (3, 12, 2, True)
    assert (other.n_examples, other.n_references, other.n_runs, other.has_outputs) == (0, 0, 0, False)


@pytest.mark.parametrize(
    ("search", "found"), [("", [0, 1, 2]), ("PLACE 1", [1]), ("text 1 on place 2", [2]), ("100%", [])]
)
def test_examples_are_found_by_input_or_reference_once_each(search: str, found: list[int]) -> None:
    examples = examples_of(make_corpus(3), search=search)
    assert [example.position for example in examples] == found
