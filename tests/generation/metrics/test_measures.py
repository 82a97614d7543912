"""All measures of a run at once, also where METEOR is out of reach, and statistics that were stored."""

from pathlib import Path

import pytest

from generation.metrics.example_statistics import ExampleStatistics, NotComputed
from generation.metrics.measures import (
    LESS_IS_BETTER,
    METEOR,
    NIST,
    SLOT_ERROR_RATE,
    label_measures,
    restored,
    slot_measure,
    text_measures,
)


@pytest.fixture
def without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("without_java")
def test_what_cannot_be_computed_says_why_and_the_rest_is_there() -> None:
    measured = text_measures(["a pub by the river", "a cafe"], [["a pub"], ["a cafe", "the cafe"]])
    assert measured.pop(METEOR) == NotComputed(name="METEOR", reason="not computed: needs Java")
    assert set(measured) == {"bleu", "bleu_lowercased", "chrf", "nist", "rouge_l", "cider"}
    for key, statistics in measured.items():
        assert isinstance(statistics, ExampleStatistics)
        again = restored(key, signature=statistics.signature, values=statistics.values.tolist())
        assert (again.name, again.corpus_score) == (statistics.name, statistics.corpus_score)


def test_slot_errors_are_per_cent_of_slots() -> None:
    slots = [(("name", "Zizzi"), ("eatType", "pub")), (("name", "Aromi"), ("eatType", "pub"))]
    statistics = slot_measure(slots, ["Zizzi is a pub.", "Zizzi is a coffee shop."])
    assert statistics.corpus_score == pytest.approx(50)
    assert statistics.signature.startswith("slots:e2e|")
    assert SLOT_ERROR_RATE in LESS_IS_BETTER


def test_slots_and_outputs_go_together() -> None:
    with pytest.raises(ValueError, match="zip"):
        slot_measure([(("name", "Zizzi"),)], [])


def test_label_measures() -> None:
    measured = label_measures(["x", "y"], ["x", "x"], ("x", "y"), positive="x")
    scores = {key: each.corpus_score for key, each in measured.items() if isinstance(each, ExampleStatistics)}
    assert scores == {"accuracy": 50, "f1": pytest.approx(200 / 3), "matthews": 0}


def test_another_measure_is_not_restored() -> None:
    with pytest.raises(KeyError):
        restored("perplexity", signature="", values=[[1]])
    assert restored(NIST, signature="nist", values=[[0] * 13]).corpus_score == 0
