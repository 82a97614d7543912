"""Errors name their place the same way everywhere."""

import pickle
from pathlib import Path

from generation.formats.corpus import CorpusError


def test_the_message_names_file_line_reason_and_remedy() -> None:
    error = CorpusError.at(Path("/far/away/restaurants.csv"), 17, "the reference is empty", "write it")
    assert str(error) == "restaurants.csv, line 17: the reference is empty; write it."
    assert (
        str(CorpusError.at(Path("a.csv"), None, "it is empty", "fill it")) == "a.csv: it is empty; fill it."
    )


def test_it_survives_the_way_between_processes() -> None:
    error = CorpusError.at(Path("a.csv"), 1, "reason", "remedy")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
